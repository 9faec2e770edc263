package dev.verdict.model;

import java.time.Duration;

/** The speed of this machine's float32 matrix product, the bound of any model's speed. */
@SuppressWarnings("DoNotCallSuggester")
public final class MatrixProductPeak {
  private MatrixProductPeak() {}

  /**
   * Multiplies square matrices for about the given time.
   *
   * @param size rows and columns of the matrices
   * @param duration time of each measurement, of which the best of five is taken
   * @return 10^9 floating-point operations a second
   */
  public static double measureGflops(int size, Duration duration) {
    throw new UnsupportedOperationException(size + " " + duration);
  }
}
