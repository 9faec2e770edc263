package dev.verdict.model;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.time.Duration;

/** The speed of this machine's float32 matrix product, the bound of any model's speed. */
public final class MatrixProductPeak {
  private static final int REPEATS = 5;

  private MatrixProductPeak() {}

  /**
   * Multiplies square matrices for about the given time.
   *
   * @param size rows and columns of the matrices
   * @param duration time of each measurement, of which the best of five is taken
   * @return 10^9 floating-point operations a second
   */
  public static double measureGflops(int size, Duration duration) {
    double best = 0;
    try (NDManager manager = TorchRuntime.start().newBaseManager(Device.cpu())) {
      NDArray left = manager.randomUniform(-1, 1, new Shape(size, size));
      NDArray right = manager.randomUniform(-1, 1, new Shape(size, size));
      left.matMul(right).close();
      for (int repeat = 0; repeat < REPEATS; repeat++) {
        best = Math.max(best, measureOnce(left, right, size, duration));
      }
    }
    return best;
  }

  private static double measureOnce(NDArray left, NDArray right, int size, Duration duration) {
    long start = System.nanoTime();
    long elapsed;
    long products = 0;
    do {
      left.matMul(right).close();
      products++;
      elapsed = System.nanoTime() - start;
    } while (elapsed < duration.toNanos());
    return 2.0 * size * size * size * products / elapsed;
  }
}
