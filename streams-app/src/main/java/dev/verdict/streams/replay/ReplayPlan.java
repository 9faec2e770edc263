package dev.verdict.streams.replay;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.verdict.contract.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;

/**
 * What a group replays, fixed when it first starts. It is kept beside the group's own offsets, as
 * their metadata, so that a group that was killed goes on to the same end with the same version.
 *
 * @param task what was asked for, by which version, into which topic
 * @param spans by partition
 * @param next offset to go on with by partition
 */
record ReplayPlan(String task, Map<TopicPartition, Span> spans, Map<TopicPartition, Long> next) {

  /**
   * The range of one partition.
   *
   * @param start first offset
   * @param end offset to stop before
   */
  record Span(String task, long start, long end) {
    OffsetAndMetadata at(long offset) {
      return new OffsetAndMetadata(offset, new String(Json.write(this), StandardCharsets.UTF_8));
    }

    /** What of the range is done when that offset is next. */
    long done(long offset) {
      return Math.max(0, Math.min(offset, end) - start);
    }
  }

  /**
   * Goes on where the group stopped, or fixes the range.
   *
   * @throws ReplayException if the group was used for something else
   */
  static ReplayPlan of(
      KafkaConsumer<byte[], byte[]> consumer,
      String group,
      List<TopicPartition> partitions,
      String task,
      ReviewRange range) {
    Map<TopicPartition, OffsetAndMetadata> committed =
        new HashMap<>(consumer.committed(new HashSet<>(partitions)));
    committed.values().removeIf(offset -> offset == null);
    return committed.isEmpty()
        ? first(consumer, partitions, task, range)
        : continued(group, committed, task);
  }

  /** Offsets in all. */
  long total() {
    return spans.values().stream().mapToLong(span -> span.done(span.end())).sum();
  }

  private static ReplayPlan continued(
      String group, Map<TopicPartition, OffsetAndMetadata> committed, String task) {
    Map<TopicPartition, Span> spans = new HashMap<>();
    Map<TopicPartition, Long> next = new HashMap<>();
    committed.forEach(
        (partition, offset) -> {
          Span span = span(group, offset.metadata());
          if (!span.task().equals(task)) {
            throw new ReplayException(
                "Group %s has begun another replay (%s), this one is %s: ask for the same, or name another --group"
                    .formatted(group, span.task(), task));
          }
          spans.put(partition, span);
          next.put(partition, offset.offset());
        });
    return new ReplayPlan(task, spans, next);
  }

  private static Span span(String group, String metadata) {
    try {
      Span span = Json.read(metadata.getBytes(StandardCharsets.UTF_8), Span.class);
      if (span != null && span.task() != null) {
        return span;
      }
    } catch (JsonProcessingException e) {
      // Falls through to the one message.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    throw new ReplayException(
        "Group %s is in use by something that is no replay: name another --group".formatted(group));
  }

  private static ReplayPlan first(
      KafkaConsumer<byte[], byte[]> consumer,
      List<TopicPartition> partitions,
      String task,
      ReviewRange range) {
    Map<TopicPartition, Long> begins = consumer.beginningOffsets(partitions);
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    checkPartitions(partitions, range);
    Map<TopicPartition, Long> starts =
        bounds(consumer, begins, ends, range.from(), begins, range.fromOffsets());
    Map<TopicPartition, Long> stops =
        bounds(consumer, begins, ends, range.to(), ends, range.toOffsets());
    Map<TopicPartition, Span> spans = new HashMap<>();
    starts.forEach(
        (partition, start) ->
            spans.put(partition, new Span(task, start, Math.max(start, stops.get(partition)))));
    return new ReplayPlan(task, spans, starts);
  }

  private static void checkPartitions(List<TopicPartition> partitions, ReviewRange range) {
    Set<Integer> unknown = new HashSet<>(range.fromOffsets().keySet());
    unknown.addAll(range.toOffsets().keySet());
    partitions.forEach(partition -> unknown.remove(partition.partition()));
    if (!unknown.isEmpty()) {
      throw new ReplayException(
          "Partitions %s are not among the %d of %s"
              .formatted(unknown, partitions.size(), partitions.get(0).topic()));
    }
  }

  /** An offset of each partition: as given, else by time, else the default. */
  private static Map<TopicPartition, Long> bounds(
      KafkaConsumer<byte[], byte[]> consumer,
      Map<TopicPartition, Long> begins,
      Map<TopicPartition, Long> ends,
      Optional<Instant> time,
      Map<TopicPartition, Long> defaults,
      Map<Integer, Long> given) {
    Map<TopicPartition, Long> bounds = new HashMap<>(defaults);
    time.ifPresent(
        instant -> {
          Map<TopicPartition, Long> times = new HashMap<>();
          ends.keySet().forEach(partition -> times.put(partition, instant.toEpochMilli()));
          Map<TopicPartition, OffsetAndTimestamp> found = consumer.offsetsForTimes(times);
          // No record at or after that time: all of them are before it.
          ends.forEach(
              (partition, end) ->
                  bounds.put(
                      partition,
                      Optional.ofNullable(found.get(partition))
                          .map(OffsetAndTimestamp::offset)
                          .orElse(end)));
        });
    bounds.replaceAll(
        (partition, bound) ->
            Math.max(
                begins.get(partition),
                Math.min(ends.get(partition), given.getOrDefault(partition.partition(), bound))));
    return bounds;
  }
}
