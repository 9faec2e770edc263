package dev.verdict.streams.processing;

import dev.verdict.contract.Label;
import dev.verdict.contract.RejectedException;
import dev.verdict.contract.RejectedException.Reason;
import dev.verdict.contract.RejectedException.Stage;
import dev.verdict.contract.ReviewDecoder;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/** Turns each record of {@code labels} into a label of a known class or a dead letter. */
final class DecodeLabels implements Processor<byte[], byte[], byte[], Outcome<Label>> {
  /** What a record may need besides the label's own value. */
  private static final int RECORD_BYTES = 2048;

  private final ReviewDecoder decoder;
  private final Supplier<List<String>> classes;
  private final int outputMaxBytes;
  private final DeadLetters deadLetters;
  private final StreamMeters meters;
  private ProcessorContext<byte[], Outcome<Label>> context;

  /**
   * @param classes of the version that serves, and those declared for the next
   * @param outputMaxBytes largest record that may be written to any topic but the dead letters
   */
  DecodeLabels(
      ReviewDecoder decoder,
      Supplier<List<String>> classes,
      int outputMaxBytes,
      DeadLetters deadLetters,
      StreamMeters meters) {
    this.decoder = decoder;
    this.classes = classes;
    this.outputMaxBytes = outputMaxBytes;
    this.deadLetters = deadLetters;
    this.meters = meters;
  }

  @Override
  public void init(ProcessorContext<byte[], Outcome<Label>> processorContext) {
    context = processorContext;
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    RecordMetadata place = context.recordMetadata().orElseThrow();
    if (record.value() == null) {
      meters.tombstone(place.topic());
      return;
    }
    meters.label();
    try {
      Label label = decode(record);
      context.forward(record.withValue(new Outcome.Accepted<>(label)));
    } catch (RejectedException fault) {
      meters.deadLetter(fault);
      context.forward(deadLetters.of(record, place, fault, context.currentSystemTimeMs()));
    }
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
    return label;
  }

  private static String brief(String text) {
    return text.length() <= 50 ? text : text.substring(0, 50) + "…";
  }
}
