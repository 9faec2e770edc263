package dev.verdict.streams.processing;

import dev.verdict.contract.TraceHeaders;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Gives an event the time of its arrival, and of its headers those of its trace alone. The stores
 * of waiting predictions and labels keep them by time since they came: by event time, replayed old
 * reviews would expire at once, from the stores and from their changelog topics.
 */
final class ArrivalTime extends ContextualProcessor<byte[], ReviewEvent, String, ReviewEvent> {
  @Override
  public void process(Record<byte[], ReviewEvent> record) {
    context()
        .forward(
            new Record<>(
                new String(record.key(), StandardCharsets.UTF_8),
                record.value(),
                context().currentSystemTimeMs(),
                TraceHeaders.of(record.headers())));
  }
}
