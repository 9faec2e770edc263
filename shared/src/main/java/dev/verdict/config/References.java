package dev.verdict.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.provider.DirectoryConfigProvider;
import org.apache.kafka.common.config.provider.EnvVarConfigProvider;
import org.apache.kafka.common.config.provider.FileConfigProvider;

/**
 * Puts in what settings refer to, such as <code>${file:/run/secrets/kafka.properties:password}
 * </code>, by Kafka's config providers (<a
 * href="https://cwiki.apache.org/confluence/display/KAFKA/KIP-297%3A+Externalizing+Secrets+for+Connect+Configurations">KIP-297</a>,
 * <a
 * href="https://cwiki.apache.org/confluence/display/KAFKA/KIP-421%3A+Support+resolving+externalized+secrets+in+AbstractConfig">KIP-421</a>).
 *
 * <p>Where {@code kafka.config.providers} is not set there are Kafka's own three: {@code file},
 * {@code env} and {@code directory}. The system property {@code
 * org.apache.kafka.automatic.config.providers} narrows them as in every Kafka client.
 */
final class References {
  private static final String PROVIDERS = AbstractConfig.CONFIG_PROVIDERS_CONFIG;
  private static final String DECLARED = SettingsDefinition.KAFKA_PREFIX + PROVIDERS;

  private static final Map<String, String> BY_DEFAULT =
      Map.of(
          "file", FileConfigProvider.class.getName(),
          "env", EnvVarConfigProvider.class.getName(),
          "directory", DirectoryConfigProvider.class.getName());

  /** As Kafka's own, with the provider's name as group 1. */
  private static final Pattern REFERENCE = Pattern.compile("\\$\\{([^}:]*?):(([^}]*?):)?([^}]*?)}");

  private References() {}

  /** Whether the value refers to something that is kept elsewhere. */
  static boolean in(String value) {
    return REFERENCE.matcher(value).find();
  }

  /**
   * The settings with what they refer to; those of the providers themselves are left out.
   *
   * @throws SettingsException naming every reference that leads nowhere
   */
  static Map<String, String> resolve(Map<String, String> settings) {
    Map<String, String> values = new HashMap<>();
    Map<String, String> providers = new HashMap<>();
    settings.forEach(
        (key, value) -> {
          if (key.equals(DECLARED) || key.startsWith(DECLARED + ".")) {
            providers.put(key.substring(SettingsDefinition.KAFKA_PREFIX.length()), value);
          } else {
            values.put(key, value);
          }
        });
    Set<String> used = new HashSet<>();
    values.values().forEach(value -> matches(value).forEach(each -> used.add(each.provider())));
    if (!providers.containsKey(PROVIDERS)) {
      used.retainAll(BY_DEFAULT.keySet());
      providers.put(PROVIDERS, String.join(",", used));
      used.forEach(
          name -> providers.putIfAbsent(PROVIDERS + "." + name + ".class", BY_DEFAULT.get(name)));
    }
    Set<String> declared = Set.of(providers.get(PROVIDERS).strip().split("\\s*,\\s*", -1));
    used.retainAll(declared);
    if (used.isEmpty()) {
      return values;
    }
    Map<String, String> all = new HashMap<>(values);
    all.putAll(providers);
    Map<String, String> resolved = new HashMap<>(resolved(all));
    resolved.keySet().retainAll(values.keySet());
    check(values, resolved, used);
    return resolved;
  }

  private static Map<String, String> resolved(Map<String, String> all) {
    try {
      return new AbstractConfig(new ConfigDef(), all, false).originalsStrings();
    } catch (ConfigException e) {
      throw new SettingsException("Cannot resolve what the settings refer to: " + e.getMessage());
    }
  }

  private static void check(
      Map<String, String> given, Map<String, String> resolved, Set<String> providers) {
    List<String> faults = new ArrayList<>();
    new TreeMap<>(given)
        .forEach(
            (key, value) ->
                matches(value).stream()
                    .filter(each -> providers.contains(each.provider()))
                    .filter(each -> resolved.get(key).contains(each.text()))
                    .forEach(
                        each ->
                            faults.add(
                                "Cannot resolve %s of configuration %s: %s"
                                    .formatted(each.text(), key, why(each.provider())))));
    if (!faults.isEmpty()) {
      throw new SettingsException(faults);
    }
  }

  private static String why(String provider) {
    return switch (provider) {
      case "env" -> "the environment must have a variable of that name";
      case "file" -> "the file must be a properties file with that key";
      case "directory" -> "the folder must have a file of that name";
      default -> "the config provider " + provider + " must know it";
    };
  }

  /** A reference as it is written. */
  private record Reference(String text, String provider) {}

  private static List<Reference> matches(String value) {
    List<Reference> found = new ArrayList<>();
    Matcher matcher = REFERENCE.matcher(value);
    while (matcher.find()) {
      found.add(new Reference(matcher.group(), matcher.group(1)));
    }
    return found;
  }
}
