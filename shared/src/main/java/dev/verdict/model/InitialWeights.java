package dev.verdict.model;

import dev.verdict.model.DistilBertParameters.Parameter;
import java.util.Arrays;
import java.util.Random;

/**
 * Random weights as Hugging Face initializes them: normal with the configuration's standard
 * deviation, LayerNorms 1, biases 0, the padding token's embedding 0. Each weight has its own
 * generator, seeded by its name, so that one weight's shape does not change the others.
 */
final class InitialWeights {
  private InitialWeights() {}

  static float[] of(Parameter parameter, DistilBertConfig config, long seed) {
    float[] values = new float[parameter.size()];
    if (parameter.isBias()) {
      return values;
    }
    if (parameter.isLayerNorm()) {
      Arrays.fill(values, 1);
      return values;
    }
    boolean positions = parameter.name().equals(DistilBertParameters.POSITION_EMBEDDINGS);
    if (positions && config.sinusoidalPositions()) {
      fillSinusoids(values, config.width());
      return values;
    }
    // Random's Gaussians are specified to be the same on every platform.
    Random random = new Random(mix(mix(seed) + parameter.name().hashCode()));
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (config.initializerRange() * random.nextGaussian());
    }
    if (parameter.name().equals(DistilBertParameters.WORD_EMBEDDINGS)) {
      int start = config.padTokenId() * config.width();
      Arrays.fill(values, start, start + config.width(), 0);
    }
    return values;
  }

  /** Vaswani et al., arXiv:1706.03762, section 3.5. */
  private static void fillSinusoids(float[] values, int width) {
    for (int i = 0; i < values.length; i++) {
      int position = i / width;
      int column = i % width;
      int pair = column / 2;
      double angle = position / StrictMath.pow(10_000, 2.0 * pair / width);
      values[i] = (float) (column % 2 == 0 ? StrictMath.sin(angle) : StrictMath.cos(angle));
    }
  }

  /** The finalizer of SplitMix64: Random's streams of neighbouring seeds are alike at first. */
  private static long mix(long seed) {
    long z = seed + 0x9E37_79B9_7F4A_7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58_476D_1CE4_E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D0_49BB_1331_11EBL;
    return z ^ (z >>> 31);
  }
}
