package dev.verdict.contract;

import static dev.verdict.contract.RejectedException.Stage.DECODE;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.verdict.contract.RejectedException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * Reads what users write: the key and value bytes of {@code reviews} and {@code labels}. A record
 * that breaks its contract is rejected with the reason; what is accepted can be processed.
 *
 * @param maxTextBytes longest text of a review, in UTF-8 bytes
 * @param maxIdBytes longest review id, in UTF-8 bytes
 */
public record ReviewDecoder(int maxTextBytes, int maxIdBytes) {

  /** The review in a record's value. */
  public Review review(byte[] value) throws RejectedException {
    RawReview raw = read(value, RawReview.class);
    if (raw.text == null) {
      throw new RejectedException(
          DECODE, Reason.MISSING_TEXT, "text is missing, must be a JSON string");
    }
    if (raw.text.isBlank()) {
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
        Optional.ofNullable(raw.timestamp),
        raw.attributes == null ? Map.of() : raw.attributes);
  }

  /** The label in a record's value; whether the model knows the class is for the caller to say. */
  public Label label(byte[] value) throws RejectedException {
    RawLabel raw = read(value, RawLabel.class);
    if (raw.label == null || raw.label.isBlank()) {
      throw new RejectedException(
          DECODE, Reason.MISSING_LABEL, "label is missing, must be a JSON string");
    }
    return new Label(
        raw.label, Optional.ofNullable(raw.labeledAt), Optional.ofNullable(raw.source));
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
    if (bytes.length == 0 || bytes.length > maxIdBytes) {
      throw new RejectedException(
          DECODE,
          Reason.KEY_TOO_LARGE,
          "key has " + bytes.length + " bytes, must have 1 to " + maxIdBytes);
    }
    return Optional.of(utf8(bytes, "key"));
  }

  private static <T> T read(byte[] value, Class<T> type) throws RejectedException {
    utf8(value, "value");
    try {
      T read = Json.read(value, type);
      if (read == null) {
        throw new RejectedException(
            DECODE, Reason.NOT_JSON, "value is null, must be a JSON object");
      }
      return read;
    } catch (com.fasterxml.jackson.databind.JsonMappingException e) {
      throw new RejectedException(DECODE, Reason.INVALID_FIELD, Json.describe(e));
    } catch (JsonProcessingException e) {
      throw new RejectedException(
          DECODE, Reason.NOT_JSON, "value is not JSON: " + Json.describe(e));
    } catch (IOException e) {
      throw new RejectedException(DECODE, Reason.NOT_JSON, "value is not JSON: " + e.getMessage());
    }
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
