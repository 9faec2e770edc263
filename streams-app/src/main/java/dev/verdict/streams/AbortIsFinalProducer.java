package dev.verdict.streams;

import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A producer that begins no further transaction once one was aborted, as if it had been fenced:
 * Kafka Streams then closes all tasks of the thread, makes a new producer, and takes everything up
 * again from the committed offsets.
 *
 * <p>Without it Kafka Streams 4.3.1 can lose records under exactly-once. The tasks of a thread
 * share one transaction. When one of them is found corrupted, {@code TaskManager.handleCorruption}
 * commits the others and closes that one, which aborts the open transaction; but while a rebalance
 * is in progress the commit is left out and its answer ignored, so the work of the others is
 * aborted too, and they go on as if it had been committed. The fault suite found it: both instances
 * killed, and in the rebalance that followed a task whose stores had no checkpoint.
 */
final class AbortIsFinalProducer extends KafkaProducer<byte[], byte[]> {
  private boolean aborted;

  /**
   * @param config of a transactional producer; of others nothing changes
   */
  AbortIsFinalProducer(Map<String, Object> config) {
    super(config, new ByteArraySerializer(), new ByteArraySerializer());
  }

  @Override
  public void abortTransaction() {
    aborted = true;
    super.abortTransaction();
  }

  /**
   * Begins a transaction.
   *
   * @throws ProducerFencedException after an abort
   */
  @Override
  public void beginTransaction() {
    if (aborted) {
      throw new ProducerFencedException(
          "A transaction of this producer was aborted, so its tasks begin again where they have"
              + " committed");
    }
    super.beginTransaction();
  }
}
