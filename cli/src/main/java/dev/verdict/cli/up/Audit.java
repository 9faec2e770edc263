package dev.verdict.cli.up;

import dev.verdict.contract.DeadLetterHeaders;
import dev.verdict.contract.SourceHeaders;
import dev.verdict.contract.Topics;
import dev.verdict.streams.replay.TopicScan;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * Counts, with a {@code read_committed} consumer, the predictions and dead letters of each record
 * of {@code reviews}.
 *
 * @param reviews records, tombstones left out
 * @param missing records without prediction or dead letter
 * @param doubled records with more than one
 */
public record Audit(long reviews, long predictions, long deadLetters, long missing, long doubled) {
  /** Whether every review has exactly one prediction or dead letter. */
  public boolean exact() {
    return missing == 0 && doubled == 0;
  }

  /** Reads the topics as they are now. */
  public static Audit of(Properties kafka, Topics topics) {
    Map<String, Integer> answers = new HashMap<>();
    long[] counts = new long[2];
    read(
        kafka,
        topics.predictions(),
        record -> {
          counts[0]++;
          count(answers, place(record.headers(), SourceHeaders.PARTITION, SourceHeaders.OFFSET));
        });
    read(
        kafka,
        topics.deadLetters(),
        record -> {
          if (text(record.headers(), DeadLetterHeaders.TOPIC)
              .equals(Optional.of(topics.reviews()))) {
            counts[1]++;
            count(
                answers,
                place(record.headers(), DeadLetterHeaders.PARTITION, DeadLetterHeaders.OFFSET));
          }
        });
    long[] found = new long[3];
    read(
        kafka,
        topics.reviews(),
        record -> {
          if (record.value() != null) {
            found[0]++;
            int times = answers.getOrDefault(record.partition() + "@" + record.offset(), 0);
            found[1] += times == 0 ? 1 : 0;
            found[2] += times > 1 ? 1 : 0;
          }
        });
    return new Audit(found[0], counts[0], counts[1], found[1], found[2]);
  }

  private static void count(Map<String, Integer> answers, Optional<String> place) {
    place.ifPresent(each -> answers.merge(each, 1, Integer::sum));
  }

  private static Optional<String> place(Headers headers, String partition, String offset) {
    return text(headers, partition).flatMap(p -> text(headers, offset).map(o -> p + "@" + o));
  }

  private static Optional<String> text(Headers headers, String name) {
    return Optional.ofNullable(headers.lastHeader(name))
        .map((Function<Header, byte[]>) Header::value)
        .map(bytes -> new String(bytes, StandardCharsets.UTF_8));
  }

  private static void read(
      Properties kafka, String topic, Consumer<ConsumerRecord<byte[], byte[]>> reader) {
    try (TopicScan scan = new TopicScan(kafka, topic)) {
      scan.forEachPoll(
          records -> {
            records.forEach(reader);
            return true;
          });
    }
  }
}
