package dev.verdict.cli.offline;

import dev.verdict.batching.BatchLimits;
import dev.verdict.batching.Gathering;
import dev.verdict.trainer.training.TextScorer;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Classifies lines as they come and writes the results in their order. What has come while the
 * lines before were classified is classified together, up to a few batches: a pause of the input
 * holds nothing back, and plenty of input fills whole batches. Memory is bounded.
 */
final class TextStream {
  private static final int MAX_LINES = 8192;
  private static final long MAX_BYTES = 16L << 20;

  /** Characters of a token in English, a guess that need not be good. */
  private static final double CHARACTERS = 4;

  private final TextScorer scorer;
  private final BatchLimits limits;
  private final int maxLength;
  private final ResultFormat format;
  private final PrintWriter out;
  private double tokensPerSecond;

  /**
   * What came of it.
   *
   * @param lines that were answered
   * @param faulty those of them that could not be used
   */
  record Tally(long lines, long faulty) {}

  /**
   * @param maxLength most tokens of a text
   */
  TextStream(
      TextScorer scorer, BatchLimits limits, int maxLength, ResultFormat format, PrintWriter out) {
    this.scorer = scorer;
    this.limits = limits;
    this.maxLength = maxLength;
    this.format = format;
    this.out = out;
  }

  /**
   * Goes on until the input ends or nobody reads the output.
   *
   * @throws UncheckedIOException if the input cannot be read to its end; what was read is answered
   */
  Tally run(InputStream in, InputFormat inputFormat) throws InterruptedException {
    LineQueue queue = new LineQueue(MAX_LINES, MAX_BYTES);
    AtomicReference<Optional<Exception>> failure = new AtomicReference<>(Optional.empty());
    Thread reader = new Thread(() -> read(in, inputFormat, queue, failure), "input");
    // A read of standard input cannot be interrupted.
    reader.setDaemon(true);
    reader.start();
    long lines = 0;
    long faulty = 0;
    try {
      for (Optional<InputLine> first = queue.take();
          first.isPresent() && !out.checkError();
          first = queue.take()) {
        List<InputLine> window = gather(first.get(), queue);
        answer(window);
        lines += window.size();
        faulty += window.stream().filter(line -> line.fault().isPresent()).count();
      }
    } finally {
      queue.close();
    }
    if (failure.get().isPresent()) {
      throw new UncheckedIOException(
          "The input cannot be read after line %d (%s)".formatted(lines, failure.get().get()),
          new IOException(failure.get().get()));
    }
    return new Tally(lines, faulty);
  }

  private static void read(
      InputStream in,
      InputFormat format,
      LineQueue queue,
      AtomicReference<Optional<Exception>> failure) {
    try {
      InputLines lines = new InputLines(in, format);
      boolean wanted = true;
      for (Optional<InputLine> line = lines.next();
          wanted && line.isPresent();
          line = lines.next()) {
        wanted = queue.put(line.get());
      }
    } catch (IOException | RuntimeException e) {
      failure.set(Optional.of(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      queue.end();
    }
  }

  private List<InputLine> gather(InputLine first, LineQueue queue) {
    Gathering gathering = new Gathering(limits, tokensPerSecond);
    List<InputLine> window = new ArrayList<>();
    Optional<InputLine> next = Optional.of(first);
    while (next.isPresent()) {
      InputLine line = next.get();
      window.add(line);
      if (line.fault().isEmpty()) {
        gathering.add(
            Math.min(maxLength, 2 + line.text().length() / CHARACTERS), System.nanoTime());
      }
      boolean full = gathering.closed(System.nanoTime(), Gathering.Outlook.QUEUED).isPresent();
      next = full || window.size() >= MAX_LINES ? Optional.empty() : queue.poll();
    }
    return window;
  }

  private void answer(List<InputLine> window) {
    List<String> texts =
        window.stream().filter(line -> line.fault().isEmpty()).map(InputLine::text).toList();
    long start = System.nanoTime();
    List<TextScorer.Score> scores = scorer.score(texts);
    double seconds = Math.max((System.nanoTime() - start) / 1e9, 1e-6);
    tokensPerSecond = scores.stream().mapToInt(TextScorer.Score::tokens).sum() / seconds;
    Iterator<TextScorer.Score> score = scores.iterator();
    StringBuilder text = new StringBuilder();
    for (InputLine line : window) {
      text.append(line.fault().isPresent() ? format.fault(line) : format.line(line, score.next()))
          .append('\n');
    }
    out.print(text);
    out.flush();
  }
}
