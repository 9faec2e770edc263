package dev.verdict.cli.bench;

import dev.verdict.cli.source.SourcedReview;
import dev.verdict.config.ClientKind;
import dev.verdict.config.Settings;
import dev.verdict.contract.Json;
import dev.verdict.contract.Review;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Writes reviews to the topic of an app. */
final class ReviewFeed implements AutoCloseable {
  private final String topic;
  private final Producer<byte[], byte[]> producer;

  ReviewFeed(Settings settings) {
    topic = settings.topics().reviews();
    producer =
        new KafkaProducer<>(
            ClientKind.PRODUCER.of(settings.kafkaClient()),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  /** The records of reviews, made before the clock runs. */
  List<ProducerRecord<byte[], byte[]>> records(List<SourcedReview> reviews) {
    return reviews.stream().map(review -> record(review.id(), review.text())).toList();
  }

  ProducerRecord<byte[], byte[]> record(String id, String text) {
    return new ProducerRecord<>(
        topic,
        id.getBytes(StandardCharsets.UTF_8),
        Json.write(new Review(text, Optional.empty(), Map.of())));
  }

  /** Sends without waiting. */
  void send(ProducerRecord<byte[], byte[]> record) {
    var unused = producer.send(record);
  }

  void flush() {
    producer.flush();
  }

  @Override
  public void close() {
    producer.close();
  }
}
