package dev.verdict.cli;

import dev.verdict.config.Settings;
import dev.verdict.config.SettingsLoader;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;

/** Settings of the Kafka clients that Kafka itself does not know, so that a slip is seen. */
public final class ClientNames {
  private static final List<String> PREFIXES =
      List.of(
          "main.consumer.",
          "restore.consumer.",
          "global.consumer.",
          "consumer.",
          "producer.",
          "admin.");

  /** What Kafka Streams gives to the topics that it makes. */
  private static final String OF_TOPICS = "topic.";

  private ClientNames() {}

  /** A sentence for each that Kafka does not know; a class of the user's own may. */
  public static List<String> unknown(Settings settings) {
    Set<String> known = new TreeSet<>(StreamsConfig.configDef().names());
    known.addAll(ConsumerConfig.configNames());
    known.addAll(ProducerConfig.configNames());
    known.addAll(AdminClientConfig.configNames());
    return settings.kafkaClient().stringPropertyNames().stream()
        .sorted()
        .filter(name -> !name.startsWith(OF_TOPICS) && !known.contains(base(name)))
        .map(
            name ->
                "Setting kafka.%s is handed to the Kafka clients, who do not know it%s"
                    .formatted(
                        name,
                        SettingsLoader.closest(base(name), known)
                            .map(" (did you mean %s?)"::formatted)
                            .orElse("")))
        .toList();
  }

  private static String base(String name) {
    return PREFIXES.stream()
        .filter(name::startsWith)
        .findFirst()
        .map(prefix -> name.substring(prefix.length()))
        .orElse(name);
  }
}
