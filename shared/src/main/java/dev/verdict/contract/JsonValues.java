package dev.verdict.contract;

import static dev.verdict.contract.RejectedException.Stage.DECODE;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import dev.verdict.contract.RejectedException.Reason;
import java.io.IOException;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Reads what users write as JSON. */
final class JsonValues {
  private JsonValues() {}

  private record RawReview(String text, Instant timestamp, Map<String, String> attributes) {}

  private record RawLabel(String label, Instant labeledAt, String source) {}

  /**
   * Reviews.
   *
   * @param textField the field that holds the text
   */
  static ValueReader<ReviewFields> reviews(String textField) {
    Json.Shape<RawReview> json = new Json.Shape<>(RawReview.class, Map.of("text", textField));
    return value -> {
      RawReview raw = read(value, json);
      return new ReviewFields(
          Optional.ofNullable(raw.text),
          Optional.ofNullable(raw.timestamp),
          raw.attributes == null ? Map.of() : withoutNulls(raw.attributes));
    };
  }

  /**
   * Labels.
   *
   * @param labelField the field that holds the class
   */
  static ValueReader<LabelFields> labels(String labelField) {
    Json.Shape<RawLabel> json = new Json.Shape<>(RawLabel.class, Map.of("label", labelField));
    return value -> {
      RawLabel raw = read(value, json);
      return new LabelFields(
          Optional.ofNullable(raw.label),
          Optional.ofNullable(raw.labeledAt),
          Optional.ofNullable(raw.source));
    };
  }

  /** Predictions, which Verdict wrote, or somebody in its place. */
  static ValueReader<Prediction> predictions() {
    Json.Shape<Prediction> json = new Json.Shape<>(Prediction.class, Map.of());
    return value -> read(value, json);
  }

  private static <T> T read(byte[] value, Json.Shape<T> json) throws RejectedException {
    if (StrictUtf8.decode(value, "value").indexOf('\0') >= 0) {
      // Jackson would take such bytes for UTF-16 or UTF-32.
      throw new RejectedException(
          DECODE, Reason.NOT_JSON, "value is not JSON: it holds a NUL byte, must be UTF-8");
    }
    try {
      T read = json.read(value);
      if (read == null) {
        throw new RejectedException(
            DECODE, Reason.NOT_JSON, "value is null, must be a JSON object");
      }
      return read;
    } catch (JsonMappingException e) {
      throw new RejectedException(DECODE, Reason.INVALID_FIELD, Json.describe(e));
    } catch (JsonProcessingException e) {
      throw new RejectedException(
          DECODE, Reason.NOT_JSON, "value is not JSON: " + Json.describe(e));
    } catch (IOException e) {
      throw new RejectedException(DECODE, Reason.NOT_JSON, "value is not JSON: " + e.getMessage());
    }
  }

  private static Map<String, String> withoutNulls(Map<String, String> attributes) {
    Map<String, String> present = new LinkedHashMap<>(attributes);
    present.values().removeIf(Objects::isNull);
    return Collections.unmodifiableMap(present);
  }
}
