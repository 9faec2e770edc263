package dev.verdict.model;

import ai.djl.pytorch.jni.JniUtils;
import dev.verdict.text.TokenizedText;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Runs parts of a batch at the same time, each on one thread: threads that share each product wait
 * for one another some twenty times a layer, threads of their own never do.
 */
final class SideBySide implements AutoCloseable {
  /** Fewer tokens than that are not worth a part of their own. */
  private static final int LEAST_TOKENS = 64;

  private final int workers;
  private final ExecutorService threads;

  /** Computes one part. */
  @FunctionalInterface
  interface Forward {
    /** Outputs before softmax, shape [texts][classes], flattened. */
    float[] logits(List<TokenizedText> part);
  }

  SideBySide(int workers) {
    this.workers = workers;
    threads =
        Executors.newFixedThreadPool(
            workers,
            task -> {
              Thread thread = new Thread(task, "forward");
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * The outputs of a batch.
   *
   * @return shape [texts][classes], flattened, in the order of the batch
   */
  float[] logits(List<TokenizedText> batch, int classes, Forward forward) {
    int parts = parts(batch);
    List<Future<float[]>> running = new ArrayList<>(parts);
    for (int part = 0; part < parts; part++) {
      List<TokenizedText> texts = every(parts, part, batch);
      running.add(
          threads.submit(
              () -> {
                // Of the runtime's settings one is the thread's and one the process's, which
                // whoever trains or measures in it may have changed.
                JniUtils.setNumThreads(1);
                return forward.logits(texts);
              }));
    }
    float[] logits = new float[batch.size() * classes];
    Optional<Throwable> failure = Optional.empty();
    for (int part = 0; part < parts; part++) {
      // All are waited for, also when one fails: their inputs must not be freed under them.
      try {
        float[] found = await(running.get(part));
        for (int row = 0; row * classes < found.length; row++) {
          System.arraycopy(found, row * classes, logits, (part + row * parts) * classes, classes);
        }
      } catch (ExecutionException e) {
        failure = failure.or(() -> Optional.of(e.getCause()));
      }
    }
    if (failure.isPresent()) {
      throw rethrown(failure.get());
    }
    return logits;
  }

  /** Waits on when interrupted, as for any native call. */
  private static float[] await(Future<float[]> part) throws ExecutionException {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return part.get();
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

  private static RuntimeException rethrown(Throwable failure) {
    if (failure instanceof Error error) {
      throw error;
    }
    return (RuntimeException) failure;
  }

  private int parts(List<TokenizedText> batch) {
    int tokens = batch.stream().mapToInt(TokenizedText::length).sum();
    return Math.max(1, Math.min(Math.min(workers, batch.size()), tokens / LEAST_TOKENS));
  }

  /** Sorted by length, a batch gives parts of the same lengths that way. */
  private static List<TokenizedText> every(int parts, int first, List<TokenizedText> batch) {
    List<TokenizedText> part = new ArrayList<>(batch.size() / parts + 1);
    for (int i = first; i < batch.size(); i += parts) {
      part.add(batch.get(i));
    }
    return part;
  }

  @Override
  public void close() {
    threads.shutdown();
  }
}
