package dev.verdict.contract;

import dev.verdict.contract.RejectedException.Reason;
import dev.verdict.contract.RejectedException.Stage;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Headers;

/**
 * Says in a dead letter's headers where the record came from and why it was rejected. The names are
 * those of Kafka Streams' own dead-letter queue (KIP-1034), with stage and reason added.
 */
public final class DeadLetterHeaders {
  public static final String TOPIC = "__streams.errors.topic";
  public static final String PARTITION = "__streams.errors.partition";
  public static final String OFFSET = "__streams.errors.offset";
  public static final String EXCEPTION = "__streams.errors.exception";
  public static final String MESSAGE = "__streams.errors.message";
  public static final String STAGE = "__streams.errors.stage";
  public static final String REASON = "__streams.errors.reason";

  private static final int MAX_MESSAGE = 2000;

  private DeadLetterHeaders() {}

  /** Adds to the record's own headers, which are kept. */
  public static void add(
      Headers headers, String topic, int partition, long offset, RejectedException fault) {
    Throwable origin = fault.getCause() == null ? fault : fault.getCause();
    put(headers, TOPIC, topic);
    put(headers, PARTITION, String.valueOf(partition));
    put(headers, OFFSET, String.valueOf(offset));
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

  /** Native faults carry stack traces of their own, which could make a record too large. */
  private static String abbreviate(String message) {
    return message.length() <= MAX_MESSAGE ? message : message.substring(0, MAX_MESSAGE - 1) + "…";
  }

  private static void put(Headers headers, String name, String value) {
    headers.remove(name);
    headers.add(name, value.getBytes(StandardCharsets.UTF_8));
  }

  private static String text(Headers headers, String name) {
    return new String(headers.lastHeader(name).value(), StandardCharsets.UTF_8);
  }
}
