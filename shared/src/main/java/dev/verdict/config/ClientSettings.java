package dev.verdict.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.common.security.JaasContext;

/**
 * The settings that begin with {@code kafka.}, by their names without it: which are refused, and
 * which may be shown. All others pass through to every client, known or not: a callback handler or
 * a config provider of the user's own has settings that nobody else knows.
 */
final class ClientSettings {
  static final String HIDDEN = "[hidden]";

  /** Those on which exactly-once, or the reading of bytes, depends, with what they may be. */
  private static final Map<String, Set<String>> FIXED =
      Map.of(
          "isolation.level", Set.of("read_committed"),
          "enable.auto.commit", Set.of("false"),
          "enable.idempotence", Set.of("true"),
          "acks", Set.of("all", "-1"));

  /** Those that Verdict chooses itself. */
  private static final Set<String> OWN =
      Set.of(
          "group.id",
          "transactional.id",
          "key.serializer",
          "value.serializer",
          "key.deserializer",
          "value.deserializer",
          "default.key.serde",
          "default.value.serde",
          "partition.assignment.strategy",
          "default.client.supplier",
          "topology.optimization",
          "ensure.explicit.internal.resource.naming",
          "rocksdb.config.setter",
          "processing.exception.handler",
          "deserialization.exception.handler",
          "production.exception.handler",
          "default.deserialization.exception.handler",
          "default.production.exception.handler",
          "errors.dead.letter.queue.topic.name");

  /** Those that Verdict has under another name. */
  private static final Map<String, String> RENAMED =
      Map.of(
          "replication.factor",
          SettingsDefinition.TOPICS_REPLICATION_FACTOR,
          "max.request.size",
          SettingsDefinition.DEAD_LETTER_MAX_BYTES);

  private static final List<ConfigDef> DEFINITIONS =
      List.of(
          ConsumerConfig.configDef(), ProducerConfig.configDef(), AdminClientConfig.configDef());

  private ClientSettings() {}

  /** Without the prefix of one kind of client. */
  static String base(String name) {
    return ClientKind.PREFIXES.stream()
        .filter(name::startsWith)
        .findFirst()
        .map(prefix -> name.substring(prefix.length()))
        .orElse(name);
  }

  /** Whether Kafka's clients know it. */
  static boolean isKnown(String name) {
    return key(name).isPresent();
  }

  /**
   * Whether its value may be shown: Kafka knows it and does not call it a password, and the value
   * is no URL with a password in it.
   */
  static boolean isHarmless(String name, String value) {
    return key(name).filter(key -> key.type != ConfigDef.Type.PASSWORD).isPresent()
        && !value.matches("(?s).*://[^/\\s]*@.*");
  }

  private static Optional<ConfigKey> key(String name) {
    String base = base(name);
    return DEFINITIONS.stream()
        .map(definition -> definition.configKeys().get(base))
        .filter(key -> key != null)
        .findFirst();
  }

  /**
   * Why some cannot be used, a sentence each, without a value that may be a secret.
   *
   * @param own names of Verdict's own settings
   */
  static List<String> faults(Map<String, String> kafka, Set<String> own) {
    List<String> faults = new ArrayList<>();
    new TreeMap<>(kafka)
        .forEach(
            (name, value) ->
                fault(name, value, own).or(() -> wrongValue(name, value)).ifPresent(faults::add));
    return faults;
  }

  private static Optional<String> fault(String name, String value, Set<String> own) {
    String base = base(name);
    String key = SettingsDefinition.KAFKA_PREFIX + name;
    if (own.contains(base)) {
      return Optional.of("Invalid configuration %s: must be set as %s".formatted(key, base));
    }
    if (RENAMED.containsKey(base)) {
      return Optional.of(
          "Invalid configuration %s: must be set as %s".formatted(key, RENAMED.get(base)));
    }
    if (OWN.contains(base)) {
      return Optional.of(
          "Invalid configuration %s: must be left out, Verdict sets it itself".formatted(key));
    }
    Set<String> fixed = FIXED.get(base);
    if (fixed != null && !fixed.contains(value.strip())) {
      return Optional.of(
          "Invalid value %s for configuration %s: must be %s or left out, exactly-once depends on it"
              .formatted(value, key, String.join(" or ", fixed.stream().sorted().toList())));
    }
    return Optional.empty();
  }

  /** What Kafka itself would say when the client is made. */
  private static Optional<String> wrongValue(String name, String value) {
    String base = base(name);
    String key = SettingsDefinition.KAFKA_PREFIX + name;
    if (base.equals(SaslConfigs.SASL_JAAS_CONFIG)) {
      return isLoginModule(value)
          ? Optional.empty()
          : Optional.of(
              "Invalid value %s for configuration %s: must be a login module and its options, such as org.apache.kafka.common.security.scram.ScramLoginModule required username=\"...\" password=\"...\";"
                  .formatted(HIDDEN, key));
    }
    for (ConfigDef definition : DEFINITIONS) {
      if (definition.configKeys().containsKey(base)) {
        for (ConfigValue checked : definition.validate(Map.of(base, value))) {
          if (checked.name().equals(base) && !checked.errorMessages().isEmpty()) {
            String message = checked.errorMessages().get(0);
            return Optional.of(
                isHarmless(name, value)
                    ? message.replace("configuration " + base, "configuration " + key)
                    : "Invalid value %s for configuration %s".formatted(HIDDEN, key));
          }
        }
        return Optional.empty();
      }
    }
    return Optional.empty();
  }

  /** As Kafka reads it, whose own complaint may quote what it takes for an option's name. */
  private static boolean isLoginModule(String value) {
    Map<String, Object> configs = new HashMap<>();
    configs.put(SaslConfigs.SASL_JAAS_CONFIG, new Password(value));
    try {
      return JaasContext.loadClientContext(configs).configurationEntries().size() == 1;
    } catch (RuntimeException e) {
      return false;
    }
  }
}
