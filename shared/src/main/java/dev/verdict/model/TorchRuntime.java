package dev.verdict.model;

/** The native runtime of this JVM: offline, silent, with a set number of threads. */
@SuppressWarnings("DoNotCallSuggester")
public final class TorchRuntime {
  private TorchRuntime() {}

  /**
   * Sets the number of threads of one matrix product. Must come before the first model is opened in
   * this JVM.
   *
   * @param threads at least 1
   * @throws IllegalStateException when the runtime has started with another number
   */
  public static void configureThreads(int threads) {
    throw new UnsupportedOperationException(Integer.toString(threads));
  }

  /** Loads the native libraries if they are not loaded yet, and names their version. */
  public static String version() {
    throw new UnsupportedOperationException();
  }
}
