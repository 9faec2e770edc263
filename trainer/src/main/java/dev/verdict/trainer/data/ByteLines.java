package dev.verdict.trainer.data;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** Lines of a stream as bytes, as soon as they are there; LF ends a line and belongs to it. */
public final class ByteLines {
  private static final int CHUNK = 1 << 16;

  private final InputStream in;
  private final int maxBytes;
  private final byte[] chunk = new byte[CHUNK];
  private int from;
  private int to;

  /**
   * @param maxBytes of a line, its end included; of a longer one {@code maxBytes + 1} bytes are
   *     given and the rest is dropped
   */
  public ByteLines(InputStream in, int maxBytes) {
    this.in = in;
    this.maxBytes = maxBytes;
  }

  /** The next line; empty at the end. */
  public Optional<byte[]> next() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    boolean any = false;
    while (from < to || fill()) {
      any = true;
      int end = from;
      while (end < to && chunk[end] != '\n') {
        end++;
      }
      boolean ended = end < to;
      int next = ended ? end + 1 : end;
      line.write(chunk, from, Math.min(next - from, maxBytes + 1 - line.size()));
      from = next;
      if (ended) {
        break;
      }
    }
    return any ? Optional.of(line.toByteArray()) : Optional.empty();
  }

  private boolean fill() throws IOException {
    from = 0;
    to = Math.max(0, in.read(chunk, 0, CHUNK));
    return to > 0;
  }
}
