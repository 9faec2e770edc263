package dev.verdict.model;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.pytorch.jni.JniUtils;
import dev.verdict.text.OfflineRuntime;

/**
 * The native runtime of this JVM: offline, with a set number of threads.
 *
 * <p>Its threads wait for each other in a busy loop. On cores that other work also wants, that
 * makes a step many times slower; start the process with {@code OMP_WAIT_POLICY=PASSIVE} in its
 * environment there, or use one thread.
 */
public final class TorchRuntime {
  private static final String ENGINE = "PyTorch";
  private static final String THREADS = "ai.djl.pytorch.num_threads";
  private static final String INTER_OP_THREADS = "ai.djl.pytorch.num_interop_threads";

  private TorchRuntime() {}

  /**
   * Sets the number of threads that share one matrix product; without this call it is the number of
   * cores.
   *
   * @param threads at least 1
   * @throws ModelException when the native libraries cannot be loaded
   */
  public static void configureThreads(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("Model threads are " + threads + ", must be at least 1");
    }
    System.setProperty(THREADS, Integer.toString(threads));
    start();
    // The property is read only when the engine starts, which may have been before.
    JniUtils.setNumThreads(threads);
  }

  /** The number of threads that share one matrix product of the calling thread. */
  public static int threads() {
    start();
    return JniUtils.getNumThreads();
  }

  /** Lets the calling thread share its products with no other, for good. */
  static void useOneThread() {
    JniUtils.setNumThreads(1);
  }

  /** Loads the native libraries if they are not loaded yet, and names PyTorch's version. */
  public static String version() {
    return start().getVersion();
  }

  /** The version of the Deep Java Library, through which PyTorch is called. */
  public static String djlVersion() {
    return Engine.getDjlVersion();
  }

  static Engine start() {
    OfflineRuntime.apply();
    if (System.getProperty(INTER_OP_THREADS) == null) {
      // No program holds parallel branches.
      System.setProperty(INTER_OP_THREADS, "1");
    }
    try {
      return Engine.getEngine(ENGINE);
    } catch (EngineException e) {
      throw new ModelException(
          "The native libraries of PyTorch cannot be loaded: " + rootMessage(e), e);
    }
  }

  private static String rootMessage(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage());
  }
}
