package dev.verdict.trainer.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Lines of a UTF-8 file or stream; each is decoded by itself, so that a fault is known by its line.
 */
public final class Utf8Lines implements AutoCloseable {
  private static final int MAX_LINE_BYTES = 1 << 28;
  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private final String file;
  private final InputStream in;
  private final ByteLines lines;
  private long number;

  /**
   * @param name of the stream, for messages
   * @param in closed with this
   */
  public Utf8Lines(String name, InputStream in) {
    this.file = name;
    this.in = in;
    this.lines = new ByteLines(in, MAX_LINE_BYTES);
  }

  /**
   * @throws DataException if it cannot be read
   */
  Utf8Lines(Path file) {
    this.file = file.toString();
    if (!Files.isReadable(file) || Files.isDirectory(file)) {
      throw new DataException(file + " is not a file that can be read");
    }
    try {
      in = Files.newInputStream(file);
    } catch (IOException e) {
      throw unreadable(e);
    }
    lines = new ByteLines(in, MAX_LINE_BYTES);
  }

  /** The next line with what ends it; empty at the end. */
  Optional<String> next() {
    number++;
    try {
      return lines.next().map(this::decode);
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  /** Of the line that was given last, from 1. */
  long number() {
    return number;
  }

  /** The rest of the file as one text. */
  Reader reader() {
    return new Reader() {
      private String line = "";
      private int from;

      @Override
      public int read(char[] target, int offset, int length) {
        if (from == line.length()) {
          Optional<String> next = next();
          if (next.isEmpty()) {
            return -1;
          }
          line = next.get();
          from = 0;
        }
        int count = Math.min(length, line.length() - from);
        line.getChars(from, from + count, target, offset);
        from += count;
        return count;
      }

      @Override
      public void close() {
        Utf8Lines.this.close();
      }
    };
  }

  @Override
  public void close() {
    try {
      in.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String decode(byte[] line) {
    if (line.length > MAX_LINE_BYTES) {
      throw new DataException(
          "%s line %d: is longer than %d bytes".formatted(file, number, MAX_LINE_BYTES));
    }
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(line)).toString();
      return number == 1 && text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
    } catch (CharacterCodingException e) {
      throw new DataException(
          "%s line %d: is not UTF-8, the file must be saved as UTF-8".formatted(file, number));
    }
  }

  private DataException unreadable(IOException fault) {
    return new DataException("%s cannot be read (%s)".formatted(file, fault));
  }
}
