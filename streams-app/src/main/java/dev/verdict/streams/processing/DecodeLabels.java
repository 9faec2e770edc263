package dev.verdict.streams.processing;

import dev.verdict.contract.Label;
import dev.verdict.contract.RejectedException;
import dev.verdict.contract.RejectedException.Reason;
import dev.verdict.contract.RejectedException.Stage;
import dev.verdict.contract.ReviewDecoder;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/** Turns each record of {@code labels} into a label of a known class or a dead letter. */
final class DecodeLabels extends AnsweringProcessor<Label> {
  /** What a record may need besides the label's own value. */
  private static final int RECORD_BYTES = 2048;

  private final ReviewDecoder decoder;
  private final Supplier<List<String>> classes;
  private final int outputMaxBytes;
  private final StreamMeters meters;

  /**
   * @param classes of the version that serves, and those declared for the next
   * @param outputMaxBytes largest record that may be written to any topic but the dead letters
   */
  DecodeLabels(
      ReviewDecoder decoder,
      Supplier<List<String>> classes,
      int outputMaxBytes,
      DeadLetters deadLetters,
      StreamMeters meters,
      ProcessingListener listener) {
    super(deadLetters, meters, listener);
    this.decoder = decoder;
    this.classes = classes;
    this.outputMaxBytes = outputMaxBytes;
    this.meters = meters;
  }

  @Override
  void count() {
    meters.label();
  }

  @Override
  Record<byte[], Outcome<Label>> answer(Record<byte[], byte[]> record, RecordMetadata place)
      throws RejectedException {
    return record.withValue(new Outcome.Accepted<>(decode(record)));
  }

  private Label decode(Record<byte[], byte[]> record) throws RejectedException {
    if (decoder.id(Optional.ofNullable(record.key())).isEmpty()) {
      throw new RejectedException(
          Stage.DECODE, Reason.MISSING_KEY, "label has no key, must have the review's id");
    }
    if (record.value().length > outputMaxBytes - RECORD_BYTES) {
      throw new RejectedException(
          Stage.PRODUCE,
          Reason.OUTPUT_TOO_LARGE,
          "label has %d bytes, must have at most %d (output.max.bytes)"
              .formatted(record.value().length, outputMaxBytes - RECORD_BYTES));
    }
    Label label = decoder.label(record.value());
    if (!classes.get().contains(label.label())) {
      throw new RejectedException(
          Stage.DECODE,
          Reason.UNKNOWN_LABEL,
          "label is " + brief(label.label()) + ", must be one of " + classes.get());
    }
    // When it was written, where its writer does not say.
    Instant given = label.labeledAt().orElse(Instant.ofEpochMilli(record.timestamp()));
    return new Label(label.label(), Optional.of(given), label.source());
  }

  private static String brief(String text) {
    return text.length() <= 50 ? text : text.substring(0, 50) + "…";
  }
}
