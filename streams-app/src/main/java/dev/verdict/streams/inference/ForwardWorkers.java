package dev.verdict.streams.inference;

import dev.verdict.batching.BatchPlanner;
import dev.verdict.text.TokenizedText;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The threads that run batches through models, each a batch of its own: threads that share each
 * product wait for one another some twenty times a layer, and those that share a batch at its end.
 * One worker is none: the thread that asks computes.
 */
public final class ForwardWorkers implements AutoCloseable {
  private final int count;
  private final Optional<ExecutorService> threads;

  /** A model's forward pass. */
  @FunctionalInterface
  public interface Forward {
    /**
     * Probabilities, shape (rows, classes), in the order of the batch; safe for several threads
     * where there are several workers.
     */
    float[][] classify(List<TokenizedText> batch);
  }

  /**
   * What became of a batch.
   *
   * @param rows probabilities of each text
   * @param startNanos when a worker took it, of {@link System#nanoTime}
   * @param endNanos when it was done
   */
  @SuppressWarnings("ArrayRecordComponent") // Compared nowhere.
  public record Classified(float[][] rows, long startNanos, long endNanos) {}

  /**
   * @param count batches that are computed at the same time, at least 1
   */
  public ForwardWorkers(int count) {
    if (count < 1) {
      throw new IllegalArgumentException("count is " + count + ", must be at least 1");
    }
    this.count = count;
    threads =
        count == 1
            ? Optional.empty()
            : Optional.of(
                Executors.newFixedThreadPool(
                    count,
                    task -> {
                      Thread thread = new Thread(task, "forward");
                      thread.setDaemon(true);
                      return thread;
                    }));
  }

  /** Batches that are computed at the same time. */
  public int count() {
    return count;
  }

  /** Batches that may be under way so that no worker waits for the next: one more for each. */
  int ahead() {
    return count == 1 ? 1 : 2 * count;
  }

  /** Plans batches for these workers. */
  public BatchPlanner planner(int maxTokens, int maxRows) {
    return new BatchPlanner(maxTokens, maxRows, count);
  }

  /** Runs a batch: the next worker that is free does. */
  public Future<Classified> submit(Forward forward, List<TokenizedText> batch) {
    if (threads.isPresent()) {
      return threads.get().submit(() -> run(forward, batch));
    }
    try {
      return CompletableFuture.completedFuture(run(forward, batch));
    } catch (RuntimeException | Error e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /**
   * Runs texts in batches and waits for all, also when one fails.
   *
   * @return probabilities, shape (texts, classes), in the order of the texts
   */
  public float[][] classify(Forward forward, List<TokenizedText> texts, BatchPlanner planner) {
    List<List<Integer>> plan =
        planner.plan(texts.stream().mapToInt(TokenizedText::length).toArray());
    List<float[][]> done =
        classify(
            forward, plan.stream().map(rows -> rows.stream().map(texts::get).toList()).toList());
    float[][] found = new float[texts.size()][];
    for (int i = 0; i < plan.size(); i++) {
      for (int row = 0; row < plan.get(i).size(); row++) {
        found[plan.get(i).get(row)] = done.get(i)[row];
      }
    }
    return found;
  }

  /**
   * Runs batches and waits for all, also when one fails.
   *
   * @return probabilities of each, in their order
   */
  public List<float[][]> classify(Forward forward, List<List<TokenizedText>> batches) {
    List<Future<Classified>> running = new ArrayList<>(batches.size());
    batches.forEach(batch -> running.add(submit(forward, batch)));
    List<float[][]> done = new ArrayList<>(batches.size());
    Optional<Throwable> failure = Optional.empty();
    for (Future<Classified> each : running) {
      try {
        done.add(await(each).rows());
      } catch (RuntimeException | Error e) {
        failure = failure.or(() -> Optional.of(e));
      }
    }
    if (failure.isPresent()) {
      throw unchecked(failure.get());
    }
    return done;
  }

  /**
   * Waits for a batch, on when interrupted, as for any native call.
   *
   * @throws RuntimeException that with which it failed
   */
  static Classified await(Future<Classified> running) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return running.get();
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          throw unchecked(e.getCause());
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static Classified run(Forward forward, List<TokenizedText> batch) {
    long start = System.nanoTime();
    float[][] rows = forward.classify(batch);
    return new Classified(rows, start, System.nanoTime());
  }

  private static RuntimeException unchecked(Throwable failure) {
    if (failure instanceof Error error) {
      throw error;
    }
    return (RuntimeException) failure;
  }

  /** Takes no more; what runs goes on to its end. */
  @Override
  public void close() {
    threads.ifPresent(ExecutorService::shutdown);
  }
}
