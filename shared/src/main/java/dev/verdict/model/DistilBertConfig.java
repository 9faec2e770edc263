package dev.verdict.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The configuration of a DistilBERT sequence classifier, Hugging Face's {@code config.json}. The
 * activation is always the exact GELU.
 *
 * @param vocabSize {@code vocab_size}
 * @param maxPositions {@code max_position_embeddings}: most tokens of a text
 * @param sinusoidalPositions {@code sinusoidal_pos_embds}: position embeddings are fixed
 * @param layers {@code n_layers}
 * @param heads {@code n_heads}; divides {@code width}
 * @param width {@code dim}
 * @param hiddenWidth {@code hidden_dim}: width of the feed-forward layers
 * @param dropout {@code dropout}, 0 or more and below 1
 * @param attentionDropout {@code attention_dropout}, the same
 * @param headDropout {@code seq_classif_dropout}, the same
 * @param initializerRange {@code initializer_range}: standard deviation of random weights
 * @param padTokenId {@code pad_token_id}
 * @param labels the classes in the order of {@code id2label}
 */
public record DistilBertConfig(
    int vocabSize,
    int maxPositions,
    boolean sinusoidalPositions,
    int layers,
    int heads,
    int width,
    int hiddenWidth,
    double dropout,
    double attentionDropout,
    double headDropout,
    double initializerRange,
    int padTokenId,
    List<String> labels) {

  private static final String FILE = "config.json";
  private static final String MODEL_TYPE = "distilbert";
  private static final String ACTIVATION = "gelu";

  public DistilBertConfig {
    labels = List.copyOf(labels);
    requirePositive("vocab_size", vocabSize);
    requirePositive("max_position_embeddings", maxPositions);
    requirePositive("n_layers", layers);
    requirePositive("n_heads", heads);
    requirePositive("dim", width);
    requirePositive("hidden_dim", hiddenWidth);
    requireProbability("dropout", dropout);
    requireProbability("attention_dropout", attentionDropout);
    requireProbability("seq_classif_dropout", headDropout);
    if (width % heads != 0) {
      throw new ModelException("dim is " + width + ", must be a multiple of n_heads " + heads);
    }
    if (!(initializerRange >= 0 && Double.isFinite(initializerRange))) {
      throw new ModelException("initializer_range is " + initializerRange + ", must be 0 or more");
    }
    if (padTokenId < 0 || padTokenId >= vocabSize) {
      throw new ModelException(
          "pad_token_id is " + padTokenId + ", must be below vocab_size " + vocabSize);
    }
    if (labels.size() < 2) {
      throw new ModelException("The classes are " + labels + ", must be at least two");
    }
    if (new HashSet<>(labels).size() != labels.size()) {
      throw new ModelException("The classes are " + labels + ", must differ");
    }
  }

  /**
   * Reads {@code config.json} of a folder; fields it does not know are ignored.
   *
   * @throws ModelException naming the field when one is missing, impossible or not supported
   */
  public static DistilBertConfig read(Path folder) throws IOException {
    Path file = folder.resolve(FILE);
    if (!Files.exists(file)) {
      throw new IOException(folder + " holds no " + FILE);
    }
    JsonNode root;
    try {
      root = new ObjectMapper().readTree(Files.readAllBytes(file));
    } catch (JsonProcessingException e) {
      throw new IOException(file + " is not JSON: " + e.getOriginalMessage(), e);
    }
    try {
      return parse(root);
    } catch (ModelException e) {
      throw new ModelException(file + ": " + e.getMessage(), e);
    }
  }

  private static DistilBertConfig parse(JsonNode root) {
    requireText(root, "model_type", MODEL_TYPE, "");
    requireText(root, "activation", ACTIVATION, ACTIVATION);
    return new DistilBertConfig(
        integer(root, "vocab_size"),
        integer(root, "max_position_embeddings"),
        root.path("sinusoidal_pos_embds").asBoolean(false),
        integer(root, "n_layers"),
        integer(root, "n_heads"),
        integer(root, "dim"),
        integer(root, "hidden_dim"),
        number(root, "dropout", 0.1),
        number(root, "attention_dropout", 0.1),
        number(root, "seq_classif_dropout", 0.2),
        number(root, "initializer_range", 0.02),
        root.has("pad_token_id") ? integer(root, "pad_token_id") : 0,
        labels(root));
  }

  /** Hugging Face leaves {@code id2label} out when it says LABEL_0 and LABEL_1. */
  private static List<String> labels(JsonNode root) {
    JsonNode names = root.path("id2label");
    if (names.isMissingNode() || names.isNull()) {
      int count = root.has("num_labels") ? integer(root, "num_labels") : 2;
      return IntStream.range(0, count).mapToObj(i -> "LABEL_" + i).toList();
    }
    List<String> labels = new ArrayList<>();
    for (int id = 0; id < names.size(); id++) {
      JsonNode name = names.path(Integer.toString(id));
      if (!name.isTextual()) {
        throw new ModelException(
            "id2label has no name for class " + id + ", must name 0 to " + (names.size() - 1));
      }
      labels.add(name.textValue());
    }
    return labels;
  }

  private static void requireText(JsonNode root, String field, String wanted, String fallback) {
    String value = root.path(field).asText(fallback);
    if (!value.equals(wanted)) {
      throw new ModelException(
          field + (value.isEmpty() ? " is missing" : " is " + value) + ", must be " + wanted);
    }
  }

  private static int integer(JsonNode root, String field) {
    JsonNode value = root.path(field);
    if (!value.isInt()) {
      throw new ModelException(
          field
              + (value.isMissingNode() ? " is missing" : " is " + value)
              + ", must be a whole number");
    }
    return value.intValue();
  }

  private static double number(JsonNode root, String field, double fallback) {
    JsonNode value = root.path(field);
    if (value.isMissingNode()) {
      return fallback;
    }
    if (!value.isNumber()) {
      throw new ModelException(field + " is " + value + ", must be a number");
    }
    return value.doubleValue();
  }

  private static void requirePositive(String field, int value) {
    if (value < 1) {
      throw new ModelException(field + " is " + value + ", must be at least 1");
    }
  }

  private static void requireProbability(String field, double value) {
    if (!(value >= 0 && value < 1)) {
      throw new ModelException(field + " is " + value + ", must be 0 or more and below 1");
    }
  }

  /** Writes {@code config.json} of a classifier into a folder. */
  public void write(Path folder) throws IOException {
    write(folder, "DistilBertForSequenceClassification");
  }

  /**
   * Writes {@code config.json} into a folder.
   *
   * @param architecture Hugging Face's class that opens it
   */
  void write(Path folder, String architecture) throws IOException {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("model_type", MODEL_TYPE);
    root.putArray("architectures").add(architecture);
    root.put("activation", ACTIVATION);
    root.put("attention_dropout", attentionDropout);
    root.put("dim", width);
    root.put("dropout", dropout);
    root.put("hidden_dim", hiddenWidth);
    root.put("initializer_range", initializerRange);
    root.put("max_position_embeddings", maxPositions);
    root.put("n_heads", heads);
    root.put("n_layers", layers);
    root.put("pad_token_id", padTokenId);
    root.put("seq_classif_dropout", headDropout);
    root.put("sinusoidal_pos_embds", sinusoidalPositions);
    root.put("tie_weights_", true);
    root.put("torch_dtype", "float32");
    root.put("vocab_size", vocabSize);
    root.put("problem_type", "single_label_classification");
    ObjectNode idToLabel = root.putObject("id2label");
    ObjectNode labelToId = root.putObject("label2id");
    for (int id = 0; id < labels.size(); id++) {
      idToLabel.put(Integer.toString(id), labels.get(id));
      labelToId.put(labels.get(id), id);
    }
    new ObjectMapper()
        .enable(SerializationFeature.INDENT_OUTPUT)
        .writeValue(folder.resolve(FILE).toFile(), root);
  }

  /** The same model with other classes. */
  public DistilBertConfig withLabels(List<String> newLabels) {
    return new DistilBertConfig(
        vocabSize,
        maxPositions,
        sinusoidalPositions,
        layers,
        heads,
        width,
        hiddenWidth,
        dropout,
        attentionDropout,
        headDropout,
        initializerRange,
        padTokenId,
        newLabels);
  }

  /** The same model with other rates of dropout, each 0 or more and below 1. */
  public DistilBertConfig withDropout(double all, double attention, double head) {
    return new DistilBertConfig(
        vocabSize,
        maxPositions,
        sinusoidalPositions,
        layers,
        heads,
        width,
        hiddenWidth,
        all,
        attention,
        head,
        initializerRange,
        padTokenId,
        labels);
  }
}
