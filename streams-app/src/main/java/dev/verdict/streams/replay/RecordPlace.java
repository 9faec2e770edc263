package dev.verdict.streams.replay;

import org.apache.kafka.common.TopicPartition;

/** Where a record is. */
public record RecordPlace(String topic, int partition, long offset) {
  /** The partition it is in. */
  TopicPartition topicPartition() {
    return new TopicPartition(topic, partition);
  }

  /** As {@code reviews-3@42}. */
  @Override
  public String toString() {
    return topic + "-" + partition + "@" + offset;
  }
}
