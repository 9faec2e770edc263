package dev.verdict.model;

import java.util.function.Supplier;

/**
 * A float32 tensor outside native memory, or one that is copied from there only when it is asked
 * for: of a large model not all tensors fit on the heap at a time.
 *
 * @param name its name in the checkpoint
 * @param shape its dimensions
 * @param values in row-major order; as many as the product of {@code shape}
 */
@SuppressWarnings("ArrayRecordComponent") // Weights: compared by content nowhere.
public record NamedTensor(String name, long[] shape, Supplier<float[]> values) {

  /** A tensor on the heap. */
  public NamedTensor(String name, long[] shape, float[] data) {
    this(name, shape, () -> data);
  }

  /** The values; of a tensor elsewhere a copy of what they are now. */
  public float[] data() {
    return values.get();
  }

  /** The number of values. */
  public long size() {
    long size = 1;
    for (long dimension : shape) {
      size *= dimension;
    }
    return size;
  }

  /** The same tensor by another name. */
  public NamedTensor named(String other) {
    return new NamedTensor(other, shape, values);
  }

  /** The same tensor, whose values are read while nobody else holds the lock. */
  NamedTensor guardedBy(Object lock) {
    return new NamedTensor(
        name,
        shape,
        () -> {
          synchronized (lock) {
            return data();
          }
        });
  }

  /** The same tensor with its values of now on the heap. */
  public NamedTensor onHeap() {
    return new NamedTensor(name, shape, data());
  }
}
