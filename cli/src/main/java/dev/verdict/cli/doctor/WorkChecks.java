package dev.verdict.cli.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import dev.verdict.cli.PrintableText;
import dev.verdict.cli.tail.TopicFollower;
import dev.verdict.config.Settings;
import dev.verdict.contract.Json;
import dev.verdict.contract.Topics;
import dev.verdict.registry.Brokers;
import dev.verdict.streams.replay.DeadLetter;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.TopicPartition;

/** Whether the work goes on: the group, dead letters, evaluations, and the clocks that stamp it. */
final class WorkChecks {
  private static final String GROUP = "group";
  private static final String LETTERS = "dead letters";
  private static final String EVALUATIONS = "evaluations";
  private static final String CLOCK = "clock";

  /** Reviews that wait: at a hundred a second this is more than a minute. */
  private static final long MUCH_LAG = 10_000;

  private static final Duration RECENT = Duration.ofHours(1);
  private static final Duration STALE = Duration.ofMinutes(15);
  private static final Duration AHEAD = Duration.ofSeconds(5);
  private static final Duration POLL = Duration.ofMillis(200);

  private final Settings settings;
  private final Topics topics;

  WorkChecks(Settings settings) {
    this.settings = settings;
    this.topics = settings.topics();
  }

  /** Whether a streams app works, and how far it is behind. */
  Finding group(Admin admin) throws InterruptedException {
    String id = settings.applicationId();
    try {
      Optional<GroupListing> group =
          admin.listGroups().all().get().stream()
              .filter(each -> each.groupId().equals(id))
              .findFirst();
      if (group.isEmpty()) {
        return Finding.warn(
            GROUP, "%s is not there or may not be seen".formatted(id), "start verdict streams");
      }
      Map<TopicPartition, Long> lags = lags(admin, id);
      long lag = lags.values().stream().mapToLong(Long::longValue).sum();
      String state = group.get().groupState().map(GroupState::toString).orElse("of unknown state");
      String message =
          "%s is %s, %,d reviews and labels behind in %d partitions"
              .formatted(id, state, lag, lags.size());
      if (state.equals(GroupState.EMPTY.toString()) || state.equals(GroupState.DEAD.toString())) {
        return Finding.warn(GROUP, message, "start verdict streams: no instance runs");
      }
      return lag > MUCH_LAG
          ? Finding.warn(
              GROUP, message, "wait if it shrinks; else add instances up to the partitions")
          : Finding.ok(GROUP, message);
    } catch (ExecutionException e) {
      return Finding.skip(GROUP, "%s cannot be asked: %s".formatted(id, Brokers.reason(e)));
    }
  }

  /** Of the sources; a partition without a committed offset counts from its beginning. */
  private Map<TopicPartition, Long> lags(Admin admin, String id)
      throws ExecutionException, InterruptedException {
    Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
    Map<TopicPartition, OffsetSpec> earliest = new HashMap<>();
    for (TopicDescription topic :
        admin
            .describeTopics(List.of(topics.reviews(), topics.labels()))
            .allTopicNames()
            .get()
            .values()) {
      topic
          .partitions()
          .forEach(
              each -> {
                TopicPartition partition = new TopicPartition(topic.name(), each.partition());
                latest.put(partition, OffsetSpec.latest());
                earliest.put(partition, OffsetSpec.earliest());
              });
    }
    Map<TopicPartition, ListOffsetsResultInfo> ends = admin.listOffsets(latest).all().get();
    Map<TopicPartition, ListOffsetsResultInfo> begins = admin.listOffsets(earliest).all().get();
    Map<TopicPartition, OffsetAndMetadata> committed =
        admin.listConsumerGroupOffsets(id).partitionsToOffsetAndMetadata().get();
    Map<TopicPartition, Long> lags = new HashMap<>();
    ends.forEach(
        (partition, end) -> {
          OffsetAndMetadata done = committed.get(partition);
          long from = done == null ? begins.get(partition).offset() : done.offset();
          lags.put(partition, Math.max(0, end.offset() - from));
        });
    return lags;
  }

