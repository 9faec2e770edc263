package dev.verdict.streams;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.verdict.contract.DeadLetterHeaders;
import dev.verdict.contract.RejectedException;
import dev.verdict.contract.ReviewDecoder;
import dev.verdict.contract.SourceHeaders;
import dev.verdict.embedded.testing.TestBroker;
import dev.verdict.telemetry.VerdictMeter;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Hostile records through the whole service. {@code -Dverdict.fuzz.records} and {@code
 * -Dverdict.fuzz.seed} choose how many and which.
 */
class FuzzIT {
  /** Larger records never come to a topic: brokers take batches of 1 MiB and a little. */
  private static final int BROKER_MAX_BYTES = 1_000_000;

  private static final int RECORDS = Integer.getInteger("verdict.fuzz.records", 10_000);
  private static final long SEED = Long.getLong("verdict.fuzz.seed", 1);
  private static final int LABEL_EVERY = 4;

  @TempDir private Path folder;

  private final Map<String, Integer> answers = new HashMap<>();
  private final Map<String, Integer> letters = new TreeMap<>();

  /** What was written: where, and whether the contract lets it in. */
  private record Written(Future<RecordMetadata> place, Kind kind) {}

  private enum Kind {
    GOOD,
    BAD,
    TOMBSTONE
  }

  @Test
  void hostileRecordsThenEachIsAnsweredOnceAndTheServiceGoesOn() throws Exception {
    try (TestBroker broker = TestBroker.start();
        Deployment deployment =
            new Deployment(
                broker.bootstrapServers(),
                "fuzz",
                folder,
                Map.of("retrain.f1.min", "0", "commit.interval.ms", "200"))) {
      deployment.publishTinyModel(List.of("a good kettle, works well", "a bad one, it broke"));
      keepForever(deployment);
      List<Written> reviews = new ArrayList<>();
      List<Written> labels = new ArrayList<>();
      int examples = write(deployment, reviews, labels);

      SimpleMeterRegistry meters = new SimpleMeterRegistry();
      try (StreamsService service =
          new StreamsService(deployment.settings, meters, StreamsListener.silent())) {
        long start = System.nanoTime();
        service.start();
        ConditionFactory soon =
            Awaitility.await()
                .atMost(Duration.ofMinutes(2).plusMillis(RECORDS * 20L))
                .pollInterval(Duration.ofMillis(500))
                .failFast(() -> service.hasEnded());
        soon.until(() -> processed(meters) >= reviews.size() + labels.size());
        double seconds = (System.nanoTime() - start) / 1e9;
        long expected = reviews.size() - count(reviews, Kind.TOMBSTONE) + count(labels, Kind.BAD);
        soon.until(
            () ->
                deployment.count(deployment.topics.predictions())
                        + deployment.count(deployment.topics.deadLetters())
                    >= expected);
        soon.until(() -> deployment.count(deployment.topics.trainingExamples()) >= examples);

        readAnswers(deployment);
        long predictions = deployment.count(deployment.topics.predictions());
        System.out.printf(
            "fuzz: seed %d, %d reviews (%d tombstones), %d predictions, %d labels (%d tombstones),"
                + " %d training examples, dead letters %s, %.1f s%n",
            SEED,
            reviews.size(),
            count(reviews, Kind.TOMBSTONE),
            predictions,
            labels.size(),
            count(labels, Kind.TOMBSTONE),
            deployment.count(deployment.topics.trainingExamples()),
            letters,
            seconds);

        checkOnce(deployment.topics.reviews(), reviews);
        checkOnce(deployment.topics.labels(), labels);
        assertThat(answers).as("answers to records that nobody wrote").isEmpty();
        assertThat(deployment.count(deployment.topics.trainingExamples())).isEqualTo(examples);

        deployment.review("after", "a good kettle");
        soon.until(() -> deployment.count(deployment.topics.predictions()) == predictions + 1);
        assertThat(service.notReady()).isEmpty();
        assertThat(service.hasEnded()).isFalse();
      }
    }
  }

  /** Writes all records; the number of training examples they must give. */
  private static int write(Deployment deployment, List<Written> reviews, List<Written> labels)
      throws Exception {
    ReviewDecoder decoder = deployment.settings.reviewDecoder();
    RecordMutator mutator = new RecordMutator(SEED, decoder.maxTextBytes());
    long now = System.currentTimeMillis();
    int examples = 0;
    for (int i = 0; i < RECORDS; i++) {
      String id = "r" + i;
      ProducerRecord<byte[], byte[]> review =
          record(deployment.topics.reviews(), mutator, id, "text", "a good kettle " + i, now);
      Kind reviewKind = kind(review, () -> decoder.review(review.value()), decoder, false);
      reviews.add(new Written(deployment.producer.send(review), reviewKind));
      if (i % LABEL_EVERY == 0) {
        ProducerRecord<byte[], byte[]> label =
            record(deployment.topics.labels(), mutator, id, "label", "positive", now);
        Kind labelKind =
            kind(
                label,
                () -> {
                  if (!Deployment.LABELS.contains(decoder.label(label.value()).label())) {
                    throw new RejectedException(
                        RejectedException.Stage.DECODE,
                        RejectedException.Reason.UNKNOWN_LABEL,
                        "unknown");
                  }
                },
                decoder,
                true);
        labels.add(new Written(deployment.producer.send(label), labelKind));
        if (reviewKind == Kind.GOOD
            && labelKind == Kind.GOOD
            && id(review).equals(id(label))
            && id(review).isPresent()) {
          examples++;
        }
      }
    }
    deployment.producer.flush();
    // A record that no broker took would be waited for in vain.
    for (Written record : Stream.concat(reviews.stream(), labels.stream()).toList()) {
      record.place().get();
    }
    return examples;
  }

