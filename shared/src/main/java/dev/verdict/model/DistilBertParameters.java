package dev.verdict.model;

import java.util.ArrayList;
import java.util.List;

/** The weights of a DistilBERT model, in the order in which the program takes them. */
final class DistilBertParameters {
  static final String WORD_EMBEDDINGS = "distilbert.embeddings.word_embeddings.weight";
  static final String POSITION_EMBEDDINGS = "distilbert.embeddings.position_embeddings.weight";
  static final String HEAD_WEIGHT = "classifier.weight";
  static final String HEAD_BIAS = "classifier.bias";

  private static final String ENCODER = "distilbert.";
  private static final String LAYER = ENCODER + "transformer.layer.";

  private DistilBertParameters() {}

  /**
   * One weight.
   *
   * @param name Hugging Face's name
   * @param shape its dimensions
   */
  @SuppressWarnings("ArrayRecordComponent") // Package-private, compared nowhere.
  record Parameter(String name, long[] shape) {
    boolean isBias() {
      return name.endsWith(".bias");
    }

    boolean isLayerNorm() {
      return name.contains("LayerNorm.") || name.contains("_layer_norm.");
    }

    /** Whether it belongs to the part that a pretrained base lacks. */
    boolean isHead() {
      return !name.startsWith(ENCODER);
    }

    /** Whether it is of a product in a layer, weights or bias. */
    boolean isLayerProduct() {
      return name.startsWith(LAYER) && !isLayerNorm();
    }

    /**
     * How far it is from the output: 0 for the head, 1 for the last layer, one more for each layer
     * below, and one more for the embeddings.
     *
     * @param layers of the model
     */
    int depth(int layers) {
      if (isHead()) {
        return 0;
      }
      if (!name.startsWith(LAYER)) {
        return layers + 1;
      }
      int end = name.indexOf('.', LAYER.length());
      return layers - Integer.parseInt(name.substring(LAYER.length(), end));
    }

    int size() {
      long product = 1;
      for (long dimension : shape) {
        product *= dimension;
      }
      return Math.toIntExact(product);
    }
  }

  /** Of a sequence classifier. */
  static List<Parameter> of(DistilBertConfig config) {
    List<Parameter> all = encoder(config);
    addPair(all, "pre_classifier", config.width(), config.width());
    addPair(all, "classifier", config.labels().size(), config.width());
    return all;
  }

  /** Of a masked language model; its output weights are the word embeddings. */
  static List<Parameter> languageModel(DistilBertConfig config) {
    List<Parameter> all = encoder(config);
    addPair(all, "vocab_transform", config.width(), config.width());
    addPair(all, "vocab_layer_norm", config.width());
    all.add(new Parameter("vocab_projector.bias", new long[] {config.vocabSize()}));
    return all;
  }

  private static List<Parameter> encoder(DistilBertConfig config) {
    long width = config.width();
    long hidden = config.hiddenWidth();
    List<Parameter> all = new ArrayList<>();
    all.add(new Parameter(WORD_EMBEDDINGS, new long[] {config.vocabSize(), width}));
    all.add(new Parameter(POSITION_EMBEDDINGS, new long[] {config.maxPositions(), width}));
    addPair(all, "distilbert.embeddings.LayerNorm", width);
    for (int layer = 0; layer < config.layers(); layer++) {
      String prefix = LAYER + layer + ".";
      addPair(all, prefix + "attention.q_lin", width, width);
      addPair(all, prefix + "attention.k_lin", width, width);
      addPair(all, prefix + "attention.v_lin", width, width);
      addPair(all, prefix + "attention.out_lin", width, width);
      addPair(all, prefix + "sa_layer_norm", width);
      addPair(all, prefix + "ffn.lin1", hidden, width);
      addPair(all, prefix + "ffn.lin2", width, hidden);
      addPair(all, prefix + "output_layer_norm", width);
    }
    return all;
  }

  private static void addPair(List<Parameter> all, String name, long... weightShape) {
    all.add(new Parameter(name + ".weight", weightShape));
    all.add(new Parameter(name + ".bias", new long[] {weightShape[0]}));
  }
}
