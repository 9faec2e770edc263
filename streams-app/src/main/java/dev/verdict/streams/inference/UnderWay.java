package dev.verdict.streams.inference;

import dev.verdict.model.ForwardWorkers;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Batches that workers have or soon will. One thread uses it, who learns here of an unforeseen
 * failure.
 */
final class UnderWay {
  private final ForwardWorkers workers;
  private final List<CompletableFuture<Void>> running = new ArrayList<>();

  UnderWay(ForwardWorkers workers) {
    this.workers = workers;
  }

  /**
   * Gives a batch to the next worker that is free, once no more are under way than one that runs
   * and one that is next for each.
   */
  void add(Runnable batch) {
    awaitAllBut(workers.count() == 1 ? 0 : 2 * workers.count() - 1);
    running.add(
        workers.submit(
            () -> {
              batch.run();
              return null;
            }));
  }

  /** Waits until each worker has its last one; there is time to make the next. */
  void awaitLast() {
    awaitAllBut(workers.count() == 1 ? 0 : workers.count());
  }

  void awaitAll() {
    awaitAllBut(0);
  }

  /** Whether none is under way. */
  boolean isIdle() {
    for (Iterator<CompletableFuture<Void>> each = running.iterator(); each.hasNext(); ) {
      CompletableFuture<Void> batch = each.next();
      if (batch.isDone()) {
        each.remove();
        join(batch);
      }
    }
    return running.isEmpty();
  }

  private void awaitAllBut(int most) {
    while (!isIdle() && running.size() > most) {
      // Whether it failed is asked when it is taken out.
      CompletableFuture.anyOf(running.toArray(CompletableFuture<?>[]::new))
          .exceptionally(failure -> failure)
          .join();
    }
  }

  private static void join(CompletableFuture<Void> done) {
    try {
      done.join();
    } catch (CompletionException e) {
      throw ForwardWorkers.unchecked(e);
    }
  }
}
