package dev.verdict.registry;

import dev.verdict.contract.Decision;
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

  /**
   * Gives all reviews to a published version. It is the challenger no more, if it was; a canary
   * that was under way ends.
   *
   * @param before as the registry is now
   */
  public static List<ProducerRecord<byte[], byte[]>> promote(
      String topic, String model, RegistryState before, String version) {
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    before
        .champion()
        .map(ModelManifest::version)
        .filter(champion -> !champion.equals(version))
        .ifPresent(champion -> records.add(alias(topic, model, RegistryState.PREVIOUS, champion)));
    records.add(alias(topic, model, RegistryState.CHAMPION, version));
    if (version.equals(before.aliases().get(RegistryState.CHALLENGER))) {
      records.add(tombstone(topic, model, RegistryState.CHALLENGER));
    }
    if (before.aliases().containsKey(RegistryState.CANARY)) {
      records.add(tombstone(topic, model, RegistryState.CANARY));
    }
    return records;
  }

  /**
   * Gives a share of the reviews to the challenger, as champion; the champion of before serves the
   * others.
   *
   * @param why on which figures
   */
  public static List<ProducerRecord<byte[], byte[]>> promoteToCanary(
      String topic, String model, String champion, String challenger, Decision why) {
    return List.of(
        alias(topic, model, RegistryState.PREVIOUS, champion),
        alias(topic, model, RegistryState.CHAMPION, challenger, why),
        alias(topic, model, RegistryState.CANARY, challenger, why),
        tombstone(topic, model, RegistryState.CHALLENGER));
  }

  /** Gives the canary all reviews. */
  public static List<ProducerRecord<byte[], byte[]>> confirmCanary(String topic, String model) {
    return List.of(tombstone(topic, model, RegistryState.CANARY));
  }

  /**
   * As {@link #confirmCanary(String, String)}, by a rule.
   *
   * @param champion the canary
   * @param why on which figures
   */
  public static List<ProducerRecord<byte[], byte[]>> confirmCanary(
      String topic, String model, String champion, Decision why) {
    return List.of(
        alias(topic, model, RegistryState.CHAMPION, champion, why),
        tombstone(topic, model, RegistryState.CANARY));
  }

  /**
   * As {@link #rollback(String, String, String, String)}, by a rule.
   *
   * @param why on which figures
   */
  public static List<ProducerRecord<byte[], byte[]>> rollback(
      String topic, String model, String champion, String previous, Decision why) {
    return List.of(
        alias(topic, model, RegistryState.PREVIOUS, champion),
        alias(topic, model, RegistryState.CHAMPION, previous, why),
        tombstone(topic, model, RegistryState.CANARY));
  }

  /** Gives all reviews back to the version of before, which changes places with the champion. */
  public static List<ProducerRecord<byte[], byte[]>> rollback(
      String topic, String model, String champion, String previous) {
    return List.of(
        alias(topic, model, RegistryState.PREVIOUS, champion),
        alias(topic, model, RegistryState.CHAMPION, previous),
        tombstone(topic, model, RegistryState.CANARY));
  }

  /**
   * Ends the challenger's trial; its version stays published, and is the last rejected.
   *
   * @param why on which figures
   */
  public static List<ProducerRecord<byte[], byte[]>> reject(
      String topic, String model, String challenger, Decision why) {
    return List.of(
        alias(topic, model, RegistryState.REJECTED, challenger, why),
        tombstone(topic, model, RegistryState.CHALLENGER));
  }

  /**
   * Gives all reviews to a version and holds it fast.
   *
   * @param before as the registry is now
   */
  public static List<ProducerRecord<byte[], byte[]>> pin(
      String topic, String model, RegistryState before, String version) {
    List<ProducerRecord<byte[], byte[]>> records =
        new ArrayList<>(promote(topic, model, before, version));
    records.add(alias(topic, model, RegistryState.PINNED, version));
    return records;
  }

  /** Lets versions be promoted again. */
  public static List<ProducerRecord<byte[], byte[]>> unpin(String topic, String model) {
    return List.of(tombstone(topic, model, RegistryState.PINNED));
  }

  private static ProducerRecord<byte[], byte[]> alias(
      String topic, String model, String alias, String version) {
    return record(topic, key(model, alias), new RegistryAlias(version));
  }

  private static ProducerRecord<byte[], byte[]> alias(
      String topic, String model, String alias, String version, Decision why) {
    return record(topic, key(model, alias), new RegistryAlias(version, Optional.of(why)));
  }

  private static ProducerRecord<byte[], byte[]> tombstone(
      String topic, String model, String alias) {
    return new ProducerRecord<>(topic, key(model, alias).getBytes(StandardCharsets.UTF_8), null);
  }

  private static String key(String model, String alias) {
    return model + "/@" + alias;
  }

  private static ProducerRecord<byte[], byte[]> record(String topic, String key, Object value) {
    return new ProducerRecord<>(topic, key.getBytes(StandardCharsets.UTF_8), Json.write(value));
  }
}
