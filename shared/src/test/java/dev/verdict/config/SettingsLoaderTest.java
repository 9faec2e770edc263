package dev.verdict.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.verdict.drift.InputDrift;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsLoaderTest {
  @TempDir private Path folder;

  private static Settings load(Map<String, String> overrides) {
    return SettingsLoader.load(Optional.empty(), Map.of(), overrides);
  }

  private static String[] faults(Map<String, String> overrides) {
    SettingsException fault = catchThrowableOfType(SettingsException.class, () -> load(overrides));
    assertThat(fault).as("must be refused: %s", overrides).isNotNull();
    return fault.getMessage().split(System.lineSeparator(), -1);
  }

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("verdict.properties"), text);
  }

  @Test
  void fileEnvironmentAndOverridesThenTheLaterWins() throws IOException {
    Path file = file("batch.max.rows=1\nbatch.max.tokens=1001\nbatch.max.wait.ms=11\nseed=5\n");

    Settings settings =
        SettingsLoader.load(
            Optional.of(file),
            Map.of("VERDICT_BATCH_MAX_ROWS", "2", "VERDICT_BATCH_MAX_TOKENS", "1002"),
            Map.of("batch.max.rows", "3"));

    assertThat(settings.batchLimits().maxRows()).isEqualTo(3);
    assertThat(settings.batchLimits().maxTokens()).isEqualTo(1002);
    assertThat(settings.batchLimits().maxWait()).hasMillis(11);
    assertThat(settings.trainer().seed()).isEqualTo(5);
    assertThat(settings.maxLength()).isEqualTo(128);
  }

  @Test
  void everySettingAsEnvironmentVariableThenAccepted() {
    Map<String, String> environment = new HashMap<>();
    load(Map.of())
        .printable()
        .forEach(
            (key, value) ->
                environment.put(
                    "VERDICT_" + key.toUpperCase(Locale.ROOT).replace('.', '_'), value));

    assertThat(SettingsLoader.load(Optional.empty(), environment, Map.of()).printable())
        .isEqualTo(load(Map.of()).printable());
  }

  @Test
  void kafkaSettingInTheEnvironmentThenHandedToTheClients() {
    Settings settings =
        SettingsLoader.load(
            Optional.empty(),
            Map.of(
                "VERDICT_KAFKA_SECURITY_PROTOCOL", "SSL",
                "VERDICT_BOOTSTRAP_SERVERS", "broker:9093",
                "KAFKA_OPTS", "-Dx",
                "PATH", "/bin"),
            Map.of());

    assertThat(settings.kafkaClient())
        .containsOnly(
            Map.entry("security.protocol", "SSL"), Map.entry("bootstrap.servers", "broker:9093"));
  }

  @Test
  void variablesOfLauncherAndServicesThenIgnored() {
    Settings settings =
        SettingsLoader.load(
            Optional.empty(),
            Map.of(
                "VERDICT_OPTS", "-Xmx1g",
                "VERDICT_HOME", "/opt/verdict",
                "VERDICT_LOG_LEVEL", "debug",
                "VERDICT_TRAINER_SERVICE_HOST", "10.0.0.7",
                "VERDICT_TRAINER_SERVICE_PORT_HTTP", "8081",
                "VERDICT_TRAINER_PORT", "tcp://10.0.0.7:8081",
                "VERDICT_TRAINER_PORT_8081_TCP_ADDR", "10.0.0.7",
                "VERDICT_STREAMS_HTTP_PORT", "9000"),
            Map.of());

    assertThat(settings.streamsHttpPort()).isEqualTo(9000);
  }

  @Test
  void unknownVariableThenRefused() {
    SettingsException fault =
        catchThrowableOfType(
            SettingsException.class,
            () ->
                SettingsLoader.load(Optional.empty(), Map.of("VERDICT_BATCH_ROWS", "2"), Map.of()));

    assertThat(fault).hasMessageStartingWith("Unknown configuration batch.rows");
  }

  @ParameterizedTest
  @CsvSource({
    "batch.max.row, batch.max.rows",
    "batch.max.wait, batch.max.wait.ms",
    "retrain.f1.mn, retrain.f1.min",
    "Model.Name, model.name",
    "bootstrap.server, bootstrap.servers",
    "topic.prefix, topics.prefix",
  })
  void misspeltKeyThenOneSentenceWithASuggestion(String key, String suggestion) {
    assertThat(faults(Map.of(key, "1")))
        .containsExactly(
            "Unknown configuration "
                + key
                + ": did you mean "
                + suggestion
                + "? (`verdict config` lists all; settings of the Kafka clients begin with kafka.)");
  }

  @Test
  void keyLikeNoOtherThenNoSuggestion() {
    assertThat(faults(Map.of("colour", "1")))
        .containsExactly(
            "Unknown configuration colour (`verdict config` lists all; settings of the Kafka"
                + " clients begin with kafka.)");
  }

  @Test
  void secretUnderAWrongKeyThenNotShown() {
    assertThat(faults(Map.of("sasl.jaas.config", "password=hunter2"))[0])
        .startsWith("Unknown configuration sasl.jaas.config")
        .contains("begin with kafka.")
        .doesNotContain("hunter2");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "batch.max.rows            | many          | must be a whole number, 1 to 4096",
        "batch.max.rows            | 1.5           | must be a whole number, 1 to 4096",
        "batch.max.rows            | 99999999999   | must be a whole number, 1 to 4096",
        "batch.max.rows            | 0             | must be 1 to 4096",
        "batch.max.rows            | 4097          | must be 1 to 4096",
        "labels.retention.ms       | 7d            | must be a whole number, 60000 to 31536000000",
        "labels.retention.ms       | 59999         | must be 60000 to 31536000000",
        "topics.replication.factor | 70000         | must be a whole number, -1 or 1 to 100",
        "topics.replication.factor | 0             | must be -1 or 1 to 100",
        "group.protocol            | consumer      | must be classic or streams",
        "num.standby.replicas      | 11            | must be 0 to 10",
        "retrain.f1.min            | high          | must be a number, 0 to 1",
        "retrain.f1.min            | NaN           | must be 0 to 1",
        "retrain.f1.min            | 1.01          | must be 0 to 1",
        "retrain.min.labels        | 0             | must be at least 1",
        "retrain.f1.leave          | -0.5          | must be -1 or 0 to 1",
        "retrain.runs.per.day      | 0             | must be 1 to 1000",
        "scratch.gradient.clipping | Infinity      | must be at least 0",
        "scratch.learning.rate     | 0.0           | must be 0.00000001 to 1",
        "seed                      | lucky         | must be a whole number",
        "topics.create             | yes           | must be true or false",
        "processing.guarantee      | exactly_once  | must be exactly_once_v2 or at_least_once",
        "scratch.schedule          | cubic         | must be linear or cosine or constant or reduce_on_plateau",
        "train.base                | scratch:huge  | must be scratch:tiny, scratch:mini, scratch:small, scratch:base, a folder or hf://owner/name[@revision]",
        "train.base                | champion      | must be scratch:tiny, scratch:mini, scratch:small, scratch:base, a folder or hf://owner/name[@revision]",
        "retrain.base              | scratch:      | must be champion, scratch:tiny, scratch:mini, scratch:small, scratch:base, a folder or hf://owner/name[@revision]",
        "model.name                | a/b           | must be 1 to 100 letters, digits, . _ -, first a letter or digit",
        "model.name                | ..            | must be 1 to 100 letters, digits, . _ -, first a letter or digit",
        "model.name                | .staging      | must be 1 to 100 letters, digits, . _ -, first a letter or digit",
        "topic.reviews             | my reviews    | must be 1 to 200 letters, digits, . _ -",
        "topics.prefix             | shop/         | must be empty or 1 to 200 letters, digits, . _ -",
        "retrain.window            | last_0        | must be last_<labels> (at most 999999), a time such as 30s, 15m, 1h, 7d, or <length>_by_<advance> such as 1h_by_1h (at most 60 advances make the length)",
      })
  void badValueThenOneSentenceWithKeyValueAndWhatIsAccepted(
      String key, String value, String accepted) {
    assertThat(faults(Map.of(key, value)))
        .containsExactly("Invalid value " + value + " for configuration " + key + ": " + accepted);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"bootstrap.servers", "checkpoints.dir", "state.dir", "http.host", "topic.labels"})
  void blankWhereSomethingIsNeededThenRefused(String key) {
    assertThat(faults(Map.of(key, " "))).hasSize(1);
    assertThat(faults(Map.of(key, ""))[0]).startsWith("Invalid value  for configuration " + key);
  }

  @ParameterizedTest
  @CsvSource({"'1h,1x'", "''", "'1h,1h'", "'last_5,'"})
  void windowsThatAreNoneOrRepeatedThenRefused(String windows) {
    assertThat(faults(Map.of("evaluation.windows", windows, "retrain.window", "1h")))
        .hasSize(1)
        .allMatch(fault -> fault.contains("for configuration evaluation.windows: must be "))
        .allMatch(fault -> fault.contains("last_<labels>"));
  }

  @Test
  void severalFaultsThenAllReportedTogetherInOrder() {
    assertThat(
            faults(
                Map.of(
                    "batch.max.rows", "0",
                    "retrain.f1.min", "2",
                    "topics.create", "maybe",
                    "colour", "red",
                    "kafka.bootstrap.servers", "x:1")))
        .hasSize(5)
        .anyMatch(fault -> fault.contains("batch.max.rows"))
        .anyMatch(fault -> fault.contains("retrain.f1.min"))
        .anyMatch(fault -> fault.contains("topics.create"))
        .anyMatch(fault -> fault.contains("colour"))
        .anyMatch(fault -> fault.contains("kafka.bootstrap.servers"));
  }

  @Test
  void settingsThatDoNotFitTogetherThenAllReportedTogether() {
    assertThat(
            faults(
                Map.of(
                    "batch.max.tokens", "100",
                    "inference.timeout.ms", "10000",
                    "transaction.timeout.ms", "10000",
                    "inference.queue.bytes", "65536",
                    "review.max.text.bytes", "65537",
                    "model.labels", "only",
                    "retrain.window", "2h")))
        .containsExactly(
            "Invalid value 100 for configuration batch.max.tokens: must be at least"
                + " model.max.length (128)",
            "Invalid value 10000 for configuration inference.timeout.ms: must be less than"
                + " transaction.timeout.ms (10000)",
            "Invalid value 65536 for configuration inference.queue.bytes: must be at least"
                + " review.max.text.bytes (65537)",
            "Invalid value [only] for configuration model.labels: must be empty or at least two"
                + " different classes",
            "Invalid value 2h for configuration retrain.window: must be one of"
                + " evaluation.windows [last_1000, 1h]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "a,a", "a,,b", ",", "a,b,a"})
  void classesThatAreNotSeveralAndDifferentThenRefused(String labels) {
    assertThat(faults(Map.of("model.labels", labels)))
        .hasSize(1)
        .allMatch(fault -> fault.contains("must be empty or at least two different classes"));
  }

  @Test
  void windowTooSmallForItsLeastLabelsThenRefused() {
    assertThat(faults(Map.of("evaluation.windows", "last_100,1h", "retrain.window", "last_100")))
        .containsExactly(
            "Invalid value 500 for configuration retrain.min.labels: must be at most the labels of"
                + " retrain.window (last_100)");
    assertThat(
            load(Map.of(
                    "evaluation.windows", "last_100",
                    "retrain.window", "last_100",
                    "retrain.min.labels", "100"))
                .retrainPolicy()
                .minLabels())
        .isEqualTo(100);
  }

  @ParameterizedTest
  @ValueSource(strings = {"f1, manual", "f1, f1"})
  void triggerThatIsNoneOrTwiceThenRefused(String triggers) {
    assertThat(faults(Map.of("retrain.triggers", triggers)))
        .containsExactly(
            "Invalid value [%s] for configuration retrain.triggers: must be any of f1, drift, schedule, each once"
                .formatted(triggers));
  }

  @Test
  void boundToLeaveBelowTheOneToEnterThenRefused() {
    assertThat(faults(Map.of("retrain.f1.leave", "0.7")))
        .containsExactly(
            "Invalid value 0.7 for configuration retrain.f1.leave: must be at least retrain.f1.min"
                + " (0.8)");
    assertThat(load(Map.of("retrain.f1.min", "0.6")).retrainPolicy().macroF1Leave()).isEqualTo(0.6);
  }

  @Test
  void boundsOfDriftThatContradictThenRefused() {
    assertThat(
            faults(
                Map.of(
                    "drift.window.reviews", "400",
                    "drift.psi.moderate", "0.3")))
        .containsExactly(
            "Invalid value 500 for configuration drift.min.reviews: must be at most"
                + " drift.window.reviews (400)",
            "Invalid value 0.25 for configuration drift.psi.large: must be at least"
                + " drift.psi.moderate (0.3)");
    assertThat(load(Map.of()).inputDrift()).isEqualTo(InputDrift.Rule.USUAL);
  }

  @Test
  void topicsThatCollideThenRefused() {
    assertThat(faults(Map.of("topic.reviews", "x", "topic.labels", "x")))
        .containsExactly(
            "Invalid value x for configuration topic.labels: must not be topic.reviews too");
    assertThat(faults(Map.of("topic.reviews", "shop.predictions", "topics.prefix", "shop.")))
        .hasSize(1)
        .allMatch(
            fault ->
                fault.startsWith(
                    "Invalid value shop.predictions for configuration topic.reviews: must not be a"
                        + " topic that Verdict writes ["));
  }

  @Test
  void kafkaSettingThatVerdictHasItselfThenRefused() {
    assertThat(faults(Map.of("kafka.processing.guarantee", "at_least_once")))
        .containsExactly(
            "Invalid configuration kafka.processing.guarantee: must be set as"
                + " processing.guarantee");
  }

  @Test
  void limitsOfATrialTheWrongWayRoundThenBothRefused() {
    assertThat(
            faults(
                Map.of(
                    "challenger.min.labels", "500",
                    "challenger.max.labels", "499",
                    "canary.ms", "2000",
                    "canary.max.ms", "1999")))
        .containsExactly(
            "Invalid value 499 for configuration challenger.max.labels: must be at least"
                + " challenger.min.labels (500)",
            "Invalid value 1999 for configuration canary.max.ms: must be at least canary.ms (2000)");
  }

  @Test
  void fileThatIsMissingOrNoTextThenOneSentence() throws IOException {
    Path missing = folder.resolve("none.properties");
    Path binary = Files.write(folder.resolve("latin.properties"), new byte[] {'a', (byte) 0xE9});
    Path escape = file("seed=\\u12");

    for (Path file : new Path[] {missing, binary, escape, folder}) {
      SettingsException fault =
          catchThrowableOfType(
              SettingsException.class,
              () -> SettingsLoader.load(Optional.of(file), Map.of(), Map.of()));
      assertThat(fault)
          .hasMessage(
              "Cannot read the settings file " + file + ": must be a readable properties file");
    }
  }

  @Test
  void fileInUtf8WithSpacesAndCommentsThenRead() throws IOException {
    Files.write(
        folder.resolve("u.properties"),
        "# classes\nmodel.labels = schlecht, schön  \n".getBytes(StandardCharsets.UTF_8));

    assertThat(
            SettingsLoader.load(Optional.of(folder.resolve("u.properties")), Map.of(), Map.of())
                .modelLabels())
        .containsExactly("schlecht", "schön");
  }
}
