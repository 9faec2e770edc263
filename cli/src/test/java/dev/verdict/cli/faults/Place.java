package dev.verdict.cli.faults;

import dev.verdict.contract.DeadLetterHeaders;
import dev.verdict.contract.SourceHeaders;
import dev.verdict.contract.Topics;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Where a record that users wrote lies; every answer to it names this place. */
record Place(String topic, int partition, long offset) {

  static Place of(ConsumerRecord<byte[], byte[]> record) {
    return new Place(record.topic(), record.partition(), record.offset());
  }

  /** The place of the record that this prediction or dead letter answers. */
  static Optional<Place> answeredBy(ConsumerRecord<byte[], byte[]> record, Topics topics) {
    if (record.topic().equals(topics.predictions())) {
      return place(
          Optional.of(topics.reviews()),
          TopicRecords.header(record, SourceHeaders.PARTITION),
          TopicRecords.header(record, SourceHeaders.OFFSET));
    }
    return place(
        TopicRecords.header(record, DeadLetterHeaders.TOPIC),
        TopicRecords.header(record, DeadLetterHeaders.PARTITION),
        TopicRecords.header(record, DeadLetterHeaders.OFFSET));
  }

  private static Optional<Place> place(
      Optional<String> topic, Optional<String> partition, Optional<String> offset) {
    if (topic.isEmpty() || partition.isEmpty() || offset.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Place(topic.get(), Integer.parseInt(partition.get()), Long.parseLong(offset.get())));
  }
}
