package dev.verdict.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verdict.embedded.testing.TestBroker;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AbandonedTransactionsIT {
  private static TestBroker broker;
  private static Properties kafka;

  private final ConditionFactory soon = Awaitility.await().atMost(Duration.ofSeconds(60));
  private final String application = "app-" + UUID.randomUUID();
  private final String living = application + "-" + UUID.randomUUID();
  private final String dead = application + "-" + UUID.randomUUID();

  @BeforeAll
  static void startBroker() {
    broker = TestBroker.start();
    kafka = new Properties();
    kafka.put("bootstrap.servers", broker.bootstrapServers());
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @BeforeEach
  void makeTopics() throws Exception {
    try (Admin admin = Admin.create(kafka)) {
      admin
          .createTopics(List.of(topic(application + ".living"), topic(application + ".dead")))
          .all()
          .get();
    }
  }

  @Test
  void instanceIsDeadThenItsTransactionIsAbortedAndThatOfOneInTheGroupIsNot() throws Exception {
    try (KafkaConsumer<byte[], byte[]> member = member(living + "-StreamThread-1-consumer");
        Producer<byte[], byte[]> alive = open(living + "-1", application + ".living");
        Producer<byte[], byte[]> abandoned = open(dead + "-1", application + ".dead");
        AbandonedTransactions transactions = watching(application)) {
      transactions.watch();

      soon.until(() -> isReadable(application + ".dead"));
      assertThatThrownBy(abandoned::commitTransaction).isInstanceOf(KafkaException.class);
      assertThat(isReadable(application + ".living")).isFalse();
      alive.commitTransaction();
      soon.until(() -> isReadable(application + ".living"));
      assertThat(member.groupMetadata().groupId()).isEqualTo(application);
    }
  }

  @Test
  void memberHasANameOfTheUsersThenNothingIsAborted() throws Exception {
    try (KafkaConsumer<byte[], byte[]> member = member("my-own-client-id");
        Producer<byte[], byte[]> perhapsItsOwn = open(dead + "-1", application + ".dead");
        AbandonedTransactions transactions = watching(application)) {
      transactions.watch();
      // Another application's is aborted meanwhile, so there was time for this one too.
      try (Producer<byte[], byte[]> other = open("other-" + dead + "-1", application + ".living");
          AbandonedTransactions others = watching("other-" + application)) {
        others.watch();
        soon.until(() -> isReadable(application + ".living"));
        assertThatThrownBy(other::commitTransaction).isInstanceOf(KafkaException.class);
      }

      perhapsItsOwn.commitTransaction();
      soon.until(() -> isReadable(application + ".dead"));
      assertThat(member.groupMetadata().groupId()).isEqualTo(application);
    }
  }

  @Test
  void processStartsAgainThenOnlyItsOwnEarlierTransactionIsAborted() throws Exception {
    try (Producer<byte[], byte[]> other = open(living + "-1", application + ".living");
        Producer<byte[], byte[]> earlier = open(dead + "-2", application + ".dead");
        AbandonedTransactions transactions = watching(application)) {
      transactions.abortOfEarlierRun(dead);

      assertThatThrownBy(earlier::commitTransaction).isInstanceOf(KafkaException.class);
      other.commitTransaction();
    }
  }

  private static AbandonedTransactions watching(String applicationId) {
    return new AbandonedTransactions(
        kafka, applicationId, false, List.of(), Duration.ofMinutes(10));
  }

  @Test
  void transactionIsLongButItsCoordinatorKnowsItThenItIsNotTakenForAHangingOne() throws Exception {
    try (KafkaConsumer<byte[], byte[]> member = member(living + "-StreamThread-1-consumer");
        Producer<byte[], byte[]> alive = open(living + "-1", application + ".living");
        AbandonedTransactions transactions =
            new AbandonedTransactions(
                kafka,
                application,
                false,
                List.of(application + ".living"),
                Duration.ofMinutes(1))) {
      transactions.abortHanging(System.currentTimeMillis() + Duration.ofHours(1).toMillis());

      alive.commitTransaction();
      soon.until(() -> isReadable(application + ".living"));
      assertThat(member.groupMetadata().groupId()).isEqualTo(application);
    }
  }

  private static NewTopic topic(String name) {
    return new NewTopic(name, Optional.of(1), Optional.empty());
  }

  /** A member of the application's group, as an instance is. */
  private KafkaConsumer<byte[], byte[]> member(String clientId) {
    Properties properties = new Properties();
    properties.putAll(kafka);
    properties.put("group.id", application);
    properties.put("client.id", clientId);
    KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    consumer.subscribe(List.of(application + ".living"));
    soon.until(
        () -> {
          consumer.poll(Duration.ofMillis(100));
          return !consumer.assignment().isEmpty();
        });
    return consumer;
  }

  /** Writes a record and leaves the transaction open. */
  private static Producer<byte[], byte[]> open(String id, String topic) throws Exception {
    Properties properties = new Properties();
    properties.putAll(kafka);
    properties.putAll(Map.of("transactional.id", id, "transaction.timeout.ms", 600_000));
    Producer<byte[], byte[]> producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    producer.initTransactions();
    producer.beginTransaction();
    producer.send(new ProducerRecord<>(topic, "value".getBytes(StandardCharsets.UTF_8))).get();
    return producer;
  }

  /** Whether a {@code read_committed} consumer can get past what was written. */
  private static boolean isReadable(String topic) {
    Properties properties = new Properties();
    properties.putAll(kafka);
    properties.put("isolation.level", "read_committed");
    TopicPartition partition = new TopicPartition(topic, 0);
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      return consumer.endOffsets(List.of(partition)).get(partition) > 0;
    }
  }
}