  private static Optional<String> id(ProducerRecord<byte[], byte[]> record) {
    return Optional.ofNullable(record.key()).map(key -> new String(key, UTF_8));
  }

  private static ProducerRecord<byte[], byte[]> record(
      String topic, RecordMutator mutator, String id, String field, String usual, long now) {
    ProducerRecord<byte[], byte[]> record;
    do {
      record =
          new ProducerRecord<>(
              topic,
              null,
              mutator.timestamp(now),
              mutator.key(id).orElse(null),
              mutator.value(field, usual).orElse(null));
      mutator.addHeaders(record.headers());
    } while (size(record) > BROKER_MAX_BYTES);
    return record;
  }

  private static int size(ProducerRecord<byte[], byte[]> record) {
    int size = record.key() == null ? 0 : record.key().length;
    size += record.value() == null ? 0 : record.value().length;
    for (Header header : record.headers()) {
      size += header.key().length() + (header.value() == null ? 0 : header.value().length);
    }
    return size;
  }

  private interface Check {
    void run() throws RejectedException;
  }

  private static Kind kind(
      ProducerRecord<byte[], byte[]> record, Check value, ReviewDecoder decoder, boolean keyed) {
    if (record.value() == null) {
      return Kind.TOMBSTONE;
    }
    try {
      Optional<String> id = decoder.id(Optional.ofNullable(record.key()));
      value.run();
      return keyed && id.isEmpty() ? Kind.BAD : Kind.GOOD;
    } catch (RejectedException e) {
      return Kind.BAD;
    }
  }

  /** Records read, those read again after an error counted again. */
  private static double processed(MeterRegistry meters) {
    return Stream.of(
            VerdictMeter.REVIEWS.meterName(),
            VerdictMeter.LABELS.meterName(),
            VerdictMeter.TOMBSTONES.meterName())
        .flatMap(name -> meters.find(name).counters().stream())
        .mapToDouble(Counter::count)
        .sum();
  }

  /** Topics forget by record time, and some of these records are of 1970. */
  private static void keepForever(Deployment deployment) throws Exception {
    try (Admin admin = Admin.create(deployment.settings.kafkaClient())) {
      Map<ConfigResource, Collection<AlterConfigOp>> changes = new HashMap<>();
      for (String topic :
          List.of(
              deployment.topics.reviews(),
              deployment.topics.labels(),
              deployment.topics.predictions(),
              deployment.topics.deadLetters())) {
        changes.put(
            new ConfigResource(ConfigResource.Type.TOPIC, topic),
            List.of(
                new AlterConfigOp(
                    new ConfigEntry("retention.ms", "-1"), AlterConfigOp.OpType.SET)));
      }
      admin.incrementalAlterConfigs(changes).all().get();
    }
  }

  private static long count(List<Written> written, Kind kind) {
    return written.stream().filter(each -> each.kind() == kind).count();
  }

  private void readAnswers(Deployment deployment) {
    deployment.read(
        deployment.topics.predictions(),
        record ->
            answer(
                deployment.topics.reviews(),
                text(record.headers(), SourceHeaders.PARTITION),
                text(record.headers(), SourceHeaders.OFFSET),
                "prediction"));
    deployment.read(
        deployment.topics.deadLetters(),
        record -> {
          Headers headers = record.headers();
          letters.merge(text(headers, DeadLetterHeaders.REASON), 1, Integer::sum);
          answer(
              text(headers, DeadLetterHeaders.TOPIC),
              text(headers, DeadLetterHeaders.PARTITION),
              text(headers, DeadLetterHeaders.OFFSET),
              "dead letter");
        });
  }

  private void answer(String topic, String partition, String offset, String answer) {
    assertThat(answers.merge(topic + "-" + partition + "@" + offset, 1, Integer::sum))
        .as("%s of %s-%s@%s", answer, topic, partition, offset)
        .isEqualTo(1);
  }

  /** Every record of the topic has one answer, but tombstones and labels that were taken. */
  private void checkOnce(String topic, List<Written> written) throws Exception {
    boolean label = topic.endsWith("labels");
    for (Written each : written) {
      RecordMetadata place = each.place().get();
      String key = topic + "-" + place.partition() + "@" + place.offset();
      boolean answered = answers.remove(key) != null;
      boolean expected = label ? each.kind() == Kind.BAD : each.kind() != Kind.TOMBSTONE;
      assertThat(answered).as("%s, %s, is answered", key, each.kind()).isEqualTo(expected);
    }
  }

  private static String text(Headers headers, String name) {
    return new String(headers.lastHeader(name).value(), UTF_8);
  }
}
