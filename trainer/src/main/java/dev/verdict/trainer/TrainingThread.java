package dev.verdict.trainer;

import dev.verdict.trainer.training.LoggedProgress;
import dev.verdict.trainer.training.Progress;
import dev.verdict.trainer.training.ProgressListener;
import dev.verdict.trainer.training.TrainingStoppedException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Does long work, such as computing a candidate, on a thread of its own, so that the caller can
 * stay in its consumer group and tell how it goes.
 *
 * @param <T> what the work gives
 */
final class TrainingThread<T> {
  private static final Duration TICK = Duration.ofMillis(100);

  private final CountDownLatch stop;
  private final CountDownLatch abandoned = new CountDownLatch(1);
  private final AtomicReference<Optional<Progress>> latest =
      new AtomicReference<>(Optional.empty());

  /** What is computed; asks now and then whether to stop. */
  @FunctionalInterface
  interface Work<T> {
    T run(ProgressListener progress, BooleanSupplier stopped) throws Exception;
  }

  /**
   * @param stop ends the work when it reaches 0
   */
  TrainingThread(CountDownLatch stop) {
    this.stop = stop;
  }

  /**
   * Does the work.
   *
   * @param name of the run, for the log
   * @param eachTick called on this thread about ten times a second, with news if there are any; if
   *     it throws, the work is abandoned
   * @throws ExecutionException with what the work threw
   */
  T run(String name, Work<T> work, Consumer<Optional<Progress>> eachTick)
      throws ExecutionException {
    FutureTask<T> task = new FutureTask<>(() -> work.run(listener(name), this::stopped));
    Thread thread = new Thread(task, "training");
    thread.setDaemon(true);
    thread.start();
    try {
      while (true) {
        Optional<T> done = await(task);
        if (done.isPresent()) {
          return done.get();
        }
        eachTick.accept(latest.getAndSet(Optional.empty()));
      }
    } catch (InterruptedException e) {
      thread.interrupt();
      Thread.currentThread().interrupt();
      throw new TrainingStoppedException();
    } finally {
      abandoned.countDown();
      join(thread);
    }
  }

  private static <T> Optional<T> await(FutureTask<T> task)
      throws ExecutionException, InterruptedException {
    try {
      return Optional.of(task.get(TICK.toMillis(), TimeUnit.MILLISECONDS));
    } catch (TimeoutException e) {
      return Optional.empty();
    }
  }

  private boolean stopped() {
    return stop.getCount() == 0 || abandoned.getCount() == 0;
  }

  private ProgressListener listener(String name) {
    ProgressListener log = new LoggedProgress(name);
    return new ProgressListener() {
      @Override
      public void stepped(Progress progress) {
        latest.set(Optional.of(progress));
      }

      @Override
      public void validated(Progress progress) {
        log.validated(progress);
      }
    };
  }

  /** The folder that the work writes into must not be removed under it. */
  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      thread.interrupt();
      Thread.currentThread().interrupt();
    }
  }
}
