package dev.verdict.streams.inference;

import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * Sees every batch of records that the main consumer polls before Kafka Streams queues it, and
 * starts their inference. Kafka makes it by class name, so it finds its {@link Prefetch} among the
 * consumer's settings.
 */
public final class PrefetchInterceptor implements ConsumerInterceptor<byte[], byte[]> {
  /** Setting of the main consumer that holds the {@link Prefetch} itself. */
  public static final String PREFETCH = "verdict.prefetch";

  private Prefetch prefetch;

  @Override
  public void configure(Map<String, ?> settings) {
    prefetch = (Prefetch) settings.get(PREFETCH);
  }

  @Override
  public ConsumerRecords<byte[], byte[]> onConsume(ConsumerRecords<byte[], byte[]> records) {
    for (ConsumerRecord<byte[], byte[]> record : records) {
      prefetch.polled(record);
    }
    return records;
  }

  @Override
  public void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {}

  @Override
  public void close() {}
}
