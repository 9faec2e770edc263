package dev.verdict.streams.replay;

import dev.verdict.config.Settings;
import dev.verdict.contract.DeadLetterHeaders;
import dev.verdict.contract.Json;
import dev.verdict.contract.ReplayHeader;
import dev.verdict.contract.Topics;
import dev.verdict.registry.TopicCreator;
import dev.verdict.registry.access.AccessCheck;
import dev.verdict.registry.access.ServiceRole;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;

/**
 * Writes dead letters back to where they came from, after a fix.
 *
 * <p>What was replayed is kept in a compacted topic of one small mark for each source record, named
 * by its place, and the mark is written in the transaction of the record itself. A plain offset
 * could not say it: letters that a filter leaves out must stay replayable under another filter. The
 * target topic could, by its records' headers, but only to who reads all of it, and only until
 * retention takes it. A replay that starts first fences those before it and only then reads the
 * marks, so however many are started or killed, no record is written back twice.
 *
 * <p>Letters of one partition are written in their order, each to the partition it was read from,
 * so records of one key stay in order.
 */
public final class DeadLetterReplay {
  private final Settings settings;
  private final Topics topics;
  private final String name;

  /** What became of a letter that the filter accepts. */
  public enum Outcome {
    REPLAYED("replayed"),
    REPLAYED_BEFORE("already replayed"),
    HELD("held back: rejected again after a replay"),
    NOT_REPLAYABLE("not replayable");

    private final String text;

    Outcome(String text) {
      this.text = text;
    }

    /** In words. */
    public String text() {
      return text;
    }
  }

  /**
   * What is asked for.
   *
   * @param timesAtMost how often a record may be replayed in all: a letter whose record has been
   *     replayed as often is held back
   * @param limit letters replayed at most
   * @param dryRun whether nothing is written
   */
  public record Order(DeadLetterFilter filter, int timesAtMost, long limit, boolean dryRun) {}

  /** Where a source record was written back from, the value of a mark. */
  private record Mark(String deadLetter, Instant replayedAt) {}

  /** A record ready to be written back. */
  private record Ready(
      DeadLetter letter, RecordPlace origin, ProducerRecord<byte[], byte[]> record) {}

  public DeadLetterReplay(Settings settings) {
    this.settings = settings;
    this.topics = settings.topics();
    this.name = name(settings);
  }

  /** The transactional id of every replay of the deployment's dead letters. */
  static String name(Settings settings) {
    return settings.applicationId() + "-dead-letters-replay";
  }

  /**
   * Replays what is asked for.
   *
   * @param refused told of each letter that cannot be replayed, and why
   * @return how many letters had which outcome
   * @throws ReplayException if another replay has taken over
   */
  public Map<Outcome, Long> run(
      Order order, ReplayProgress progress, BiConsumer<DeadLetter, String> refused)
      throws InterruptedException {
    TopicCreator creator = new TopicCreator(settings.kafkaClient(), settings.replicationFactor());
    if (!order.dryRun()) {
      new AccessCheck(ServiceRole.DEAD_LETTERS_REPLAY, settings).require();
    }
    creator.requirePresent(List.of(topics.deadLetters()));
    if (!order.dryRun()) {
      creator.ensure(
          List.of(topics.replayedDeadLettersSpecification()), settings.topicPlan().create());
    }
    Optional<TransactionalWriter> writer =
        order.dryRun()
            ? Optional.empty()
            : Optional.of(
                new TransactionalWriter(
                    settings.kafkaClient(), name, settings.transactionTimeout()));
    try (SourceRecords sources = new SourceRecords(settings.kafkaClient());
        TopicScan letters = new TopicScan(settings.kafkaClient(), topics.deadLetters())) {
      return new Run(order, writer, sources, refused, marks(sources)).over(letters, progress);
    } finally {
      writer.ifPresent(TransactionalWriter::close);
    }
  }

  /** The places of the source records that were replayed. */
  private Set<String> marks(SourceRecords sources) {
    Set<String> places = new HashSet<>();
    if (!sources.hasPartition(new RecordPlace(topics.replayedDeadLetters(), 0, 0))) {
      return places;
    }
    try (TopicScan marks = new TopicScan(settings.kafkaClient(), topics.replayedDeadLetters())) {
      marks.forEachPoll(
          records -> {
            for (ConsumerRecord<byte[], byte[]> record : records) {
              if (record.key() != null) {
                places.add(new String(record.key(), StandardCharsets.UTF_8));
              }
            }
            return true;
          });
    }
    return places;
  }

  /** One replay under way. */
  private final class Run {
    private final Order order;
    private final Optional<TransactionalWriter> writer;
    private final SourceRecords sources;
    private final BiConsumer<DeadLetter, String> refused;
    private final Set<String> marks;
    private final Map<Outcome, Long> counts = new EnumMap<>(Outcome.class);

