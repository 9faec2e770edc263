package dev.verdict.cli.produce;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.verdict.contract.Json;
import dev.verdict.contract.Review;
import dev.verdict.trainer.data.ByteLines;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** A review a line: plain text, or a JSON object. Blank lines are skipped. */
final class LineReviews implements ReviewInput {
  static final int MAX_BYTES = 1 << 24;

  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private final String name;
  private final InputStream in;
  private final ByteLines lines;
  private Format format;
  private long number;

  /**
   * @param name of the input, for messages
   * @param in closed with this
   * @param format {@link Format#AUTO}, {@link Format#JSON} or {@link Format#TEXT}
   */
  LineReviews(String name, InputStream in, Format format) {
    this.name = name;
    this.in = in;
    this.lines = new ByteLines(in, MAX_BYTES);
    this.format = format;
  }

  /** A line's object; the fields of the topics, and the label beside them. */
  private record Line(
      JsonNode id,
      String text,
      Optional<Instant> timestamp,
      Map<String, String> attributes,
      Optional<String> label) {}

  @Override
  public Optional<InputReview> next() throws IOException {
    for (Optional<byte[]> line = lines.next(); line.isPresent(); line = lines.next()) {
      number++;
      Optional<InputReview> review = parse(line.get());
      if (review.isPresent()) {
        return review;
      }
    }
    return Optional.empty();
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  /** Empty for a blank line. */
  private Optional<InputReview> parse(byte[] line) throws IOException {
    if (line.length > MAX_BYTES) {
      return Optional.of(fault("the line has more than " + MAX_BYTES + " bytes"));
    }
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(line)).toString();
    } catch (CharacterCodingException e) {
      return Optional.of(fault("the line is not UTF-8"));
    }
    if (number == 1 && text.startsWith(BYTE_ORDER_MARK)) {
      text = text.substring(1);
    }
    if (text.isBlank()) {
      return Optional.empty();
    }
    if (format == Format.AUTO) {
      format = text.stripLeading().startsWith("{") ? Format.JSON : Format.TEXT;
    }
    return Optional.of(
        format == Format.JSON
            ? json(text)
            : InputReview.of(
                place(),
                new WrittenReview(
                    Optional.empty(),
                    new Review(text.replaceFirst("\r?\n$", ""), Optional.empty(), Map.of()),
                    Optional.empty())));
  }

  private InputReview json(String text) throws IOException {
    Line line;
    try {
      line = Json.read(text.getBytes(StandardCharsets.UTF_8), Line.class);
    } catch (JsonProcessingException e) {
      return fault(Json.describe(e));
    }
    if (line == null || line.text() == null) {
      return fault("field text is missing, must be a string");
    }
    JsonNode id = line.id();
    boolean absent = id == null || id.isNull();
    if (!absent && !id.isTextual() && !id.isIntegralNumber()) {
      return fault("field id must be a string or a whole number");
    }
    return InputReview.of(
        place(),
        new WrittenReview(
            absent ? Optional.empty() : Optional.of(id.asText()),
            new Review(
                line.text(),
                line.timestamp(),
                line.attributes() == null ? Map.of() : line.attributes()),
            line.label().filter(label -> !label.isBlank())));
  }

  private InputReview fault(String what) {
    return InputReview.faulty(place(), what);
  }

  private String place() {
    return name + " line " + number;
  }
}
