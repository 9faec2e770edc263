package dev.verdict.config;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import javax.net.ssl.SSLContext;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.security.ssl.DefaultSslEngineFactory;

/** TLS of the schema registry, set up as that of a Kafka client. */
final class RegistryTls {
  private RegistryTls() {}

  /**
   * What the settings say.
   *
   * @param settings Kafka's own, such as {@code ssl.truststore.location}
   * @return empty where they say nothing
   * @throws SettingsException if one is unknown or cannot be used
   */
  static Optional<SSLContext> context(Map<String, String> settings) {
    if (settings.isEmpty()) {
      return Optional.empty();
    }
    ConfigDef definition = new ConfigDef();
    SslConfigs.addClientSslSupport(definition);
    for (String key : settings.keySet()) {
      if (!definition.names().contains(key)) {
        throw new SettingsException(
            "Unknown configuration %s%s: must be one of %s"
                .formatted(
                    SettingsDefinition.REGISTRY_PREFIX, key, new TreeSet<>(definition.names())));
      }
      if (key.endsWith(".location") && !Files.isReadable(Path.of(settings.get(key)))) {
        throw new SettingsException(
            "Invalid value %s for configuration %s%s: must be a file that can be read"
                .formatted(settings.get(key), SettingsDefinition.REGISTRY_PREFIX, key));
      }
    }
    DefaultSslEngineFactory factory = new DefaultSslEngineFactory();
    try {
      factory.configure(new HashMap<>(definition.parse(settings)));
      return Optional.of(factory.sslContext());
    } catch (KafkaException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new SettingsException(
          "Invalid configuration %sssl.*: %s: %s"
              .formatted(SettingsDefinition.REGISTRY_PREFIX, e.getMessage(), cause.getMessage()));
    }
  }
}
