package dev.verdict.streams.replay;

import dev.verdict.contract.DeadLetterHeaders;
import dev.verdict.contract.ReplayHeader;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** A record of {@code dead-letters}. What its headers say may be anything: others can write too. */
public record DeadLetter(ConsumerRecord<byte[], byte[]> record) {
  /** Where the rejected record was read; empty if the headers do not say. */
  public Optional<RecordPlace> origin() {
    Optional<Integer> partition =
        header(DeadLetterHeaders.PARTITION)
            .filter(text -> text.matches("[0-9]{1,9}"))
            .map(Integer::valueOf);
    Optional<Long> offset =
        header(DeadLetterHeaders.OFFSET)
            .filter(text -> text.matches("[0-9]{1,18}"))
            .map(Long::valueOf);
    return header(DeadLetterHeaders.TOPIC)
        .flatMap(
            topic ->
                partition.flatMap(p -> offset.map(o -> new RecordPlace(topic, p.intValue(), o))));
  }

  /** Where the letter itself is. */
  public RecordPlace place() {
    return new RecordPlace(record.topic(), record.partition(), record.offset());
  }

  /** Its record's time, which is that of the rejected record. */
  public Instant time() {
    return Instant.ofEpochMilli(record.timestamp());
  }

  /** The stage's name in the headers, or nothing. */
  public String stage() {
    return header(DeadLetterHeaders.STAGE).orElse("");
  }

  /** The reason's name in the headers, or nothing. */
  public String reason() {
    return header(DeadLetterHeaders.REASON).orElse("");
  }

  /** What was wrong, or nothing. */
  public String message() {
    return header(DeadLetterHeaders.MESSAGE).orElse("");
  }

  /** The class of what was thrown, or nothing. */
  public String exception() {
    return header(DeadLetterHeaders.EXCEPTION).orElse("");
  }

  /** The size of a record whose bytes are in its source topic alone. */
  public Optional<String> droppedBytes() {
    return header(DeadLetterHeaders.DROPPED);
  }

  /** How often the record was replayed before it came here. */
  public int replays() {
    return ReplayHeader.count(record.headers());
  }

  private Optional<String> header(String name) {
    return DeadLetterHeaders.value(record.headers(), name);
  }
}
