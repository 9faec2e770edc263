package dev.verdict.trainer.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.verdict.contract.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The fields of a JSON object. */
final class JsonFields implements Fields {
  private final String place;
  private final JsonNode object;

  private JsonFields(String place, JsonNode object) {
    this.place = place;
    this.object = object;
  }

  static JsonFields parse(String place, String line) {
    try {
      JsonNode node = Json.read(line.getBytes(StandardCharsets.UTF_8), JsonNode.class);
      if (!node.isObject()) {
        throw new DataException(
            place + ": not a JSON object, must be one such as {\"text\": \"…\", \"label\": \"…\"}");
      }
      return new JsonFields(place, node);
    } catch (JsonProcessingException e) {
      throw new DataException("%s: not valid JSON (%s)".formatted(place, describe(e)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Optional<String> text(String name) {
    return field(name).map(value -> text(name, value, value.isTextual(), "a string"));
  }

  @Override
  public Optional<String> textOrNumber(String name) {
    return field(name)
        .map(
            value ->
                text(name, value, value.isTextual() || value.isNumber(), "a string or a number"));
  }

  private Optional<JsonNode> field(String name) {
    return Optional.ofNullable(object.get(name)).filter(value -> !value.isNull());
  }

  private String text(String name, JsonNode value, boolean accepted, String expected) {
    if (!accepted) {
      String kind =
          switch (value.getNodeType()) {
            case ARRAY -> "an array";
            case OBJECT -> "an object";
            default -> value.asText();
          };
      throw new DataException(
          "%s: field %s is %s, must be %s".formatted(place, name, kind, expected));
    }
    return value.asText();
  }

  /** The line is known already, so the column alone. */
  private static String describe(JsonProcessingException fault) {
    return Json.describe(fault).replaceFirst(" at line \\d+, column", " at column");
  }
}
