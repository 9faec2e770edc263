package dev.verdict.contract;

import dev.verdict.contract.RejectedException.Reason;
import dev.verdict.contract.RejectedException.Stage;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.kafka.common.header.Headers;

/**
 * Says in a dead letter's headers where the record came from and why it was rejected. The names are
 * those of Kafka Streams' own dead-letter queue (KIP-1034), with timestamp, stage and reason added.
 */
public final class DeadLetterHeaders {
  /** What the name of each of these headers begins with. */
  public static final String PREFIX = "__streams.errors.";

  public static final String TOPIC = "__streams.errors.topic";
  public static final String PARTITION = "__streams.errors.partition";
  public static final String OFFSET = "__streams.errors.offset";
  public static final String TIMESTAMP = "__streams.errors.timestamp";
  public static final String EXCEPTION = "__streams.errors.exception";
  public static final String MESSAGE = "__streams.errors.message";
  public static final String STAGE = "__streams.errors.stage";
  public static final String REASON = "__streams.errors.reason";

  /** The size of a record that was too large to be copied: it is in its source topic alone. */
  public static final String DROPPED = "__streams.errors.dropped.bytes";

  private static final int MAX_MESSAGE = 2000;

  private DeadLetterHeaders() {}

  /**
   * Adds to the record's own headers, which are kept.
   *
   * @param timestamp of the record in its topic, epoch milliseconds
   */
  public static void add(
      Headers headers,
      String topic,
      int partition,
      long offset,
      long timestamp,
      RejectedException fault) {
    Throwable origin = fault.getCause() == null ? fault : fault.getCause();
    put(headers, TOPIC, topic);
    put(headers, PARTITION, String.valueOf(partition));
    put(headers, OFFSET, String.valueOf(offset));
    put(headers, TIMESTAMP, String.valueOf(timestamp));
    put(headers, STAGE, fault.stage().wireName());
    put(headers, REASON, fault.reason().wireName());
    put(headers, EXCEPTION, origin.getClass().getName());
    put(headers, MESSAGE, abbreviate(fault.getMessage()));
  }

  /** The stage in a dead letter's headers; this class wrote them. */
  public static Stage stage(Headers headers) {
    return Stage.valueOf(text(headers, STAGE).toUpperCase(java.util.Locale.ROOT));
  }

  /** The reason in a dead letter's headers; this class wrote them. */
  public static Reason reason(Headers headers) {
    return Reason.valueOf(text(headers, REASON).toUpperCase(java.util.Locale.ROOT));
  }

  /** The last value of a header as text; empty where there is none. */
  public static Optional<String> value(Headers headers, String name) {
    return Optional.ofNullable(headers.lastHeader(name))
        .flatMap(header -> Optional.ofNullable(header.value()))
        .map(value -> new String(value, StandardCharsets.UTF_8));
  }

  /** Native faults carry stack traces of their own, which could make a record too large. */
  private static String abbreviate(String message) {
    return message.length() <= MAX_MESSAGE ? message : message.substring(0, MAX_MESSAGE - 1) + "…";
  }

  private static void put(Headers headers, String name, String value) {
    headers.remove(name);
    headers.add(name, value.getBytes(StandardCharsets.UTF_8));
  }

  private static String text(Headers headers, String name) {
    return value(headers, name).orElseThrow();
  }
}
