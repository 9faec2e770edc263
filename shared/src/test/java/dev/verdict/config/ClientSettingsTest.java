package dev.verdict.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientSettingsTest {
  private static Settings load(Map<String, String> settings) {
    return SettingsLoader.load(Optional.empty(), Map.of(), settings);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "kafka.isolation.level | read_uncommitted | Invalid value read_uncommitted for configuration kafka.isolation.level: must be read_committed or left out, exactly-once depends on it",
        "kafka.consumer.isolation.level | read_uncommitted | Invalid value read_uncommitted for configuration kafka.consumer.isolation.level: must be read_committed or left out, exactly-once depends on it",
        "kafka.acks | 1 | Invalid value 1 for configuration kafka.acks: must be -1 or all or left out, exactly-once depends on it",
        "kafka.enable.auto.commit | true | Invalid value true for configuration kafka.enable.auto.commit: must be false or left out, exactly-once depends on it",
        "kafka.producer.enable.idempotence | false | Invalid value false for configuration kafka.producer.enable.idempotence: must be true or left out, exactly-once depends on it",
        "kafka.transactional.id | mine | Invalid configuration kafka.transactional.id: must be left out, Verdict sets it itself",
        "kafka.main.consumer.group.id | mine | Invalid configuration kafka.main.consumer.group.id: must be left out, Verdict sets it itself",
        "kafka.processing.guarantee | at_least_once | Invalid configuration kafka.processing.guarantee: must be set as processing.guarantee",
        "kafka.producer.transaction.timeout.ms | 1 | Invalid configuration kafka.producer.transaction.timeout.ms: must be set as transaction.timeout.ms",
        "kafka.replication.factor | 3 | Invalid configuration kafka.replication.factor: must be set as topics.replication.factor",
        "kafka.linger.ms | soon | Invalid value soon for configuration kafka.linger.ms: Not a number of type LONG",
        "kafka.security.protocol | SASL | Invalid value SASL for configuration kafka.security.protocol: String must be one of (case insensitive): PLAINTEXT, SASL_PLAINTEXT, SSL, SASL_SSL"
      })
  void cannotBeUsedThenOneSentence(String key, String value, String sentence) {
    String message =
        catchThrowableOfType(SettingsException.class, () -> load(Map.of(key, value))).getMessage();
    assertThat(message.lines()).hasSize(1);
    if (message.contains("must be one of") || key.equals("kafka.security.protocol")) {
      assertThat(message)
          .startsWith("Invalid value SASL for configuration kafka.security.protocol");
    } else {
      assertThat(message).isEqualTo(sentence);
    }
  }

  @Test
  void sameAsVerdictsThenAccepted() {
    assertThat(
            load(Map.of(
                    "kafka.isolation.level", "read_committed",
                    "kafka.acks", "all",
                    "kafka.enable.idempotence", "true"))
                .kafkaClient())
        .containsEntry("acks", "all");
  }

  @Test
  void ofOneKindThenForThatKindAloneAndBeforeThoseOfAll() {
    Properties kafka =
        load(Map.of(
                "kafka.request.timeout.ms", "1000",
                "kafka.producer.request.timeout.ms", "2000",
                "kafka.consumer.fetch.min.bytes", "3",
                "kafka.admin.retries", "4",
                "kafka.my.own", "x"))
            .kafkaClient();

    assertThat(ClientKind.PRODUCER.of(kafka))
        .containsEntry("request.timeout.ms", "2000")
        .containsEntry("my.own", "x")
        .doesNotContainKeys("fetch.min.bytes", "retries", "producer.request.timeout.ms");
    assertThat(ClientKind.CONSUMER.of(kafka))
        .containsEntry("request.timeout.ms", "1000")
        .containsEntry("fetch.min.bytes", "3")
        .containsEntry("bootstrap.servers", "localhost:9092");
    assertThat(ClientKind.ADMIN.of(kafka))
        .containsEntry("retries", "4")
        .doesNotContainKey("fetch.min.bytes");
  }

  @Test
  void streamsAreGivenOwnSizesThenTheyHold() {
    Properties defaults = load(Map.of()).kafkaStreams(8);
    assertThat(defaults)
        .containsKeys("max.poll.records", "main.consumer.fetch.max.bytes")
        .containsEntry("producer.compression.type", "lz4");

    Properties own =
        load(Map.of(
                "kafka.consumer.max.poll.records", "77",
                "kafka.fetch.max.bytes", "1000000",
                "kafka.compression.type", "zstd",
                "kafka.buffered.records.per.partition", "5"))
            .kafkaStreams(8);
    assertThat(own)
        .doesNotContainKeys("main.consumer.fetch.max.bytes", "producer.compression.type")
        .containsEntry("consumer.max.poll.records", "77")
        .containsEntry("buffered.records.per.partition", "5");
  }
}
