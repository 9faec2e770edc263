package dev.verdict.streams.inference;

import dev.verdict.model.ForwardWorkers;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/**
 * Batches that workers have or soon will. One thread uses it, who learns here of an unforeseen
 * failure.
 */
final class UnderWay {
  private final int workers;
  private final CompletionService<Void> batches;
  private int running;

  UnderWay(ForwardWorkers workers) {
    this.workers = workers.count();
    this.batches = workers.tasks();
  }

  /**
   * Gives a batch to the next worker that is free, once no more are under way than one that runs
   * and one that is next for each.
   */
  void add(Runnable batch) {
    awaitAllBut(workers == 1 ? 0 : 2 * workers - 1);
    batches.submit(batch, null);
    running++;
  }

  /** Waits until each worker has its last one; there is time to make the next. */
  void awaitLast() {
    awaitAllBut(workers == 1 ? 0 : workers);
  }

  void awaitAll() {
    awaitAllBut(0);
  }

  /** Whether none is under way. */
  boolean isIdle() {
    for (Future<Void> done = batches.poll(); done != null; done = batches.poll()) {
      running--;
      result(done);
    }
    return running == 0;
  }

  private void awaitAllBut(int most) {
    while (!isIdle() && running > most) {
      Future<Void> done = next();
      running--;
      result(done);
    }
  }

  /** Waits on when interrupted, as for any native call. */
  private Future<Void> next() {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return batches.take();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static void result(Future<Void> done) {
    try {
      done.get();
    } catch (InterruptedException e) {
      throw new IllegalStateException("It is done, so nobody waits. This is a bug.", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw (RuntimeException) e.getCause();
    }
  }
}
