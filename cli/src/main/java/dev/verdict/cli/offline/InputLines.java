package dev.verdict.cli.offline;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.verdict.contract.Json;
import dev.verdict.trainer.data.ByteLines;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Texts in lines of UTF-8; a line that cannot be used is given with its fault. */
final class InputLines {
  static final int MAX_BYTES = 1 << 20;

  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private final ByteLines lines;
  private InputFormat format;
  private long number;

  InputLines(InputStream in, InputFormat format) {
    this.lines = new ByteLines(in, MAX_BYTES);
    this.format = format;
  }

  /** The next line as soon as it is there; empty at the end. */
  Optional<InputLine> next() throws IOException {
    Optional<byte[]> line = lines.next();
    number++;
    return line.map(this::parse);
  }

  private InputLine parse(byte[] line) {
    if (line.length > MAX_BYTES) {
      return faulty(line, Optional.empty(), "the line has more than " + MAX_BYTES + " bytes");
    }
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(line)).toString();
    } catch (CharacterCodingException e) {
      return faulty(line, Optional.empty(), "the line is not UTF-8");
    }
    if (number == 1 && text.startsWith(BYTE_ORDER_MARK)) {
      text = text.substring(1);
    }
    if (text.isBlank()) {
      return faulty(line, Optional.empty(), "the line is blank");
    }
    if (format == InputFormat.AUTO) {
      format = text.stripLeading().startsWith("{") ? InputFormat.JSON : InputFormat.TEXT;
    }
    return format == InputFormat.JSON
        ? parseJson(line, text)
        : InputLine.of(number, line.length, Optional.empty(), text.replaceFirst("\r?\n$", ""));
  }

  private InputLine parseJson(byte[] line, String text) {
    JsonNode object;
    try {
      object = Json.read(text.getBytes(StandardCharsets.UTF_8), JsonNode.class);
    } catch (JsonProcessingException e) {
      return faulty(line, Optional.empty(), "the line is not valid JSON");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (!object.isObject()) {
      return faulty(line, Optional.empty(), "the line is not a JSON object");
    }
    JsonNode id = object.path("id");
    Optional<String> known =
        id.isTextual() || id.isIntegralNumber() ? Optional.of(id.asText()) : Optional.empty();
    if (known.isEmpty() && !id.isMissingNode() && !id.isNull()) {
      return faulty(line, known, "field id must be a string or a whole number");
    }
    if (!object.path("text").isTextual()) {
      return faulty(
          line,
          known,
          object.hasNonNull("text") ? "field text must be a string" : "field text is missing");
    }
    return InputLine.of(number, line.length, known, object.path("text").asText());
  }

  private InputLine faulty(byte[] line, Optional<String> id, String fault) {
    return InputLine.faulty(number, line.length, id, fault);
  }
}
