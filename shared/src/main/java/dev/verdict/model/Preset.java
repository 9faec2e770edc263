package dev.verdict.model;

import dev.verdict.text.WordPieceTrainer;
import java.util.List;

/** Sizes of models that start from random weights. */
public enum Preset {
  TINY(2, 128, WordPieceTrainer.DEFAULT_MAX_ENTRIES),
  MINI(4, 256, WordPieceTrainer.DEFAULT_MAX_ENTRIES),
  SMALL(6, 384, WordPieceTrainer.DEFAULT_MAX_ENTRIES),
  BASE(6, 768, 30_522);

  private static final int HEAD_WIDTH = 64;
  private static final int BASE_WIDTH = 768;
  private static final double INITIALIZER_RANGE = 0.02;

  private final int layers;
  private final int width;
  private final int maxVocabulary;

  Preset(int layers, int width, int maxVocabulary) {
    this.layers = layers;
    this.width = width;
    this.maxVocabulary = maxVocabulary;
  }

  /**
   * The preset of that lower-case name: {@code tiny}, {@code mini}, {@code small}, {@code base}.
   */
  public static Preset named(String name) {
    for (Preset preset : values()) {
      if (preset.name().equalsIgnoreCase(name)) {
        return preset;
      }
    }
    throw new IllegalArgumentException(
        "Model preset is " + name + ", must be tiny, mini, small or base");
  }

  public int layers() {
    return layers;
  }

  public int width() {
    return width;
  }

  /** Most entries of the vocabulary that is learned for this preset. */
  public int maxVocabulary() {
    return maxVocabulary;
  }

  /** The configuration of this preset for a vocabulary and classes. */
  public DistilBertConfig config(int vocabSize, List<String> labels) {
    return config(vocabSize, labels, INITIALIZER_RANGE);
  }

  private DistilBertConfig config(int vocabSize, List<String> labels, double initializerRange) {
    return new DistilBertConfig(
        vocabSize,
        512,
        false,
        layers,
        width / HEAD_WIDTH,
        width,
        4 * width,
        0.1,
        0.1,
        0.2,
        initializerRange,
        0,
        labels);
  }

  /**
   * As {@link #config}, for a language model: BERT's range of random weights at its width of 768
   * (Devlin et al., arXiv:1810.04805), and more for narrower layers. What a layer makes of its
   * input shrinks with the square root of the width (Glorot and Bengio, AISTATS 2010), and
   * attention that begins too small learns word order late.
   */
  public DistilBertConfig languageModelConfig(int vocabSize, List<String> labels) {
    return config(vocabSize, labels, INITIALIZER_RANGE * Math.sqrt((double) BASE_WIDTH / width));
  }
}
