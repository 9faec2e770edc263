package dev.verdict.streams.processing;

import dev.verdict.contract.RejectedException;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/** Answers every record that users wrote with a result or a dead letter, tombstones left out. */
abstract class AnsweringProcessor<T>
    extends ContextualProcessor<byte[], byte[], byte[], Outcome<T>> {
  private final DeadLetters deadLetters;
  private final StreamMeters meters;
  private final ProcessingListener listener;

  AnsweringProcessor(DeadLetters deadLetters, StreamMeters meters, ProcessingListener listener) {
    this.deadLetters = deadLetters;
    this.meters = meters;
    this.listener = listener;
  }

  /** The record with its result. */
  abstract Record<byte[], Outcome<T>> answer(Record<byte[], byte[]> record, RecordMetadata place)
      throws RejectedException;

  /** Counts a record that was read. */
  abstract void count();

  @Override
  public final void process(Record<byte[], byte[]> record) {
    RecordMetadata place = context().recordMetadata().orElseThrow();
    if (record.value() == null) {
      meters.tombstone(place.topic());
      return;
    }
    count();
    try {
      context().forward(answer(record, place));
    } catch (RejectedException fault) {
      meters.deadLetter(fault);
      listener.rejected(place.topic(), place.partition(), place.offset(), fault);
      Record<byte[], byte[]> letter =
          deadLetters.of(record, place, fault, context().currentSystemTimeMs());
      context().forward(letter.withValue(new Outcome.Rejected<>(Bytes.wrap(letter.value()))));
    }
  }
}
