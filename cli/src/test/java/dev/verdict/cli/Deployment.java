package dev.verdict.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verdict.cli.faults.TopicRecords;
import dev.verdict.embedded.testing.TestBroker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** A broker and the services as processes beside it, each with its own log under target. */
final class Deployment implements AutoCloseable {
  final TestBroker broker = TestBroker.start();
  final Properties kafka = new Properties();

  /** Common to all processes. */
  final Map<String, String> settings = new HashMap<>();

  /** Waits for a condition, not longer than a process lives. */
  final ConditionFactory soon =
      Awaitility.await()
          .atMost(Duration.ofMinutes(4))
          .pollInterval(Duration.ofMillis(500))
          .failFast(this::checkAlive);

  private final String name;
  private final List<VerdictProcess> processes = new ArrayList<>();

  /**
   * @param name of the test, with which its logs begin
   */
  Deployment(String name) {
    this.name = name;
    kafka.put("bootstrap.servers", broker.bootstrapServers());
    settings.put("bootstrap.servers", broker.bootstrapServers());
    settings.put("topics.replication.factor", "1");
    settings.put("http.host", "127.0.0.1");
    settings.put("streams.http.port", "0");
    settings.put("trainer.http.port", "0");
    settings.put("session.timeout.ms", "6000");
  }

  /** Starts {@code verdict <verb>}. */
  VerdictProcess start(String verb) throws IOException {
    return start(verb, verb, Map.of());
  }

  /**
   * Starts {@code verdict <verb>}.
   *
   * @param instance names its log
   * @param own settings of this process alone
   */
  VerdictProcess start(String verb, String instance, Map<String, String> own) throws IOException {
    Map<String, String> all = new HashMap<>(settings);
    all.putAll(own);
    VerdictProcess process = VerdictProcess.start(logFile(instance), List.of(verb), all);
    processes.add(process);
    return process;
  }

  /** What a process has logged, over all its starts. */
  String log(String instance) {
    try {
      return Files.readString(logFile(instance));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Removes the log of an earlier test run. */
  void forgetLog(String instance) throws IOException {
    Files.deleteIfExists(logFile(instance));
  }

  /** Every committed record of a topic. */
  List<ConsumerRecord<byte[], byte[]>> readCommitted(String topic) {
    return TopicRecords.all(kafka, topic);
  }

  /** Gives a consumer all partitions of a topic. */
  static List<TopicPartition> assign(KafkaConsumer<byte[], byte[]> consumer, String topic) {
    List<TopicPartition> partitions =
        consumer.partitionsFor(topic).stream()
            .map(info -> new TopicPartition(topic, info.partition()))
            .toList();
    consumer.assign(partitions);
    return partitions;
  }

  /** A consumer that sees what exactly-once holds for. */
  KafkaConsumer<byte[], byte[]> consumer() {
    Properties properties = new Properties();
    properties.putAll(kafka);
    properties.put("isolation.level", "read_committed");
    return new KafkaConsumer<>(
        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  private void checkAlive() {
    for (VerdictProcess process : processes) {
      assertThat(process.isAlive() || process.wasEnded())
          .as("a process has ended, see target/%s-*.log", name)
          .isTrue();
    }
  }

  /** Outlives the test, so that a failure can be understood. */
  private Path logFile(String instance) {
    return Path.of("target", name + "-" + instance + ".log");
  }

  @Override
  public void close() {
    processes.forEach(VerdictProcess::close);
    broker.close();
  }
}
