package dev.verdict.registry;

import dev.verdict.contract.Json;
import dev.verdict.contract.ModelManifest;
import dev.verdict.contract.RegistryAlias;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;

/** The records that change the registry; whoever sends them does so in one transaction. */
public final class RegistryRecords {
  private RegistryRecords() {}

  /**
   * Publishes a version and makes it the champion: the manifest first, then the aliases.
   *
   * @param champion the version that serves until now
   */
  public static List<ProducerRecord<byte[], byte[]>> publish(
      String topic, ModelManifest manifest, Optional<String> champion) {
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    records.add(record(topic, manifest.model() + "/" + manifest.version(), manifest));
    champion.ifPresent(
        version -> records.add(alias(topic, manifest.model(), RegistryState.PREVIOUS, version)));
    records.add(alias(topic, manifest.model(), RegistryState.CHAMPION, manifest.version()));
    return records;
  }

  /** Publishes a version that waits to take the champion's place: the manifest, then the alias. */
  public static List<ProducerRecord<byte[], byte[]>> challenge(
      String topic, ModelManifest manifest) {
    return List.of(
        record(topic, manifest.model() + "/" + manifest.version(), manifest),
        alias(topic, manifest.model(), RegistryState.CHALLENGER, manifest.version()));
  }

  private static ProducerRecord<byte[], byte[]> alias(
      String topic, String model, String alias, String version) {
    return record(topic, model + "/@" + alias, new RegistryAlias(version));
  }

  private static ProducerRecord<byte[], byte[]> record(String topic, String key, Object value) {
    return new ProducerRecord<>(topic, key.getBytes(StandardCharsets.UTF_8), Json.write(value));
  }
}
