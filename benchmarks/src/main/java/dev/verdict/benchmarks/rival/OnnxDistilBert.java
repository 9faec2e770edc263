package dev.verdict.benchmarks.rival;

import static dev.verdict.benchmarks.rival.OnnxGraph.MICROSOFT;
import static dev.verdict.benchmarks.rival.OnnxGraph.ONNX;

import dev.verdict.benchmarks.rival.OnnxGraph.Element;
import dev.verdict.model.DistilBertConfig;
import dev.verdict.model.Safetensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A checkpoint as a model of ONNX, made of the operators that ONNX Runtime's own transformer
 * optimizer puts in the place of an exported DistilBERT's: EmbedLayerNormalization, Attention,
 * SkipLayerNormalization, BiasGelu. With 8 bits, as its dynamic quantization leaves them: weights
 * per output channel, symmetric; activations by their range, at run time (see <a
 * href="https://onnxruntime.ai/docs/performance/model-optimizations/quantization.html">quantization
 * </a>).
 */
final class OnnxDistilBert {
  static final String IDS = "input_ids";
  static final String MASK = "attention_mask";

  private static final float EPSILON = 1e-12f;
  private static final int QUANTIZED_MAX = 127;
  private static final String ENCODER = "distilbert.";

  private final DistilBertConfig config;
  private final Safetensors weights;
  private final OnnxGraph graph;
  private final boolean int8;

  private OnnxDistilBert(
      DistilBertConfig config, Safetensors weights, OnnxGraph graph, boolean int8) {
    this.config = config;
    this.weights = weights;
    this.graph = graph;
    this.int8 = int8;
  }

  /**
   * Writes a model.
   *
   * @param checkpoint a folder in Hugging Face's layout
   * @param target an existing folder
   * @param int8 whether the encoder's matrix products are of 8 bits
   * @return the model's file; its weights lie beside it
   */
  static Path write(Path checkpoint, Path target, boolean int8) throws IOException {
    DistilBertConfig config = DistilBertConfig.read(checkpoint);
    try (Safetensors weights = Safetensors.open(checkpoint.resolve("model.safetensors"));
        OnnxGraph graph = new OnnxGraph(target)) {
      new OnnxDistilBert(config, weights, graph, int8).build();
      return graph.write();
    }
  }

  private void build() throws IOException {
    graph.input(IDS, Element.INT32, "rows", "tokens");
    graph.input(MASK, Element.INT32, "rows", "tokens");
    String embeddings = ENCODER + "embeddings.";
    String embedded =
        graph.node(
            MICROSOFT,
            "EmbedLayerNormalization",
            List.of(
                IDS,
                "",
                copy(embeddings + "word_embeddings.weight"),
                copy(embeddings + "position_embeddings.weight"),
                "",
                copy(embeddings + "LayerNorm.weight"),
                copy(embeddings + "LayerNorm.bias"),
                MASK),
            2,
            OnnxGraph.attribute("epsilon", EPSILON));
    String lengths = OnnxGraph.output(embedded, 1);
    String x = embedded;
    for (int layer = 0; layer < config.layers(); layer++) {
      x = layer(x, lengths, ENCODER + "transformer.layer." + layer + ".");
    }
    head(x);
  }

  private String layer(String x, String lengths, String prefix) throws IOException {
    String attended = attention(x, lengths, prefix + "attention.");
    String projected = product(attended, prefix + "attention.out_lin");
    String s = skip(projected, x, prefix + "attention.out_lin", prefix + "sa_layer_norm");
    String expanded =
        graph.node(
            MICROSOFT,
            "BiasGelu",
            List.of(product(s, prefix + "ffn.lin1"), copy(prefix + "ffn.lin1.bias")),
            1);
    String contracted = product(expanded, prefix + "ffn.lin2");
    return skip(contracted, s, prefix + "ffn.lin2", prefix + "output_layer_norm");
  }

