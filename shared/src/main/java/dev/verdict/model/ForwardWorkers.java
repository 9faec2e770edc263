package dev.verdict.model;

import dev.verdict.batching.BatchPlanner;
import dev.verdict.text.TokenizedText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The threads that run batches through models, each a batch of its own: threads that share each
 * product wait for one another some twenty times a layer, and those that share a batch at its end.
 * One worker is none: the thread that asks computes, the runtime's threads share its products.
 */
public final class ForwardWorkers implements AutoCloseable {
  private static final long IDLE_SECONDS = 30;

  private final int count;
  private final Optional<ExecutorService> threads;
  private final Executor executor;

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
   * @param count batches that are computed at the same time, at least 1
   * @throws ModelException when the native libraries cannot be loaded
   */
  public ForwardWorkers(int count) {
    if (count < 1) {
      throw new IllegalArgumentException("count is " + count + ", must be at least 1");
    }
    this.count = count;
    threads = count == 1 ? Optional.empty() : Optional.of(pool(count));
    executor = threads.isPresent() ? threads.get() : Runnable::run;
  }

  /** Its threads end by themselves when they have had nothing to do for a while. */
  private static ExecutorService pool(int count) {
    // Here, where whoever asks is told, not in a thread that would end with tasks undone.
    TorchRuntime.start();
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            count,
            count,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread =
                  new Thread(
                      () -> {
                        TorchRuntime.useOneThread();
                        task.run();
                      },
                      "forward");
              thread.setDaemon(true);
              return thread;
            });
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  /** Batches that are computed at the same time. */
  public int count() {
    return count;
  }

  /** Plans batches for these workers. */
  public BatchPlanner planner(int maxTokens, int maxRows) {
    return new BatchPlanner(maxTokens, maxRows, count);
  }

  /**
   * Runs a task: the next worker that is free does.
   *
   * @throws java.util.concurrent.RejectedExecutionException once closed
   */
  public <T> CompletableFuture<T> submit(Supplier<T> task) {
    return CompletableFuture.supplyAsync(task, executor);
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
    List<CompletableFuture<float[][]>> running =
        batches.stream().map(batch -> submit(() -> forward.classify(batch))).toList();
    List<float[][]> done = new ArrayList<>(batches.size());
    Optional<CompletionException> failure = Optional.empty();
    for (CompletableFuture<float[][]> each : running) {
      try {
        done.add(each.join());
      } catch (CompletionException e) {
        failure = failure.or(() -> Optional.of(e));
      }
    }
    if (failure.isPresent()) {
      throw unchecked(failure.get());
    }
    return done;
  }

  /** That with which a task failed. */
  public static RuntimeException unchecked(CompletionException failure) {
    if (failure.getCause() instanceof Error error) {
      throw error;
    }
    return (RuntimeException) failure.getCause();
  }

  /** Takes no more; what was taken goes on to its end. */
  @Override
  public void close() {
    threads.ifPresent(ExecutorService::shutdown);
  }

  /** As above; whether all that was taken ends within that time. */
  public boolean close(Duration timeout) throws InterruptedException {
    close();
    return threads.isEmpty()
        || threads.get().awaitTermination(timeout.toMillis(), TimeUnit.MILLISECONDS);
  }
}
