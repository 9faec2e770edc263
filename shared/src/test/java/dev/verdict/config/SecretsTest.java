package dev.verdict.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Secrets come from files and the environment, and are in no text that is printed. */
class SecretsTest {
  private static final String SECRET = "hunter2";
  private static final String JAAS =
      "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"u\" password=\"%s\";";

  @TempDir private Path folder;
  private Path file = Path.of("");

  @BeforeEach
  void write() throws IOException {
    file = Files.writeString(folder.resolve("kafka.properties"), "password=" + SECRET + "\n");
    Files.writeString(folder.resolve("brokers"), "kafka:9093");
  }

  private static Settings load(Map<String, String> environment, Map<String, String> overrides) {
    return SettingsLoader.load(Optional.empty(), environment, overrides);
  }

  private static SettingsException fault(
      Map<String, String> environment, Map<String, String> overrides) {
    SettingsException fault =
        catchThrowableOfType(SettingsException.class, () -> load(environment, overrides));
    assertThat(fault.getMessage()).doesNotContain(SECRET);
    return fault;
  }

  @Test
  void referencesThenResolvedForTheClientsAndForOwnKeysAndPrintedAsWritten() {
    String reference = "${directory:" + folder + ":brokers}";
    Settings settings =
        load(
            Map.of(),
            Map.of(
                "bootstrap.servers",
                reference,
                "kafka.ssl.truststore.location",
                "${env:PATH}",
                "kafka.sasl.jaas.config",
                JAAS.formatted("${file:" + file + ":password}")));

    assertThat(settings.kafkaClient())
        .containsEntry("bootstrap.servers", "kafka:9093")
        .containsEntry("ssl.truststore.location", System.getenv("PATH"))
        .containsEntry("sasl.jaas.config", JAAS.formatted(SECRET))
        .doesNotContainKey("config.providers");
    assertThat(settings.printable())
        .containsEntry("bootstrap.servers", reference)
        .containsEntry("kafka.ssl.truststore.location", "${env:PATH}")
        .containsEntry("kafka.sasl.jaas.config", "[hidden]");
    assertThat(settings.with(Map.of("seed", "7")).kafkaClient())
        .containsEntry("sasl.jaas.config", JAAS.formatted(SECRET));
  }

  @Test
  void referencesLeadNowhereThenEachIsNamed() {
    assertThat(
            fault(
                    Map.of(),
                    Map.of(
                        "kafka.ssl.key.password",
                        "${env:NO_SUCH_VARIABLE_HERE}",
                        "kafka.ssl.keystore.password",
                        "${file:" + file + ":other}"))
                .getMessage()
                .lines())
        .containsExactly(
            "Cannot resolve ${env:NO_SUCH_VARIABLE_HERE} of configuration kafka.ssl.key.password:"
                + " the environment must have a variable of that name",
            "Cannot resolve ${file:%s:other} of configuration kafka.ssl.keystore.password: the file must be a properties file with that key"
                .formatted(file));
    assertThat(fault(Map.of(), Map.of("kafka.ssl.key.password", "${file:/none:x}")))
        .hasMessageContaining("Cannot resolve")
        .hasMessageContaining("/none");
  }

  @Test
  void secretItselfLooksLikeAReferenceThenLeftAlone() throws IOException {
    Files.writeString(file, "password=${env:HOME}");
    assertThat(
            load(Map.of(), Map.of("kafka.ssl.key.password", "${file:" + file + ":password}"))
                .kafkaClient())
        .containsEntry("ssl.key.password", "${env:HOME}");
  }

  @Test
  void providersDeclaredThenOnlyThose() {
    Settings settings =
        load(
            Map.of(),
            Map.of(
                "kafka.config.providers", "secrets",
                "kafka.config.providers.secrets.class",
                    "org.apache.kafka.common.config.provider.FileConfigProvider",
                "kafka.config.providers.secrets.param.allowed.paths", folder.toString(),
                "kafka.ssl.key.password", "${secrets:" + file + ":password}",
                "kafka.ssl.keystore.password", "${env:HOME}"));
    assertThat(settings.kafkaClient())
        .containsEntry("ssl.key.password", SECRET)
        .containsEntry("ssl.keystore.password", "${env:HOME}");
  }