    Run(
        Order order,
        Optional<TransactionalWriter> writer,
        SourceRecords sources,
        BiConsumer<DeadLetter, String> refused,
        Set<String> marks) {
      this.order = order;
      this.writer = writer;
      this.sources = sources;
      this.refused = refused;
      this.marks = marks;
      Arrays.stream(Outcome.values()).forEach(outcome -> counts.put(outcome, 0L));
    }

    Map<Outcome, Long> over(TopicScan letters, ReplayProgress progress) {
      letters.forEachPoll(
          records -> {
            write(ready(records));
            progress.at(letters.read(), letters.size());
            return counts.get(Outcome.REPLAYED) < order.limit();
          });
      return counts;
    }

    private List<Ready> ready(List<ConsumerRecord<byte[], byte[]>> records) {
      List<Ready> ready = new ArrayList<>();
      for (ConsumerRecord<byte[], byte[]> record : records) {
        DeadLetter letter = new DeadLetter(record);
        if (counts.get(Outcome.REPLAYED) + ready.size() < order.limit()
            && order.filter().accepts(letter)) {
          prepare(letter).ifPresent(ready::add);
        }
      }
      return ready;
    }

    private Optional<Ready> prepare(DeadLetter letter) {
      Optional<RecordPlace> origin = letter.origin();
      if (origin.isEmpty()) {
        return refuse(letter, "its headers do not say where it came from");
      }
      RecordPlace place = origin.get();
      if (!Set.of(topics.reviews(), topics.labels(), topics.retrainRequests())
          .contains(place.topic())) {
        return refuse(letter, "Verdict does not read the topic that it names");
      }
      if (!sources.hasPartition(place)) {
        return refuse(letter, "the partition that it came from does not exist");
      }
      if (marks.contains(place.toString())) {
        return count(Outcome.REPLAYED_BEFORE);
      }
      ConsumerRecord<byte[], byte[]> content = letter.record();
      if (letter.droppedBytes().isPresent()) {
        Optional<ConsumerRecord<byte[], byte[]>> source = sources.at(place);
        if (source.isEmpty()) {
          return refuse(
              letter, "it was too large to be copied, and its topic does not keep it any more");
        }
        content = source.get();
      }
      int replays = Math.max(letter.replays(), ReplayHeader.count(content.headers()));
      if (replays >= order.timesAtMost()) {
        return count(Outcome.HELD);
      }
      // A second letter of the same record, which at_least_once allows, must not be written too.
      marks.add(place.toString());
      return Optional.of(new Ready(letter, place, record(place, content, replays + 1)));
    }

    private ProducerRecord<byte[], byte[]> record(
        RecordPlace place, ConsumerRecord<byte[], byte[]> content, int replays) {
      // Brokers refuse times in the future.
      long time = Math.max(0, Math.min(content.timestamp(), System.currentTimeMillis()));
      ProducerRecord<byte[], byte[]> record =
          new ProducerRecord<>(
              place.topic(), place.partition(), time, content.key(), content.value());
      for (Header header : content.headers()) {
        if (!header.key().startsWith(DeadLetterHeaders.PREFIX)) {
          record.headers().add(header);
        }
      }
      ReplayHeader.put(record.headers(), replays);
      return record;
    }

    private void write(List<Ready> ready) {
      if (ready.isEmpty() || writer.isEmpty()) {
        counts.merge(Outcome.REPLAYED, (long) ready.size(), Long::sum);
        return;
      }
      Optional<String> fault = writer.get().write(withMarks(ready));
      if (fault.isEmpty()) {
        counts.merge(Outcome.REPLAYED, (long) ready.size(), Long::sum);
      } else if (ready.size() == 1) {
        refuse(ready.get(0).letter(), "the broker refuses it: " + fault.get());
      } else {
        ready.forEach(each -> write(List.of(each)));
      }
    }

    private List<ProducerRecord<byte[], byte[]>> withMarks(List<Ready> ready) {
      List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
      for (Ready each : ready) {
        records.add(each.record());
        records.add(
            new ProducerRecord<>(
                topics.replayedDeadLetters(),
                each.origin().toString().getBytes(StandardCharsets.UTF_8),
                Json.write(new Mark(each.letter().place().toString(), Instant.now()))));
      }
      return records;
    }

    private <T> Optional<T> refuse(DeadLetter letter, String why) {
      refused.accept(letter, why);
      return count(Outcome.NOT_REPLAYABLE);
    }

    private <T> Optional<T> count(Outcome outcome) {
      counts.merge(outcome, 1L, Long::sum);
      return Optional.empty();
    }
  }
}
