package dev.verdict.model;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.time.Duration;

/**
 * The speed of this machine's float32 matrix product, the bound of any model's speed. Measure it by
 * turns with what it bounds: a machine's speed changes from one second to the next.
 */
public final class MatrixProductPeak implements AutoCloseable {
  private final NDManager manager;
  private final NDArray left;
  private final NDArray right;
  private final int size;

  private MatrixProductPeak(NDManager manager, int size) {
    this.manager = manager;
    this.size = size;
    left = manager.randomUniform(-1, 1, new Shape(size, size));
    right = manager.randomUniform(-1, 1, new Shape(size, size));
    // The first product of a shape is slow.
    left.matMul(right).close();
  }

  /**
   * Makes two square matrices.
   *
   * @param size their rows and columns
   */
  public static MatrixProductPeak open(int size) {
    return new MatrixProductPeak(TorchRuntime.start().newBaseManager(Device.cpu()), size);
  }

  /**
   * Multiplies them for about the given time.
   *
   * @return 10^9 floating-point operations a second
   */
  public double measureGflops(Duration duration) {
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

  @Override
  public void close() {
    manager.close();
  }
}
