package dev.verdict.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * {@code calibration.json} of a checkpoint: the temperature by which a classifier divides its
 * logits, so that its probabilities are as often right as they say. Hugging Face's own classes do
 * not read it: their probabilities are those of temperature 1.
 */
public final class CalibrationFile {
  public static final String NAME = "calibration.json";

  private static final String TEMPERATURE = "temperature";
  private static final double MIN = 1e-3;
  private static final double MAX = 1e3;

  private CalibrationFile() {}

  /** Writes the file into a folder. */
  public static void write(Path folder, double temperature) throws IOException {
    new ObjectMapper()
        .enable(SerializationFeature.INDENT_OUTPUT)
        .writeValue(
            folder.resolve(NAME).toFile(),
            JsonNodeFactory.instance.objectNode().put(TEMPERATURE, temperature));
  }

  /**
   * The temperature of a checkpoint, 1 where it has none.
   *
   * @throws IOException when the file is no JSON
   * @throws ModelException when it holds no temperature that can be used
   */
  static double read(Path folder) throws IOException {
    Path file = folder.resolve(NAME);
    if (!Files.exists(file)) {
      return 1;
    }
    JsonNode temperature;
    try {
      temperature = new ObjectMapper().readTree(Files.readAllBytes(file)).path(TEMPERATURE);
    } catch (JsonProcessingException e) {
      throw new IOException(file + " is not JSON: " + e.getOriginalMessage(), e);
    }
    double value = temperature.asDouble();
    if (!temperature.isNumber() || !(value >= MIN && value <= MAX)) {
      throw new ModelException(
          "%s: temperature is %s, must be a number from %s to %s"
              .formatted(file, temperature.isMissingNode() ? "missing" : temperature, MIN, MAX));
    }
    return value;
  }
}
