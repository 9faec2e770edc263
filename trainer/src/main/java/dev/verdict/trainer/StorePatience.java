package dev.verdict.trainer;

import dev.verdict.checkpoint.StoreException;
import dev.verdict.trainer.training.TrainingStoppedException;
import java.io.IOException;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits for a checkpoint store that gives no answer: to train a version again would cost more.
 *
 * @param patience from the first failure on
 * @param pause between two attempts
 */
record StorePatience(Duration patience, Duration pause) {
  private static final Logger LOG = LoggerFactory.getLogger(StorePatience.class);
  private static final Duration PAUSE = Duration.ofSeconds(10);
  private static final Duration TICK = Duration.ofMillis(100);

  /** With the usual pause. */
  static StorePatience of(Duration patience) {
    return new StorePatience(patience, PAUSE);
  }

  /** What is asked of the store. */
  @FunctionalInterface
  interface Attempt<T> {
    T make() throws IOException;
  }

  /**
   * Attempts it until the store answers.
   *
   * @throws StoreException if it refuses, or gives no answer for too long
   * @throws TrainingStoppedException if the caller is stopped meanwhile
   */
  <T> T attempt(Attempt<T> attempt, BooleanSupplier stopped) throws IOException {
    long end = System.nanoTime() + patience.toNanos();
    while (true) {
      try {
        return attempt.make();
      } catch (StoreException e) {
        if (e.kind() != StoreException.Kind.UNAVAILABLE
            || System.nanoTime() + pause.toNanos() > end) {
          throw e;
        }
        LOG.warn(
            "{}; tried again in {} s, for {} s more",
            e.getMessage(),
            pause.toSeconds(),
            Duration.ofNanos(end - System.nanoTime()).toSeconds());
      }
      await(stopped);
    }
  }

  private void await(BooleanSupplier stopped) {
    long end = System.nanoTime() + pause.toNanos();
    try {
      while (System.nanoTime() < end) {
        if (stopped.getAsBoolean()) {
          throw new TrainingStoppedException();
        }
        Thread.sleep(TICK.toMillis());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TrainingStoppedException();
    }
  }
}
