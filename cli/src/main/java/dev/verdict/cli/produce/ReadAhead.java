package dev.verdict.cli.produce;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/** Reads an input in a thread of its own, so that who takes it can stop while it waits for more. */
final class ReadAhead {
  private static final int REVIEWS = 64;

  private final BlockingQueue<Step> steps = new ArrayBlockingQueue<>(REVIEWS);
  private boolean ended;

  /** A review, or the end, or why there is no more. */
  private record Step(Optional<InputReview> review, Optional<RuntimeException> fault) {}

  /** Starts at once; the thread ends, and closes the input, at its end or with the process. */
  ReadAhead(ReviewInput input) {
    Thread thread = new Thread(() -> read(input), "review-input");
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * The next review if it comes within that time.
   *
   * @throws RuntimeException that the input met
   */
  Optional<InputReview> poll(long nanos) throws InterruptedException {
    Optional<Step> step =
        ended ? Optional.empty() : Optional.ofNullable(steps.poll(nanos, TimeUnit.NANOSECONDS));
    if (step.isEmpty()) {
      return Optional.empty();
    }
    ended = step.get().review().isEmpty();
    if (step.get().fault().isPresent()) {
      throw step.get().fault().get();
    }
    return step.get().review();
  }

  /** Whether nothing follows. */
  boolean ended() {
    return ended;
  }

  private void read(ReviewInput input) {
    try {
      Step last;
      try (input) {
        for (Optional<InputReview> next = input.next(); next.isPresent(); next = input.next()) {
          steps.put(new Step(next, Optional.empty()));
        }
        last = new Step(Optional.empty(), Optional.empty());
      } catch (IOException e) {
        last = new Step(Optional.empty(), Optional.of(new UncheckedIOException(e)));
      } catch (RuntimeException e) {
        last = new Step(Optional.empty(), Optional.of(e));
      }
      steps.put(last);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
