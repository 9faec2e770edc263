package dev.verdict.streams.processing;

import dev.verdict.contract.DeadLetterHeaders;
import dev.verdict.contract.Label;
import dev.verdict.contract.RejectedException;
import dev.verdict.contract.RejectedException.Reason;
import dev.verdict.contract.RejectedException.Stage;
import dev.verdict.contract.ReviewDecoder;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/** Turns each record of {@code labels} into a label of a known class or a dead letter. */
final class DecodeLabels implements Processor<byte[], byte[], byte[], Outcome<Label>> {
  private final ReviewDecoder decoder;
  private final Supplier<List<String>> classes;
  private final StreamMeters meters;
  private ProcessorContext<byte[], Outcome<Label>> context;

  /**
   * @param classes of the version that serves
   */
  DecodeLabels(ReviewDecoder decoder, Supplier<List<String>> classes, StreamMeters meters) {
    this.decoder = decoder;
    this.classes = classes;
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
      DeadLetterHeaders.add(
          record.headers(), place.topic(), place.partition(), place.offset(), fault);
      context.forward(record.withValue(new Outcome.Rejected<>(Bytes.wrap(record.value()))));
    }
  }

  private Label decode(Record<byte[], byte[]> record) throws RejectedException {
    if (decoder.id(Optional.ofNullable(record.key())).isEmpty()) {
      throw new RejectedException(
          Stage.DECODE, Reason.MISSING_KEY, "label has no key, must have the review's id");
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
