package dev.verdict.contract;

import static dev.verdict.contract.RejectedException.Stage.DECODE;

import dev.verdict.contract.RejectedException.Reason;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;

/**
 * Reads what users write: the key and value bytes of {@code reviews} and {@code labels}. A record
 * that breaks its contract is rejected with the reason; what is accepted can be processed.
 *
 * @param maxTextBytes longest text of a review, in UTF-8 bytes
 * @param maxIdBytes longest review id, in UTF-8 bytes
 * @param reviews reads the fields of reviews
 * @param labels reads the fields of labels
 */
public record ReviewDecoder(
    int maxTextBytes,
    int maxIdBytes,
    ValueReader<ReviewFields> reviews,
    ValueReader<LabelFields> labels) {
  /** Kafka refuses records before it, and a refused record ends a transaction. */
  static final Instant FIRST_TIME = Instant.EPOCH;

  /** The last time that ISO-8601 writes with four digits of year. */
  static final Instant LAST_TIME = Instant.parse("9999-12-31T23:59:59.999Z");

  /** Of JSON with the fields' own names. */
  public ReviewDecoder(int maxTextBytes, int maxIdBytes) {
    this(maxTextBytes, maxIdBytes, JsonValues.reviews("text"), JsonValues.labels("label"));
  }

  /** The review in a record's value. */
  public Review review(byte[] value) throws RejectedException {
    return checked(reviews.read(value));
  }

  /** The review in a record's value, if that can be told without waiting for anybody. */
  public Optional<Review> reviewAtOnce(byte[] value) throws RejectedException {
    Optional<ReviewFields> fields = reviews.readAtOnce(value);
    return fields.isEmpty() ? Optional.empty() : Optional.of(checked(fields.get()));
  }

  private Review checked(ReviewFields fields) throws RejectedException {
    if (fields.text().isEmpty()) {
      throw new RejectedException(DECODE, Reason.MISSING_TEXT, "text is missing, must be a string");
    }
    String text = fields.text().get();
    if (text.codePoints().noneMatch(ReviewDecoder::visible)) {
      throw new RejectedException(
          DECODE, Reason.BLANK_TEXT, "text is blank, must hold something to classify");
    }
    int bytes = text.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > maxTextBytes) {
      throw new RejectedException(
          DECODE,
          Reason.TEXT_TOO_LARGE,
          "text has " + bytes + " bytes, must have at most " + maxTextBytes);
    }
    return new Review(text, recordTime("timestamp", fields.timestamp()), fields.attributes());
  }

  /** The label in a record's value; whether the model knows the class is for the caller to say. */
  public Label label(byte[] value) throws RejectedException {
    LabelFields fields = labels.read(value);
    Optional<String> label = fields.label().filter(each -> !each.isBlank());
    if (label.isEmpty()) {
      throw new RejectedException(
          DECODE, Reason.MISSING_LABEL, "label is missing, must be a string");
    }
    return new Label(label.get(), recordTime("labeled_at", fields.labeledAt()), fields.source());
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
    return Optional.of(StrictUtf8.decode(bytes, "key"));
  }

  /** The id of a review that has no key: its place. */
  public static String madeUpId(String topic, int partition, long offset) {
    return topic + "-" + partition + "-" + offset;
  }

  /** Whether a text with this character is more than blank: it is neither space nor control. */
  private static boolean visible(int character) {
    return !Character.isWhitespace(character)
        && !Character.isSpaceChar(character)
        && !Character.isISOControl(character)
        && Character.getType(character) != Character.FORMAT;
  }

  private static Optional<Instant> recordTime(String field, Optional<Instant> time)
      throws RejectedException {
    if (time.filter(each -> each.isBefore(FIRST_TIME) || each.isAfter(LAST_TIME)).isPresent()) {
      throw new RejectedException(
          DECODE,
          Reason.INVALID_FIELD,
          "%s is %s, must be between %s and %s"
              .formatted(field, time.get(), FIRST_TIME, LAST_TIME));
    }
    return time;
  }
}
