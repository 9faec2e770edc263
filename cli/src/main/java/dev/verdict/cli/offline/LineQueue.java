package dev.verdict.cli.offline;

import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;

/** Lines between the thread that reads and the one that classifies, bounded in number and bytes. */
final class LineQueue {
  private final int maxLines;
  private final long maxBytes;
  private final Queue<InputLine> lines = new ArrayDeque<>();
  private long bytes;
  private boolean ended;
  private boolean closed;

  LineQueue(int maxLines, long maxBytes) {
    this.maxLines = maxLines;
    this.maxBytes = maxBytes;
  }

  /**
   * Waits for room; a line that is larger than all room is taken alone.
   *
   * @return false if nobody takes lines any more
   */
  synchronized boolean put(InputLine line) throws InterruptedException {
    while (!closed
        && !lines.isEmpty()
        && (lines.size() >= maxLines || bytes + line.bytes() > maxBytes)) {
      wait();
    }
    lines.add(line);
    bytes += line.bytes();
    notifyAll();
    return !closed;
  }

  /** No line follows. */
  synchronized void end() {
    ended = true;
    notifyAll();
  }

  /** No line is taken any more. */
  synchronized void close() {
    closed = true;
    notifyAll();
  }

  /** Waits for the next line; empty at the end. */
  synchronized Optional<InputLine> take() throws InterruptedException {
    while (lines.isEmpty() && !ended) {
      wait();
    }
    return poll();
  }

  /** The next line if it is there. */
  synchronized Optional<InputLine> poll() {
    Optional<InputLine> line = Optional.ofNullable(lines.poll());
    line.ifPresent(taken -> bytes -= taken.bytes());
    notifyAll();
    return line;
  }
}
