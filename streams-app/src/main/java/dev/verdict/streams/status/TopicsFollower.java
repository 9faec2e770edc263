package dev.verdict.streams.status;

import dev.verdict.contract.Decision;
import dev.verdict.contract.Evaluation;
import dev.verdict.contract.GradedPrediction;
import dev.verdict.contract.Json;
import dev.verdict.contract.Topics;
import dev.verdict.contract.TrainingRun;
import dev.verdict.registry.Brokers;
import dev.verdict.streams.status.TopicsBoard.Reading;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads what the status page shows of the whole application from its topics: scores of a span of
 * time, the newest decisions and training runs, and the labels of the predictions that are shown.
 * It reads what is committed, belongs to no group, and holds up nobody.
 */
final class TopicsFollower implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TopicsFollower.class);

  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration RETRY = Duration.ofSeconds(3);
  private static final Duration CLOSE = Duration.ofSeconds(5);

  /** Where labels no longer come, the last scores are shown however old they are. */
  private static final long LEAST_SCORES = 500;

  private static final long DECISIONS = 5000;
  private static final long RUNS = 2000;
  private static final int FETCH_BYTES = 2 * 1024 * 1024;
  private static final int PARTITION_BYTES = 512 * 1024;

  private final Properties kafka;
  private final Topics topics;
  private final String model;
  private final Duration span;
  private final TopicsBoard board;
  private final RecentActivity recent;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread = new Thread(this::run, "status-page");
  private Optional<KafkaConsumer<byte[], byte[]>> consumer = Optional.empty();

  /**
   * @param kafka connection settings
   * @param span of time whose scores are read
   * @param recent told of labels
   */
  TopicsFollower(
      Properties kafka,
      Topics topics,
      String model,
      Duration span,
      TopicsBoard board,
      RecentActivity recent) {
    this.kafka = kafka;
    this.topics = topics;
    this.model = model;
    this.span = span;
    this.board = board;
    this.recent = recent;
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  @Override
  public void close() {
    closed.countDown();
    synchronized (this) {
      consumer.ifPresent(KafkaConsumer::wakeup);
    }
    try {
      thread.join(CLOSE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Begins again after whatever a broker may answer; it is said once for each reason. */
  private void run() {
    String complaint = "";
    try {
      do {
        try {
          follow();
        } catch (WakeupException e) {
          LOG.debug("Status page is closed");
        } catch (RuntimeException e) {
          String reason = Brokers.reason(e);
          board.reading(Reading.FAILED, Optional.of(reason));
          if (!reason.equals(complaint)) {
            LOG.warn("Topics cannot be read for the status page: {}", reason);
            complaint = reason;
          }
        }
      } while (!closed.await(RETRY.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void follow() throws InterruptedException {
    try (KafkaConsumer<byte[], byte[]> reader = reader()) {
      synchronized (this) {
        consumer = Optional.of(reader);
      }
      List<TopicPartition> partitions = partitions(reader);
      if (closed.getCount() == 0) {
        return;
      }
      board.restart();
      reader.assign(partitions);
      Map<TopicPartition, Long> ends = reader.endOffsets(partitions);
      seek(reader, ends);
      while (closed.getCount() > 0) {
        reader.poll(POLL).forEach(this::take);
        ends.keySet().removeIf(each -> reader.position(each) >= ends.get(each));
        if (ends.isEmpty()) {
          board.reading(Reading.FOLLOWING, Optional.empty());
        }
      }
    } finally {
      synchronized (this) {
        consumer = Optional.empty();
      }
    }
  }

  private KafkaConsumer<byte[], byte[]> reader() {
    Properties properties = new Properties();
    properties.putAll(kafka);
    properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    // The service makes the topics, with their own configuration.
    properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    properties.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FETCH_BYTES);
    properties.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, PARTITION_BYTES);
    return new KafkaConsumer<>(
        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /** Waits until all topics are there. */
  private List<TopicPartition> partitions(KafkaConsumer<byte[], byte[]> reader)
      throws InterruptedException {
    List<String> names =
        new ArrayList<>(List.of(topics.evaluations(), topics.decisions(), topics.trainingRuns()));
    if (recent.keepsPredictions()) {
      names.add(topics.gradedPredictions());
    }
    List<TopicPartition> partitions = new ArrayList<>();
    for (String name : names) {
      List<PartitionInfo> found = reader.partitionsFor(name);
      while ((found == null || found.isEmpty())
          && !closed.await(POLL.toMillis(), TimeUnit.MILLISECONDS)) {
        found = reader.partitionsFor(name);
      }
      Optional.ofNullable(found).stream()
          .flatMap(List::stream)
          .forEach(each -> partitions.add(new TopicPartition(name, each.partition())));
    }
    return partitions;
  }

  private void seek(KafkaConsumer<byte[], byte[]> reader, Map<TopicPartition, Long> ends) {
    Map<TopicPartition, Long> beginnings = reader.beginningOffsets(ends.keySet());
    long from = System.currentTimeMillis() - span.toMillis();
    Map<TopicPartition, Long> times = new HashMap<>();
    ends.keySet().stream()
        .filter(each -> each.topic().equals(topics.evaluations()))
        .forEach(each -> times.put(each, from));
    Map<TopicPartition, OffsetAndTimestamp> sinceThen = reader.offsetsForTimes(times);
    ends.forEach(
        (partition, end) -> {
          String topic = partition.topic();
          long offset = end;
          if (topic.equals(topics.evaluations())) {
            OffsetAndTimestamp then = sinceThen.get(partition);
            offset = Math.min(then == null ? end : then.offset(), end - LEAST_SCORES);
          } else if (topic.equals(topics.decisions())) {
            offset = end - DECISIONS;
          } else if (topic.equals(topics.trainingRuns())) {
            offset = end - RUNS;
          }
          reader.seek(partition, Math.max(offset, beginnings.get(partition)));
        });
  }

  private void take(ConsumerRecord<byte[], byte[]> record) {
    if (record.key() == null || record.value() == null) {
      return;
    }
    String topic = record.topic();
    String key = new String(record.key(), StandardCharsets.UTF_8);
    try {
      if (topic.equals(topics.gradedPredictions())) {
        if (recent.isKept(key)) {
          recent.labelled(key, read(record, GradedPrediction.class).actual());
        }
      } else if (topic.equals(topics.evaluations())) {
        if (board.wants(key)) {
          board.scored(read(record, Evaluation.class));
        }
      } else if (topic.equals(topics.trainingRuns())) {
        board.ran(read(record, TrainingRun.class));
      } else if (key.equals(model)) {
        board.decided(read(record, Decision.class));
      }
    } catch (IOException | RuntimeException e) {
      LOG.debug("Not shown: {} at offset {}: {}", topic, record.offset(), e.getMessage());
    }
  }

  private static <T> T read(ConsumerRecord<byte[], byte[]> record, Class<T> type)
      throws IOException {
    return Objects.requireNonNull(Json.read(record.value(), type), "value");
  }
}