  @Test
  void variableNamesAFileThenItsContentAndNeverShown() throws IOException {
    Path jaas = Files.writeString(folder.resolve("jaas"), JAAS.formatted(SECRET) + "\n");
    Path base = Files.writeString(folder.resolve("base"), "scratch:mini");
    Map<String, String> environment =
        Map.of(
            "VERDICT_KAFKA_SASL_JAAS_CONFIG_FILE", jaas.toString(),
            "VERDICT_TRAIN_BASE_FILE", base.toString(),
            // Kafka's own setting, which is a file's name.
            "VERDICT_KAFKA_SASL_OAUTHBEARER_ASSERTION_FILE", "/run/assertion");
    Settings settings = load(environment, Map.of());

    assertThat(settings.kafkaClient())
        .containsEntry("sasl.jaas.config", JAAS.formatted(SECRET))
        .containsEntry("sasl.oauthbearer.assertion.file", "/run/assertion");
    assertThat(settings.trainer().base()).isEqualTo("scratch:mini");
    assertThat(settings.printable())
        .containsEntry("train.base", "[hidden]")
        .containsEntry("kafka.sasl.jaas.config", "[hidden]");
    assertThat(SettingsLoader.origins(Optional.empty(), environment, Map.of()))
        .containsEntry("kafka.sasl.jaas.config", "environment VERDICT_KAFKA_SASL_JAAS_CONFIG_FILE");
  }

  @Test
  void variableAndItsFileThenRefused() {
    assertThat(fault(Map.of("VERDICT_SEED", "1", "VERDICT_SEED_FILE", file.toString()), Map.of()))
        .hasMessage(
            "Variables VERDICT_SEED and VERDICT_SEED_FILE both set seed: must be one of them");
    assertThat(fault(Map.of("VERDICT_SEED_FILE", "/none"), Map.of()))
        .hasMessage(
            "Cannot read the file /none that VERDICT_SEED_FILE names: must be readable text");
  }

  @Test
  void secretUnderAWrongKeyThenNotQuoted() throws IOException {
    String reference = "${file:" + file + ":password}";
    assertThat(fault(Map.of(), Map.of("batch.max.rows", reference)))
        .hasMessageContaining("Invalid value " + reference + " for configuration batch.max.rows");
    Path secret = Files.writeString(folder.resolve("secret"), SECRET);
    assertThat(fault(Map.of("VERDICT_BATCH_MAX_ROWS_FILE", secret.toString()), Map.of()))
        .hasMessageContaining("Invalid value [hidden] for configuration batch.max.rows");
    assertThat(fault(Map.of(), Map.of("kafka.security.protocol", reference)))
        .hasMessageContaining("configuration kafka.security.protocol");
    assertThat(fault(Map.of(), Map.of("kafka.sasl.jaas.config", "password=" + SECRET)))
        .hasMessageStartingWith(
            "Invalid value [hidden] for configuration kafka.sasl.jaas.config: must be a login module");
  }

  @ParameterizedTest
  @CsvSource({
    "security.protocol, SASL_SSL, true",
    "producer.linger.ms, 5, true",
    "sasl.oauthbearer.token.endpoint.url, https://id.example.com/token, true",
    "sasl.oauthbearer.token.endpoint.url, https://u:p@id.example.com/token, false",
    "sasl.jaas.config, x, false",
    "ssl.key.password, x, false",
    "ssl.keystore.key, x, false",
    "consumer.ssl.keystore.password, x, false",
    "sasl.oauthbearer.client.credentials.client.secret, x, false",
    "my.callback.token, x, false",
    "basic.auth.user.info, x, false"
  })
  void valueThenShownOnlyWhereKafkaKnowsItToBeHarmless(String name, String value, boolean shown) {
    assertThat(ClientSettings.isHarmless(name, value)).isEqualTo(shown);
  }
}
