package dev.verdict.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.verdict.contract.TrainingRun.State;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class JsonTest {
  private static String write(Object value) {
    return new String(Json.write(value), StandardCharsets.UTF_8);
  }

  private static <T> T read(String json, Class<T> type) throws IOException {
    return Json.read(json.getBytes(StandardCharsets.UTF_8), type);
  }

  @ParameterizedTest
  @MethodSource("dev.verdict.contract.ContractExamples#values")
  void recordWrittenAndReadThenSame(Object value) throws IOException {
    assertThat(Json.read(Json.write(value), value.getClass())).isEqualTo(value);
    assertThat(Json.read(Json.writePretty(value), value.getClass())).isEqualTo(value);
  }

  @ParameterizedTest
  @MethodSource("dev.verdict.contract.ContractExamples#values")
  void recordThenSnakeCaseWithoutNulls(Object value) throws IOException {
    JsonNode tree = Json.readTree(Json.write(value));

    assertThat(tree.isObject()).isTrue();
    tree.fieldNames().forEachRemaining(name -> assertThat(name).matches("[a-z0-9]+(_[a-z0-9]+)*"));
    tree.elements().forEachRemaining(element -> assertThat(element.isNull()).isFalse());
  }

  @ParameterizedTest
  @CsvSource({
    "2026-01-31T12:00:00Z,           2026-01-31T12:00:00.000Z",
    "2026-01-31T12:00:00.5Z,         2026-01-31T12:00:00.500Z",
    "2026-01-31T12:00:00.123456789Z, 2026-01-31T12:00:00.123Z",
    "1970-01-01T00:00:00Z,           1970-01-01T00:00:00.000Z",
    "9999-12-31T23:59:59.999Z,       9999-12-31T23:59:59.999Z",
  })
  void timeThenUtcWithMilliseconds(Instant time, String written) {
    assertThat(write(time)).isEqualTo('"' + written + '"');
    assertThat(write(Map.of("at", time))).isEqualTo("{\"at\":\"" + written + "\"}");
    assertThat(write(new Label("a", Optional.of(time), Optional.empty())))
        .isEqualTo("{\"label\":\"a\",\"labeled_at\":\"" + written + "\"}");
  }

  @Test
  void absentOptionalsThenLeftOut() {
    assertThat(write(new Label("a", Optional.empty(), Optional.empty())))
        .isEqualTo("{\"label\":\"a\"}");
  }

  @Test
  void predictionThenFieldsInTheOrderOfTheContract() {
    Instant time = Instant.EPOCH;

    assertThat(write(new Prediction("a", 1, Map.of("a", 1.0), "v", time, time, false, true)))
        .isEqualTo(
            "{\"label\":\"a\",\"probability\":1.0,\"probabilities\":{\"a\":1.0},"
                + "\"model_version\":\"v\",\"review_timestamp\":\"1970-01-01T00:00:00.000Z\","
                + "\"predicted_at\":\"1970-01-01T00:00:00.000Z\",\"truncated\":false,"
                + "\"seen_in_training\":true}");
  }

  @Test
  void recordOfANewerReleaseThenUnknownFieldsIgnored() throws IOException {
    assertThat(read("{\"version\":\"v1\",\"since\":{\"a\":[1]}}", RegistryAlias.class))
        .isEqualTo(new RegistryAlias("v1"));
  }

  @Test
  void recordOfAnOlderReleaseThenMissingFieldsAbsent() throws IOException {
    TrainingRun run =
        read(
            "{\"run_id\":\"r\",\"request_id\":\"q\",\"state\":\"running\","
                + "\"loss\":null,\"updated_at\":\"2026-01-31T12:00:00Z\"}",
            TrainingRun.class);
    assertThat(run.state()).isEqualTo(State.RUNNING);
    assertThat(run.base()).isEmpty();
    assertThat(run.step()).isEmpty();
    assertThat(run.loss()).isEmpty();

    ModelManifest manifest =
        read(
            "{\"model\":\"m\",\"version\":\"v\",\"number\":1,\"path\":\"m/v\","
                + "\"manifest_sha256\":\"00\",\"labels\":[\"a\",\"b\"],\"base\":\"b\","
                + "\"request_id\":\"q\",\"created_at\":\"2026-01-31T12:00:00Z\"}",
            ModelManifest.class);
    assertThat(manifest.parent()).isEmpty();
    assertThat(manifest.metrics()).isEmpty();
    assertThat(manifest.hasSeen(0, 0)).isFalse();
  }

  @Test
  void requestWrittenByHandThenTheRestIsFilledIn() throws IOException {
    RetrainRequest request = read("{\"request_id\":\"mine\"}", RetrainRequest.class);

    assertThat(request)
        .isEqualTo(
            new RetrainRequest(
                "mine",
                RetrainRequest.Trigger.MANUAL,
                Optional.empty(),
                Map.of(),
                Optional.empty()));
  }

  @Test
  void offsetsByPartitionThenStillThereAfterReading() throws IOException {
    ModelManifest manifest =
        ContractExamples.manifest(Optional.empty(), Map.of(0, 41L, 11, 1L << 40));

    ModelManifest read = Json.read(Json.write(manifest), ModelManifest.class);
    assertThat(read.hasSeen(0, 41)).isTrue();
    assertThat(read.hasSeen(0, 42)).isFalse();
    assertThat(read.hasSeen(11, 1L << 40)).isTrue();
    assertThat(read.hasSeen(1, 0)).isFalse();
  }

  @Test
  void figuresThatJsonCannotHoldThenLeftOut() {
    TrainingRun run = ContractExamples.run(State.FAILED, OptionalDouble.of(Double.NaN));
    assertThat(write(run)).doesNotContain("NaN").doesNotContain("\"loss\"");

    Decision decision =
        new Decision(
            "d",
            "r",
            "v",
            "why",
            Map.of("bad", Double.POSITIVE_INFINITY, "good", 1.0),
            Instant.EPOCH);
    assertThat(decision.figures()).isEqualTo(Map.of("good", 1.0));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{\"request_id\":5}                             | request_id must be a JSON string",
        "{\"request_id\":\"a\",\"trigger\":\"whim\"}    | trigger must be one of [manual, f1, drift, schedule]",
        "{\"request_id\":\"a\",\"trigger\":0}           | trigger must be one of [manual, f1, drift, schedule]",
        "{\"request_id\":\"a\",\"evidence\":{\"x\":[]}} | evidence.x must be a number",
        "{\"request_id\":\"a\",\"evidence\":{\"x\":\"0.5\"}} | evidence.x must be a number",
        "{\"request_id\":\"a\",\"requested_at\":1}      | requested_at must be a time in ISO-8601",
        "[]                                             | value must be a JSON object",
      })
  void wrongFieldThenDescribedByNameAndWhatItMustBe(String json, String description) {
    JsonMappingException fault =
        catchThrowableOfType(JsonMappingException.class, () -> read(json, RetrainRequest.class));

    assertThat(fault).as("must be refused").isNotNull();
    assertThat(Json.describe(fault)).startsWith(description);
  }

  @Test
  void brokenJsonThenDescribedByPlace() {
    JsonProcessingException fault =
        catchThrowableOfType(
            JsonProcessingException.class,
            () -> read("{\"request_id\":\n  private}", RetrainRequest.class));

    assertThat(fault).isNotInstanceOf(JsonMappingException.class);
    assertThat(Json.describe(fault)).contains("at line 2").doesNotContain("private");
  }

  @Test
  void registryEntryWithoutItsFieldsThenRefused() {
    assertThatThrownBy(() -> read("{}", RegistryAlias.class))
        .isInstanceOf(JsonMappingException.class)
        .hasMessageContaining("version");
    assertThatThrownBy(() -> read("{\"model\":\"m\"}", ModelManifest.class))
        .isInstanceOf(JsonMappingException.class)
        .hasMessageContaining("version");
  }

  @Test
  void serdeThenTombstonesStayAndFaultsNameTheTopic() {
    try (Serde<Label> serde = new JsonSerde<>(Label.class)) {
      Label label = new Label("a", Optional.empty(), Optional.of("me"));
      byte[] bytes = serde.serializer().serialize("labels", label);
      assertThat(serde.deserializer().deserialize("labels", bytes)).isEqualTo(label);
      assertThat(serde.serializer().serialize("labels", null)).isNull();
      assertThat(serde.deserializer().deserialize("labels", null)).isNull();
      assertThatThrownBy(() -> serde.deserializer().deserialize("labels", new byte[] {'x'}))
          .isInstanceOf(SerializationException.class)
          .hasMessage("A record of topic labels is no Label");
    }
  }
}
