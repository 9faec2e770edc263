package dev.verdict.streams.processing;

import dev.verdict.contract.RejectedException;
import dev.verdict.contract.RejectedException.Reason;
import dev.verdict.contract.RejectedException.Stage;
import dev.verdict.streams.inference.InferenceStalledException;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.errors.DeserializationExceptionHandler;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.ProcessingExceptionHandler;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last resort for a record that no processor foresaw, such as one that another program wrote
 * into an internal topic: it becomes a dead letter in the same transaction, and the stream goes on
 * (KIP-1033, KIP-1034). Faults that are not the record's (Kafka's own, a disk, a model that gives
 * no answer) still fail the thread, uncommitted.
 *
 * <p>Kafka makes it by class name, so it finds its {@link Settings} among those of Kafka Streams.
 */
public final class UnforeseenFaults
    implements ProcessingExceptionHandler, DeserializationExceptionHandler {
  /** Setting of Kafka Streams that holds the {@link Settings}. */
  public static final String SETTINGS = "verdict.unforeseen.faults";

  private static final Logger LOG = LoggerFactory.getLogger(UnforeseenFaults.class);

  /**
   * What it needs.
   *
   * @param topic of the dead letters
   * @param maxBytes largest dead letter
   */
  public record Settings(String topic, int maxBytes, StreamMeters meters) {}

  private Settings settings;

  @Override
  public void configure(Map<String, ?> configs) {
    settings = (Settings) configs.get(SETTINGS);
  }

  @Override
  public ProcessingExceptionHandler.Response handleError(
      ErrorHandlerContext context, Record<?, ?> record, Exception fault) {
    return isOfTheRecord(fault)
        ? ProcessingExceptionHandler.Response.resume(
            List.of(letter(context, Stage.PROCESS, Reason.UNFORESEEN, fault)))
        : ProcessingExceptionHandler.Response.fail();
  }

  @Override
  public DeserializationExceptionHandler.Response handleError(
      ErrorHandlerContext context, ConsumerRecord<byte[], byte[]> record, Exception fault) {
    return DeserializationExceptionHandler.Response.resume(
        List.of(letter(context, Stage.DECODE, Reason.UNREADABLE, fault)));
  }

  private static boolean isOfTheRecord(Exception fault) {
    for (Throwable cause = fault; cause != null; cause = cause.getCause()) {
      if (cause instanceof KafkaException || cause instanceof InferenceStalledException) {
        return false;
      }
    }
    return true;
  }

  private ProducerRecord<byte[], byte[]> letter(
      ErrorHandlerContext context, Stage stage, Reason reason, Exception fault) {
    RejectedException rejected =
        new RejectedException(stage, reason, String.valueOf(fault.getMessage()), fault);
    settings.meters.deadLetter(rejected);
    LOG.warn(
        "Dead letter of {}-{}@{} ({})",
        context.topic(),
        context.partition(),
        context.offset(),
        fault.toString());
    Record<byte[], byte[]> letter =
        new DeadLetters(settings.maxBytes)
            .of(
                new Record<>(
                    context.sourceRawKey(),
                    context.sourceRawValue(),
                    Math.max(0, context.timestamp()),
                    new RecordHeaders(context.headers().toArray())),
                new Place(context.topic(), context.partition(), context.offset()),
                rejected,
                System.currentTimeMillis());
    return new ProducerRecord<>(
        settings.topic, null, letter.timestamp(), letter.key(), letter.value(), letter.headers());
  }

  private record Place(String topic, int partition, long offset) implements RecordMetadata {}
}
