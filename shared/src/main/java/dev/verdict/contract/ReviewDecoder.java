package dev.verdict.contract;

import static dev.verdict.contract.RejectedException.Stage.DECODE;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import dev.verdict.contract.RejectedException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Reads what users write: the key and value bytes of {@code reviews} and {@code labels}. A record
 * that breaks its contract is rejected with the reason; what is accepted can be processed.
 *
 * @param maxTextBytes longest text of a review, in UTF-8 bytes
 * @param maxIdBytes longest review id, in UTF-8 bytes
 */
public record ReviewDecoder(int maxTextBytes, int maxIdBytes) {
  /** Kafka refuses records before it, and a refused record ends a transaction. */
  static final Instant FIRST_TIME = Instant.EPOCH;

  /** The last time that ISO-8601 writes with four digits of year. */
  static final Instant LAST_TIME = Instant.parse("9999-12-31T23:59:59.999Z");

  /** The review in a record's value. */
  public Review review(byte[] value) throws RejectedException {
    RawReview raw = read(value, RawReview.class);
    if (raw.text == null) {
      throw new RejectedException(
          DECODE, Reason.MISSING_TEXT, "text is missing, must be a JSON string");
    }
    if (raw.text.codePoints().noneMatch(ReviewDecoder::visible)) {
      throw new RejectedException(
          DECODE, Reason.BLANK_TEXT, "text is blank, must hold something to classify");
    }
    int bytes = raw.text.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > maxTextBytes) {
      throw new RejectedException(
          DECODE,
          Reason.TEXT_TOO_LARGE,
          "text has " + bytes + " bytes, must have at most " + maxTextBytes);
    }
    return new Review(
        raw.text,
        recordTime("timestamp", raw.timestamp),
        raw.attributes == null ? Map.of() : withoutNulls(raw.attributes));
  }

  /** The label in a record's value; whether the model knows the class is for the caller to say. */
  public Label label(byte[] value) throws RejectedException {
    RawLabel raw = read(value, RawLabel.class);
    if (raw.label == null || raw.label.isBlank()) {
      throw new RejectedException(
          DECODE, Reason.MISSING_LABEL, "label is missing, must be a JSON string");
    }
    return new Label(
        raw.label, recordTime("labeled_at", raw.labeledAt), Optional.ofNullable(raw.source));
  }

  /**
   * The review id in a record's key.
   *
   * @param key empty for a record without one
   */
  public Optional<String> id(Optional<byte[]> key) throws RejectedException {
    if (key.isEmpty()) {
      return Optional.empty();
    }
    byte[] bytes = key.get();
    if (bytes.length == 0) {
      throw new RejectedException(
          DECODE, Reason.MISSING_KEY, "key is empty, must be a review id or null");
    }
    if (bytes.length > maxIdBytes) {
      throw new RejectedException(
          DECODE,
          Reason.KEY_TOO_LARGE,
          "key has " + bytes.length + " bytes, must have at most " + maxIdBytes);
    }
    return Optional.of(utf8(bytes, "key"));
  }

  /** The id of a review that has no key: its place. */
  public static String madeUpId(String topic, int partition, long offset) {
    return "%s-%d-%d".formatted(topic, partition, offset);
  }

  private static <T> T read(byte[] value, Class<T> type) throws RejectedException {
    String json = utf8(value, "value");
    if (json.indexOf('\0') >= 0) {
      // Jackson would take such bytes for UTF-16 or UTF-32.
      throw new RejectedException(
          DECODE, Reason.NOT_JSON, "value is not JSON: it holds a NUL byte, must be UTF-8");
    }
    try {
      T read = Json.read(value, type);
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

  /** Whether a text with this character is more than blank: it is neither space nor control. */
  private static boolean visible(int character) {
    return !Character.isWhitespace(character)
        && !Character.isSpaceChar(character)
        && !Character.isISOControl(character)
        && Character.getType(character) != Character.FORMAT;
  }

  private static Optional<Instant> recordTime(String field, Instant time) throws RejectedException {
    if (time != null && (time.isBefore(FIRST_TIME) || time.isAfter(LAST_TIME))) {
      throw new RejectedException(
          DECODE,
          Reason.INVALID_FIELD,
          "%s is %s, must be between %s and %s".formatted(field, time, FIRST_TIME, LAST_TIME));
    }
    return Optional.ofNullable(time);
  }

  private static Map<String, String> withoutNulls(Map<String, String> attributes) {
    Map<String, String> present = new LinkedHashMap<>(attributes);
    present.values().removeIf(Objects::isNull);
    return Collections.unmodifiableMap(present);
  }

  private static String utf8(byte[] bytes, String what) throws RejectedException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new RejectedException(DECODE, Reason.NOT_UTF8, what + " is not valid UTF-8");
    }
  }

  private record RawReview(String text, Instant timestamp, Map<String, String> attributes) {}

  private record RawLabel(String label, Instant labeledAt, String source) {}
}
