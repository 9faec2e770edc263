package dev.verdict.config;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigValue;

/**
 * Reads the settings: defaults, then a properties file, then the environment ({@code
 * batch.max.rows} is {@code VERDICT_BATCH_MAX_ROWS}), then what the command line sets.
 */
public final class SettingsLoader {
  private static final String ENVIRONMENT_PREFIX = "VERDICT_";

  /** Read by the launcher, not settings. */
  private static final Set<String> LAUNCHER_VARIABLES =
      Set.of("VERDICT_OPTS", "VERDICT_HOME", "VERDICT_LOG_LEVEL");

  private SettingsLoader() {}

  /**
   * The settings of a process.
   *
   * @throws SettingsException naming every fault
   */
  public static Settings load(
      Optional<Path> file, Map<String, String> environment, Map<String, String> overrides) {
    return load(Map.of(), file, environment, overrides);
  }

  /**
   * The settings of a process that has defaults of its own, in the place of the declared ones.
   *
   * @throws SettingsException naming every fault
   */
  public static Settings load(
      Map<String, String> defaults,
      Optional<Path> file,
      Map<String, String> environment,
      Map<String, String> overrides) {
    Map<String, String> all = new HashMap<>(defaults);
    file.ifPresent(path -> all.putAll(read(path)));
    all.putAll(fromEnvironment(environment));
    all.putAll(overrides);
    return parse(all);
  }

  static Settings parse(Map<String, String> all) {
    ConfigDef definition = SettingsDefinition.create();
    Map<String, String> known = new HashMap<>();
    Map<String, String> kafka = new HashMap<>();
    List<String> faults = new ArrayList<>();
    all.forEach(
        (key, value) -> {
          if (key.startsWith(SettingsDefinition.KAFKA_PREFIX)) {
            kafka.put(key.substring(SettingsDefinition.KAFKA_PREFIX.length()), value);
          } else if (definition.names().contains(key)) {
            known.put(key, value);
          } else {
            faults.add(unknown(key, value, definition));
          }
        });
    for (ConfigValue value : definition.validate(known)) {
      faults.addAll(value.errorMessages());
    }
    if (!faults.isEmpty()) {
      throw new SettingsException(faults);
    }
    Settings settings = new Settings(new AbstractConfig(definition, known, false), kafka);
    checkTogether(settings);
    return settings;
  }

  private static void checkTogether(Settings settings) {
    List<String> faults = new ArrayList<>();
    if (settings.batchLimits().maxTokens() < settings.maxLength()) {
      faults.add(
          "Invalid value %d for configuration batch.max.tokens: must be at least model.max.length (%d)"
              .formatted(settings.batchLimits().maxTokens(), settings.maxLength()));
    }
    if (settings.modelLabels().size() == 1
        || Set.copyOf(settings.modelLabels()).size() != settings.modelLabels().size()) {
      faults.add(
          "Invalid value %s for configuration model.labels: must be empty or at least two different classes"
              .formatted(settings.modelLabels()));
    }
    if (!settings.windows().contains(settings.retrainPolicy().window())) {
      faults.add(
          "Invalid value %s for configuration retrain.window: must be one of evaluation.windows %s"
              .formatted(
                  settings.retrainPolicy().window().name(),
                  settings.windows().stream().map(window -> window.name()).toList()));
    }
    if (!faults.isEmpty()) {
      throw new SettingsException(faults);
    }
  }

  private static String unknown(String key, String value, ConfigDef definition) {
    String closest =
        definition.names().stream()
            .min(java.util.Comparator.comparingInt(name -> distance(name, key)))
            .orElseThrow();
    return "Unknown configuration %s (value %s): did you mean %s? `verdict config` lists all; settings of the Kafka clients begin with kafka."
        .formatted(key, value, closest);
  }

  private static Map<String, String> read(Path file) {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    } catch (IOException | IllegalArgumentException e) {
      throw new SettingsException(
          "Cannot read the settings file " + file + ": must be a readable properties file");
    }
    Map<String, String> values = new HashMap<>();
    properties.stringPropertyNames().forEach(key -> values.put(key, properties.getProperty(key)));
    return values;
  }

  private static Map<String, String> fromEnvironment(Map<String, String> environment) {
    Map<String, String> values = new HashMap<>();
    environment.forEach(
        (name, value) -> {
          if (name.startsWith(ENVIRONMENT_PREFIX) && !LAUNCHER_VARIABLES.contains(name)) {
            String key = name.substring(ENVIRONMENT_PREFIX.length());
            values.put(key.toLowerCase(Locale.ROOT).replace('_', '.'), value);
          }
        });
    return values;
  }

  /** Levenshtein distance. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int above = row[j];
        int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(change, Math.min(above, row[j - 1]) + 1);
        diagonal = above;
      }
    }
    return row[b.length()];
  }
}