  /** Queries, keys and values by one product of three times the width. */
  private String attention(String x, String lengths, String prefix) throws IOException {
    int width = config.width();
    float[] weight = new float[3 * width * width];
    float[] bias = new float[3 * width];
    int part = 0;
    for (String name : List.of("q_lin", "k_lin", "v_lin")) {
      float[] values = weights.read(prefix + name + ".weight").data();
      for (int out = 0; out < width; out++) {
        for (int in = 0; in < width; in++) {
          weight[in * 3 * width + part * width + out] = values[out * width + in];
        }
      }
      float[] biases = weights.read(prefix + name + ".bias").data();
      System.arraycopy(biases, 0, bias, part * width, width);
      part++;
    }
    String biasName = graph.floats(prefix + "bias", bias, 3L * width);
    if (!int8) {
      return graph.node(
          MICROSOFT,
          "Attention",
          List.of(x, graph.floats(prefix + "weight", weight, width, 3L * width), biasName, lengths),
          1,
          OnnxGraph.attribute("num_heads", config.heads()));
    }
    Quantized quantized = Quantized.of(weight, width, 3 * width);
    String input = graph.node(ONNX, "DynamicQuantizeLinear", List.of(x), 3);
    return graph.node(
        MICROSOFT,
        "QAttention",
        List.of(
            input,
            graph.bytes(prefix + "weight", quantized.values(), width, 3L * width),
            biasName,
            OnnxGraph.output(input, 1),
            graph.floats(prefix + "scale", quantized.scales(), 3L * width),
            lengths,
            OnnxGraph.output(input, 2)),
        1,
        OnnxGraph.attribute("num_heads", config.heads()));
  }

  /** A matrix product without its bias. */
  private String product(String x, String name) throws IOException {
    long[] shape = weights.shape(name + ".weight");
    int out = Math.toIntExact(shape[0]);
    int in = Math.toIntExact(shape[1]);
    float[] weight = transpose(weights.read(name + ".weight").data(), out, in);
    if (!int8) {
      return graph.node(
          ONNX, "MatMul", List.of(x, graph.floats(name + ".weight", weight, in, out)), 1);
    }
    Quantized quantized = Quantized.of(weight, in, out);
    return graph.node(
        MICROSOFT,
        "DynamicQuantizeMatMul",
        List.of(
            x,
            graph.bytes(name + ".weight", quantized.values(), in, out),
            graph.floats(name + ".scale", quantized.scales(), out)),
        1);
  }

  /** LayerNorm of a product, its bias and what went around it. */
  private String skip(String product, String around, String biased, String norm)
      throws IOException {
    return graph.node(
        MICROSOFT,
        "SkipLayerNormalization",
        List.of(
            product, around, copy(norm + ".weight"), copy(norm + ".bias"), copy(biased + ".bias")),
        1,
        OnnxGraph.attribute("epsilon", EPSILON));
  }

  private void head(String x) throws IOException {
    int classes = config.labels().size();
    String first =
        graph.node(
            ONNX,
            "Gather",
            List.of(x, graph.scalar("first", 0)),
            1,
            OnnxGraph.attribute("axis", 1));
    String hidden =
        graph.node(
            ONNX,
            "Gemm",
            List.of(first, copy("pre_classifier.weight"), copy("pre_classifier.bias")),
            1,
            OnnxGraph.attribute("transB", 1));
    String active = graph.node(ONNX, "Relu", List.of(hidden), 1);
    String logits =
        graph.node(
            ONNX,
            "Gemm",
            List.of(active, copy("classifier.weight"), copy("classifier.bias")),
            1,
            OnnxGraph.attribute("transB", 1));
    graph.output(logits, Element.FLOAT, "rows", classes);
  }

  private String copy(String name) throws IOException {
    return graph.floats(name, weights.read(name).data(), weights.shape(name));
  }

  private static float[] transpose(float[] values, int rows, int columns) {
    float[] result = new float[values.length];
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        result[column * rows + row] = values[row * columns + column];
      }
    }
    return result;
  }

  /**
   * Weights of 8 bits, one scale a column.
   *
   * @param values shape [rows][columns], flattened
   * @param scales one a column: a weight is about its value times its scale
   */
  @SuppressWarnings("ArrayRecordComponent") // Written at once, compared nowhere.
  private record Quantized(byte[] values, float[] scales) {
    static Quantized of(float[] weight, int rows, int columns) {
      float[] scales = new float[columns];
      for (int i = 0; i < weight.length; i++) {
        scales[i % columns] = Math.max(scales[i % columns], Math.abs(weight[i]));
      }
      for (int column = 0; column < columns; column++) {
        scales[column] = Math.max(scales[column], Float.MIN_NORMAL) / QUANTIZED_MAX;
      }
      byte[] values = new byte[rows * columns];
      for (int i = 0; i < values.length; i++) {
        values[i] = (byte) Math.round(weight[i] / scales[i % columns]);
      }
      return new Quantized(values, scales);
    }
  }
}