  /** Those whose records are of the last hour. */
  Finding deadLetters(Instant now) {
    Map<String, Long> reasons = new TreeMap<>();
    try (TopicFollower follower = new TopicFollower(settings.kafkaClient(), topics.deadLetters())) {
      Map<TopicPartition, Long> ends = follower.ends();
      follower.to(now.minus(RECENT));
      while (!follower.reached(ends)) {
        for (ConsumerRecord<byte[], byte[]> record : follower.poll(POLL)) {
          if (record.timestamp() >= now.minus(RECENT).toEpochMilli()) {
            reasons.merge(PrintableText.of(new DeadLetter(record).reason(), 40), 1L, Long::sum);
          }
        }
      }
    }
    long all = reasons.values().stream().mapToLong(Long::longValue).sum();
    return all == 0
        ? Finding.ok(LETTERS, "none of records of the last hour")
        : Finding.warn(
            LETTERS,
            "%,d of records of the last hour: %s"
                .formatted(
                    all,
                    reasons.entrySet().stream()
                        .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                        .limit(5)
                        .map(each -> "%s %,d".formatted(each.getKey(), each.getValue()))
                        .collect(Collectors.joining(", "))),
            "verdict dead-letters list --from 1h");
  }

  /** How old the newest score is. */
  Finding evaluations(Instant now) {
    Optional<Instant> newest;
    try (TopicFollower follower = new TopicFollower(settings.kafkaClient(), topics.evaluations())) {
      newest = follower.last(1).stream().findFirst().map(WorkChecks::evaluatedAt);
    }
    String remedy = "check that labels come (verdict tail labels) and that verdict streams runs";
    if (newest.isEmpty()) {
      return Finding.warn(EVALUATIONS, "none is published yet", remedy);
    }
    Duration age = Duration.between(newest.get(), now);
    String message = "the newest is %s old".formatted(words(age));
    return age.compareTo(STALE) > 0
        ? Finding.warn(EVALUATIONS, message, remedy)
        : Finding.ok(EVALUATIONS, message);
  }

  private static Instant evaluatedAt(ConsumerRecord<byte[], byte[]> record) {
    try {
      if (record.value() != null) {
        JsonNode time = Json.readTree(record.value()).path("evaluated_at");
        if (time.isTextual()) {
          return Instant.parse(time.asText());
        }
      }
    } catch (IOException | DateTimeException e) {
      // Then the record's own time.
    }
    return Instant.ofEpochMilli(record.timestamp());
  }

  /**
   * Whether anything is stamped later than now, which tells of clocks that differ. That a clock is
   * ahead of all others cannot be seen without writing a record.
   */
  Finding clock(Instant now) {
    Optional<ConsumerRecord<byte[], byte[]>> latest = Optional.empty();
    for (String topic :
        List.of(topics.modelRegistry(), topics.trainingRuns(), topics.decisions())) {
      try (TopicFollower follower = new TopicFollower(settings.kafkaClient(), topic)) {
        latest =
            Stream.concat(latest.stream(), follower.last(1).stream())
                .max(Comparator.comparingLong(ConsumerRecord::timestamp));
      }
    }
    if (latest.isEmpty()) {
      return Finding.skip(CLOCK, "nothing is written yet by whose time it could be judged");
    }
    Duration ahead = Duration.between(now, Instant.ofEpochMilli(latest.get().timestamp()));
    return ahead.compareTo(AHEAD) > 0
        ? Finding.warn(
            CLOCK,
            "a record of %s is %s ahead of this machine's clock"
                .formatted(latest.get().topic(), words(ahead)),
            "let NTP set the clocks of this machine and of those that write")
        : Finding.ok(
            CLOCK,
            "no record is ahead of this machine's clock (one that runs ahead itself cannot be seen"
                + " without writing)");
  }

  private static String words(Duration duration) {
    long seconds = Math.max(0, duration.toSeconds());
    if (seconds < 120) {
      return seconds + " s";
    }
    return seconds < 7200 ? seconds / 60 + " min" : seconds / 3600 + " h";
  }
}
