package dev.verdict.model;

/**
 * A float32 tensor outside native memory.
 *
 * @param name its name in the checkpoint
 * @param shape its dimensions
 * @param data its values in row-major order; as many as the product of {@code shape}
 */
@SuppressWarnings("ArrayRecordComponent") // Weights: compared by content nowhere.
public record NamedTensor(String name, long[] shape, float[] data) {}
