package dev.verdict.config;

import dev.verdict.contract.MessageFormats;
import dev.verdict.contract.Topics;
import dev.verdict.drift.InputDrift;
import dev.verdict.evaluation.ChallengerPolicy;
import dev.verdict.evaluation.RetrainPolicy;
import dev.verdict.evaluation.WindowSpec;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;
import org.apache.kafka.common.config.ConfigValue;

/**
 * Reads the settings: defaults, then a properties file, then the environment ({@code
 * batch.max.rows} is {@code VERDICT_BATCH_MAX_ROWS}, and {@code VERDICT_BATCH_MAX_ROWS_FILE} names
 * a file with its value), then what the command line sets. A value may refer to a file or the
 * environment, see {@link References}.
 */
public final class SettingsLoader {
  private static final String ENVIRONMENT_PREFIX = "VERDICT_";
  private static final String FILE_SUFFIX = "_FILE";

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
    Map<String, Variable> variables = fromEnvironment(environment);
    variables.forEach((key, variable) -> all.put(key, variable.value()));
    all.putAll(overrides);
    Set<String> secrets = new HashSet<>();
    variables.forEach(
        (key, variable) -> {
          if (variable.ofFile() && !overrides.containsKey(key)) {
            secrets.add(key);
          }
        });
    return parse(all, secrets);
  }

  /**
   * Where each setting that is not at its default comes from, in words.
   *
   * @throws SettingsException if the file cannot be read
   */
  public static Map<String, String> origins(
      Optional<Path> file, Map<String, String> environment, Map<String, String> overrides) {
    Map<String, String> origins = new TreeMap<>();
    file.ifPresent(path -> read(path).keySet().forEach(key -> origins.put(key, "file " + path)));
    fromEnvironment(environment)
        .forEach((key, variable) -> origins.put(key, "environment " + variable.name()));
    overrides.keySet().forEach(key -> origins.put(key, "command line"));
    return origins;
  }

  static Settings parse(Map<String, String> all) {
    return parse(all, Set.of());
  }

  /**
   * The settings.
   *
   * @param given as they were written
   * @param secrets keys whose values are never shown
   */
  static Settings parse(Map<String, String> given, Set<String> secrets) {
    Map<String, String> all = References.resolve(given);
    ConfigDef definition = SettingsDefinition.create();
    Map<String, String> known = new HashMap<>();
    Map<String, String> kafka = new HashMap<>();
    Map<String, String> registryTls = new HashMap<>();
    List<String> faults = new ArrayList<>();
    new TreeMap<>(all)
        .forEach(
            (key, value) -> {
              if (key.startsWith(SettingsDefinition.KAFKA_PREFIX)) {
                kafka.put(key.substring(SettingsDefinition.KAFKA_PREFIX.length()), value);
              } else if (key.startsWith(SettingsDefinition.REGISTRY_TLS_PREFIX)) {
                registryTls.put(key.substring(SettingsDefinition.REGISTRY_PREFIX.length()), value);
              } else if (definition.names().contains(key)) {
                known.put(key, value);
              } else {
                faults.add(unknown(key, definition));
              }
            });
    faults.addAll(ClientSettings.faults(kafka, definition.names()));
    for (ConfigValue value : definition.validate(known)) {
      // The first says why; those after it are consequences.
      value.errorMessages().stream()
          .limit(1)
          .map(message -> fault(definition.configKeys().get(value.name()), known, message))
          .forEach(faults::add);
    }
    if (!faults.isEmpty()) {
      throw new SettingsException(
          faults.stream().map(fault -> without(fault, given, all, secrets)).toList());
    }
    Settings settings =
        new Settings(
            new AbstractConfig(definition, known, false), kafka, registryTls, given, secrets);
    checkTogether(settings);
    return settings;
  }

  /** The sentence with each value as it was written, not as what it refers to. */
  private static String without(
      String fault, Map<String, String> given, Map<String, String> all, Set<String> secrets) {
    String told = fault;
    for (Map.Entry<String, String> each : all.entrySet()) {
      String key = each.getKey();
      String value = each.getValue();
      boolean secret = secrets.contains(key);
      if (!value.isBlank() && (secret || !value.equals(given.get(key)))) {
        told =
            told.replace(
                "value " + value + " for",
                "value " + (secret ? ClientSettings.HIDDEN : given.get(key)) + " for");
      }
    }
    return told;
  }

  /** ConfigDef's own message, or a clearer one where the value has the wrong type. */
  private static String fault(ConfigKey key, Map<String, String> known, String message) {
    String type =
        switch (key.type) {
          case INT, LONG, SHORT -> "a whole number";
          case DOUBLE -> "a number";
          case BOOLEAN -> "true or false";
          default -> "";
        };
    if (type.isEmpty() || message.contains("must be ")) {
      return message;
    }
    return "Invalid value %s for configuration %s: must be %s%s"
        .formatted(
            known.get(key.name), key.name, type, key.validator == null ? "" : ", " + key.validator);
  }

  private static void checkTogether(Settings settings) {
    List<String> faults = new ArrayList<>();
    if (settings.batchLimits().maxTokens() < settings.maxLength()) {
      faults.add(
          "Invalid value %d for configuration batch.max.tokens: must be at least model.max.length (%d)"
              .formatted(settings.batchLimits().maxTokens(), settings.maxLength()));
    }
    if (settings.inferenceTimeout().compareTo(settings.transactionTimeout()) >= 0) {
      faults.add(
          "Invalid value %d for configuration inference.timeout.ms: must be less than transaction.timeout.ms (%d)"
              .formatted(
                  settings.inferenceTimeout().toMillis(),
                  settings.transactionTimeout().toMillis()));
    }
    if (settings.inferenceQueueBytes() < settings.reviewDecoder().maxTextBytes()) {
      faults.add(
          "Invalid value %d for configuration inference.queue.bytes: must be at least review.max.text.bytes (%d)"
              .formatted(settings.inferenceQueueBytes(), settings.reviewDecoder().maxTextBytes()));
    }
    if (settings.modelLabels().size() == 1
        || settings.modelLabels().stream().anyMatch(String::isBlank)
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
    RetrainPolicy policy = settings.retrainPolicy();
    if (policy.window() instanceof WindowSpec.Last last && policy.minLabels() > last.labels()) {
      faults.add(
          "Invalid value %d for configuration retrain.min.labels: must be at most the labels of retrain.window (%s)"
              .formatted(policy.minLabels(), last.name()));
    }
    if (policy.macroF1Leave() < policy.macroF1Min()) {
      faults.add(
          "Invalid value %s for configuration retrain.f1.leave: must be at least retrain.f1.min (%s)"
              .formatted(policy.macroF1Leave(), policy.macroF1Min()));
    }
    checkFormats(settings, faults);
    checkDrift(settings, faults);
    checkTrial(settings.challengerPolicy(), faults);
    checkRecipe(SettingsDefinition.FINE_TUNE, settings.trainer().fineTune()).ifPresent(faults::add);
    checkRecipe(SettingsDefinition.SCRATCH, settings.trainer().scratch()).ifPresent(faults::add);
    Topics topics = settings.topics();
    Set<String> written = Set.copyOf(topics.written());
    if (topics.reviews().equals(topics.labels())) {
      faults.add(
          "Invalid value %s for configuration topic.labels: must not be topic.reviews too"
              .formatted(topics.labels()));
    }
    new TreeMap<>(Map.of("topic.reviews", topics.reviews(), "topic.labels", topics.labels()))
        .forEach(
            (key, topic) -> {
              if (written.contains(topic)) {
                faults.add(
                    "Invalid value %s for configuration %s: must not be a topic that Verdict writes %s"
                        .formatted(topic, key, new TreeSet<>(written)));
              }
            });
    if (!faults.isEmpty()) {
      throw new SettingsException(faults);
    }
  }

  private static void checkFormats(Settings settings, List<String> faults) {
    if (settings.registryAuthorizedTwice()) {
      faults.add(
          "Invalid configuration schema.registry.bearer.auth.token: must not be set beside schema.registry.basic.auth.user.info");
    }
    if (!settings.registryTokenUsable()) {
      faults.add(
          "Invalid configuration schema.registry.bearer.auth.token: must be one word of ASCII");
    }
    MessageFormats.Plan plan;
    try {
      plan = settings.formatPlan();
    } catch (SettingsException e) {
      faults.add(e.getMessage());
      return;
    }
    plan.registry()
        .ifPresent(
            registry -> {
              if (registry.urls().isEmpty()) {
                faults.add(
                    "Invalid value [] for configuration schema.registry.url: must name a schema registry where a format is avro");
              }
              if (registry.timeout().compareTo(settings.transactionTimeout()) >= 0) {
                faults.add(
                    "Invalid value %d for configuration schema.registry.timeout.ms: must be less than transaction.timeout.ms (%d)"
                        .formatted(
                            registry.timeout().toMillis(),
                            settings.transactionTimeout().toMillis()));
              }
            });
    if (Set.of("timestamp", "attributes").contains(plan.textField())) {
      faults.add(
          "Invalid value %s for configuration reviews.text.field: must not be the field timestamp or attributes"
              .formatted(plan.textField()));
    }
    if (Set.of("labeled_at", "source").contains(plan.labelField())) {
      faults.add(
          "Invalid value %s for configuration labels.label.field: must not be the field labeled_at or source"
              .formatted(plan.labelField()));
    }
  }

  private static void checkDrift(Settings settings, List<String> faults) {
    InputDrift.Rule rule = settings.inputDrift();
    if (rule.minReviews() > settings.driftWindowReviews()) {
      faults.add(
          "Invalid value %d for configuration drift.min.reviews: must be at most drift.window.reviews (%d)"
              .formatted(rule.minReviews(), settings.driftWindowReviews()));
    }
    if (rule.large() < rule.moderate()) {
      faults.add(
          "Invalid value %s for configuration drift.psi.large: must be at least drift.psi.moderate (%s)"
              .formatted(rule.large(), rule.moderate()));
    }
  }

  private static void checkTrial(ChallengerPolicy policy, List<String> faults) {
    if (policy.maxLabels() < policy.minLabels()) {
      faults.add(
          "Invalid value %d for configuration challenger.max.labels: must be at least challenger.min.labels (%d)"
              .formatted(policy.maxLabels(), policy.minLabels()));
    }
    if (policy.canaryMaxDuration().compareTo(policy.canaryDuration()) < 0) {
      faults.add(
          "Invalid value %d for configuration canary.max.ms: must be at least canary.ms (%d)"
              .formatted(
                  policy.canaryMaxDuration().toMillis(), policy.canaryDuration().toMillis()));
    }
  }

  private static Optional<String> checkRecipe(String prefix, TrainingRecipe recipe) {
    int teachers = recipe.distillation().teachers();
    return teachers > 0 && recipe.transfer() == TrainingRecipe.Transfer.HEAD
        ? Optional.of(
            "Invalid value %d for configuration %sdistillation.teachers: must be 0 where %stransfer is head"
                .formatted(teachers, prefix, prefix))
        : Optional.empty();
  }

  /** Without the value: it may be a secret under a wrong name. */
  private static String unknown(String key, ConfigDef definition) {
    return "Unknown configuration %s%s (`verdict config` lists all; settings of the Kafka clients begin with kafka.)"
        .formatted(
            key, closest(key, definition.names()).map(": did you mean %s?"::formatted).orElse(""));
  }

  /** The name that is most like it, if one is like it at all. */
  public static Optional<String> closest(String name, Collection<String> names) {
    return names.stream()
        .min(
            Comparator.comparingInt((String each) -> distance(each, name))
                .thenComparing(Comparator.naturalOrder()))
        .filter(each -> distance(each, name) <= name.length() / 2);
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

  /**
   * What a variable of the environment sets.
   *
   * @param ofFile whether it names a file with the value, as is usual for Docker's secrets
   */
  private record Variable(String name, String value, boolean ofFile) {}

  private static Map<String, Variable> fromEnvironment(Map<String, String> environment) {
    Map<String, Variable> variables = new HashMap<>();
    List<String> faults = new ArrayList<>();
    new TreeMap<>(environment)
        .forEach(
            (name, value) -> {
              if (name.startsWith(ENVIRONMENT_PREFIX)
                  && !LAUNCHER_VARIABLES.contains(name)
                  && !serviceLink(name, value)) {
                String key = key(name);
                boolean ofFile = namesFile(name);
                Variable variable;
                if (ofFile) {
                  key = key(name.substring(0, name.length() - FILE_SUFFIX.length()));
                  variable = new Variable(name, content(name, Path.of(value)), true);
                } else {
                  variable = new Variable(name, value, false);
                }
                Variable other = variables.put(key, variable);
                if (other != null) {
                  faults.add(
                      "Variables %s and %s both set %s: must be one of them"
                          .formatted(other.name(), name, key));
                }
              }
            });
    if (!faults.isEmpty()) {
      throw new SettingsException(faults);
    }
    return variables;
  }

  private static String key(String variable) {
    return variable
        .substring(ENVIRONMENT_PREFIX.length())
        .toLowerCase(Locale.ROOT)
        .replace('_', '.');
  }

  /** Kafka has settings of its own whose names end so. */
  private static boolean namesFile(String variable) {
    String key = key(variable);
    return variable.endsWith(FILE_SUFFIX)
        && !(key.startsWith(SettingsDefinition.KAFKA_PREFIX)
            && ClientSettings.isKnown(key.substring(SettingsDefinition.KAFKA_PREFIX.length())));
  }

  /** Without the line break that editors put at the end. */
  private static String content(String variable, Path file) {
    try {
      return Files.readString(file).stripTrailing();
    } catch (IOException e) {
      throw new SettingsException(
          "Cannot read the file %s that %s names: must be readable text".formatted(file, variable));
    }
  }

  /**
   * Whether Kubernetes or Docker has set the variable for a service whose name begins with verdict,
   * such as {@code VERDICT_TRAINER_PORT=tcp://10.0.0.7:8081}.
   */
  private static boolean serviceLink(String name, String value) {
    return name.matches(".*_SERVICE_(HOST|PORT(_.*)?)")
        || name.matches(".*_PORT_[0-9]+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?")
        || (name.endsWith("_PORT") && value.matches("(tcp|udp|sctp)://.*"));
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
