package dev.verdict.registry;

import dev.verdict.config.ClientKind;
import dev.verdict.contract.Json;
import dev.verdict.contract.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.function.Function;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The registry in an operator's hands. Of two operators the later takes over: the earlier, who has
 * seen an older state, can write nothing any more.
 */
public final class OperatorRegistry {
  private static final Duration CLOSE = Duration.ofSeconds(5);
  private static final Duration VISIBLE = Duration.ofMillis(100);

  private final Properties kafka;
  private final Topics topics;
  private final String model;

  /**
   * @param kafka connection settings
   */
  public OperatorRegistry(Properties kafka, Topics topics, String model) {
    this.kafka = kafka;
    this.topics = topics;
    this.model = model;
  }

  /**
   * What a change has changed.
   *
   * @param before the registry's state that it was worked out on
   * @param after as the registry was left
   */
  public record Changed(RegistryState before, RegistryState after) {}

  /**
   * Writes a change and its decision in one transaction.
   *
   * @param change worked out on the state of now
   * @throws RegistryRefusal if another operator changes the registry at this moment
   */
  public Changed change(Function<RegistryState, RegistryChange> change) {
    // The fence comes first, so that nobody of before can write after the state was read.
    try (KafkaProducer<byte[], byte[]> producer = producer();
        RegistryReader registry = new RegistryReader(kafka, topics.modelRegistry(), model)) {
      producer.initTransactions();
      RegistryState before = registry.readToEnd();
      RegistryChange worked = change.apply(before);
      List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>(worked.records());
      records.add(
          new ProducerRecord<>(
              topics.decisions(),
              model.getBytes(StandardCharsets.UTF_8),
              Json.write(worked.decision())));
      write(producer, records);
      // The marker that ends a transaction is read a moment after the commit returns.
      RegistryState after = registry.poll(VISIBLE);
      while (after.equals(before)) {
        after = registry.poll(VISIBLE);
      }
      return new Changed(before, after);
    }
  }

  @SuppressWarnings("FutureReturnValueIgnored") // commitTransaction throws what a send met.
  private static void write(
      KafkaProducer<byte[], byte[]> producer, List<ProducerRecord<byte[], byte[]>> records) {
    try {
      producer.beginTransaction();
      records.forEach(producer::send);
      producer.commitTransaction();
    } catch (ProducerFencedException e) {
      throw new RegistryRefusal("Another operator has changed the registry meanwhile: look again");
    } catch (KafkaException e) {
      producer.close(CLOSE);
      throw e;
    }
  }

  private KafkaProducer<byte[], byte[]> producer() {
    Properties properties = ClientKind.PRODUCER.of(kafka);
    properties.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, topics.operatorId(model));
    return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }
}
