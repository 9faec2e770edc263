package dev.verdict.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.verdict.contract.ContractExamples.Example;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The schemas that users build on say what is really written and read. */
class SchemasTest {
  private static final SchemaRegistry REGISTRY =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
  private static final Schema META_SCHEMA =
      REGISTRY.getSchema(SchemaLocation.of("https://json-schema.org/draft/2020-12/schema"));

  private static byte[] file(String name) {
    String path = "/dev/verdict/schemas/" + name + ".json";
    try (InputStream file = SchemasTest.class.getResourceAsStream(path)) {
      assertThat(file).as(path).isNotNull();
      return file.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Error> faults(String name, String json) {
    Schema schema = REGISTRY.getSchema(new String(file(name), StandardCharsets.UTF_8));
    return schema.validate(
        json,
        InputFormat.JSON,
        context -> context.executionConfig(config -> config.formatAssertionsEnabled(true)));
  }

  static List<String> names() {
    return ContractExamples.all().stream().map(Example::schema).distinct().toList();
  }

  static List<Example> examples() {
    return ContractExamples.all();
  }

  @ParameterizedTest
  @MethodSource("names")
  void schemaThenValidAndDescribesEveryField(String name) throws IOException {
    String text = new String(file(name), StandardCharsets.UTF_8);
    assertThat(META_SCHEMA.validate(text, InputFormat.JSON)).isEmpty();

    JsonNode schema = Json.readTree(file(name));
    assertThat(schema.path("$id").asText()).isEqualTo("urn:verdict:schema:" + name);
    assertThat(schema.path("title").asText()).isNotBlank();
    assertThat(schema.path("description").asText()).isNotBlank();
    assertThat(schema.path("properties")).isNotEmpty();
    schema
        .path("properties")
        .forEach(property -> assertThat(property.path("description").asText()).isNotBlank());
  }

  @ParameterizedTest
  @MethodSource("names")
  void itsOwnExamplesThenValid(String name) throws IOException {
    JsonNode examples = Json.readTree(file(name)).path("examples");

    assertThat(examples).isNotEmpty();
    examples.forEach(example -> assertThat(faults(name, example.toString())).isEmpty());
  }

  @ParameterizedTest
  @MethodSource("examples")
  void recordAsItIsWrittenThenValid(Example example) {
    String json = new String(Json.write(example.value()), StandardCharsets.UTF_8);

    assertThat(faults(example.schema(), json)).as(json).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("names")
  void recordThenTheSchemaNamesExactlyItsFields(String name) throws IOException {
    Set<String> described = fields(Json.readTree(file(name)).path("properties").fieldNames());
    Set<String> written = new TreeSet<>();
    for (Example example : ContractExamples.all()) {
      if (example.schema().equals(name)) {
        written.addAll(fields(Json.readTree(Json.write(example.value())).fieldNames()));
      }
    }

    assertThat(described).isEqualTo(written);
  }

  private static Set<String> fields(Iterator<String> names) {
    Iterable<String> iterable = () -> names;
    return StreamSupport.stream(iterable.spliterator(), false)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "reviews                 | {}",
        "reviews                 | []",
        "reviews                 | null",
        "reviews                 | {\"text\":null}",
        "reviews                 | {\"text\":5}",
        "reviews                 | {\"text\":\"\"}",
        "reviews                 | {\"text\":\" \\n\"}",
        "reviews                 | {\"text\":\"a\",\"timestamp\":\"noon\"}",
        "reviews                 | {\"text\":\"a\",\"timestamp\":\"2026-01-31\"}",
        "reviews                 | {\"text\":\"a\",\"timestamp\":1767225600000}",
        "reviews                 | {\"text\":\"a\",\"attributes\":{\"k\":1}}",
        "reviews                 | {\"text\":\"a\",\"attributes\":[]}",
        "labels                  | {}",
        "labels                  | {\"label\":\" \"}",
        "labels                  | {\"label\":1}",
        "labels                  | {\"label\":\"a\",\"source\":1}",
        "predictions             | {\"label\":\"a\"}",
        "evaluations             | {\"model\":\"reviews\"}",
        "drift                   | {\"model\":\"reviews\"}",
        "training-examples       | {\"text\":\"a\",\"label\":\"b\"}",
        "retrain-requests        | {}",
        "retrain-requests        | {\"request_id\":\"\"}",
        "retrain-requests        | {\"request_id\":\"a\",\"trigger\":\"whim\"}",
        "retrain-requests        | {\"request_id\":\"a\",\"evidence\":{\"x\":\"y\"}}",
        "training-runs           | {\"run_id\":\"a\",\"request_id\":\"b\",\"state\":\"done\","
            + "\"updated_at\":\"2026-01-31T12:00:00.000Z\"}",
        "training-runs           | {\"run_id\":\"a\",\"request_id\":\"b\",\"state\":\"failed\","
            + "\"loss\":\"NaN\",\"updated_at\":\"2026-01-31T12:00:00.000Z\"}",
        "training-runs           | {\"run_id\":\"a\",\"request_id\":\"b\",\"state\":\"failed\","
            + "\"updated_at\":\"2026-01-31T12:00:00Z\"}",
        "model-registry-manifest | {\"model\":\"reviews\"}",
        "model-registry-alias    | {}",
        "model-registry-alias    | {\"version\":\"latest\"}",
        "decisions               | {\"decision\":\"retrain\"}",
      })
  void badValueThenNotValid(String name, String json) {
    assertThat(faults(name, json)).isNotEmpty();
  }

  /** What users write is refused by the schema exactly where the decoder refuses it. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"text\":\"a\"}",
        "{\"text\":\"a\",\"more\":[1]}",
        "{\"text\":\"a\",\"timestamp\":null,\"attributes\":null}",
        "{\"text\":\"a\",\"timestamp\":\"2026-01-31T12:00:00+02:00\"}",
        "{\"text\":\"a\",\"attributes\":{\"k\":null}}",
        "{\"text\":\"\"}",
        "{\"text\":true}",
        "{\"text\":\"a\",\"timestamp\":\"2026-01-31T12:00:00\"}",
        "{\"text\":\"a\",\"timestamp\":\"\"}",
        "{\"text\":\"a\",\"attributes\":\"k\"}",
        "5",
      })
  void reviewThenSchemaAndDecoderAgree(String json) {
    boolean decoded;
    try {
      new ReviewDecoder(100, 100).review(json.getBytes(StandardCharsets.UTF_8));
      decoded = true;
    } catch (RejectedException e) {
      decoded = false;
    }

    assertThat(faults("reviews", json).isEmpty()).isEqualTo(decoded);
  }

  @Test
  void everyTopicWithAContractThenHasASchema() {
    Set<String> topics =
        new Topics("reviews", "labels", "")
            .specifications(1, 1).stream()
                .map(Topics.Specification::name)
                // Dead letters are the bytes of another topic.
                .filter(name -> !name.equals("dead-letters"))
                .collect(Collectors.toSet());

    assertThat(
            names().stream()
                .map(name -> name.replaceAll("^(model-registry)-.*", "$1"))
                .collect(Collectors.toSet()))
        .isEqualTo(topics);
  }
}
