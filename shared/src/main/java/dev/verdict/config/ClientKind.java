package dev.verdict.config;

import java.util.List;
import java.util.Properties;

/**
 * A kind of Kafka client, which may have settings of its own, as in Kafka Streams: {@code
 * producer.linger.ms} is of producers alone and wins over {@code linger.ms}.
 */
public enum ClientKind {
  PRODUCER("producer."),
  CONSUMER("consumer."),
  ADMIN("admin.");

  /** Before the settings of one kind; the last three are of Kafka Streams alone. */
  static final List<String> PREFIXES =
      List.of(
          "producer.",
          "consumer.",
          "admin.",
          "main.consumer.",
          "restore.consumer.",
          "global.consumer.");

  private final String prefix;

  ClientKind(String prefix) {
    this.prefix = prefix;
  }

  /**
   * What a client of this kind is made with.
   *
   * @param kafka connection settings, those of one kind under their prefix
   */
  public Properties of(Properties kafka) {
    Properties properties = new Properties();
    kafka.forEach(
        (key, value) -> {
          if (PREFIXES.stream().noneMatch(String.valueOf(key)::startsWith)) {
            properties.put(key, value);
          }
        });
    kafka.forEach(
        (key, value) -> {
          if (String.valueOf(key).startsWith(prefix)) {
            properties.put(String.valueOf(key).substring(prefix.length()), value);
          }
        });
    return properties;
  }
}
