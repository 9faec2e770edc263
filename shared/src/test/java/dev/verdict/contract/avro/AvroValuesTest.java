package dev.verdict.contract.avro;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.verdict.contract.Json;
import dev.verdict.contract.Label;
import dev.verdict.contract.LabelFields;
import dev.verdict.contract.Prediction;
import dev.verdict.contract.RejectedException;
import dev.verdict.contract.RejectedException.Reason;
import dev.verdict.contract.RejectedException.Stage;
import dev.verdict.contract.Review;
import dev.verdict.contract.ReviewFields;
import dev.verdict.contract.ValueReader;
import dev.verdict.contract.avro.testing.FakeSchemaRegistry;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AvroValuesTest {
  private static final Instant TIME = Instant.parse("2026-01-31T12:00:00.250Z");

  private final FakeSchemaRegistry server = new FakeSchemaRegistry();
  private final AvroValues values = values(access(server.url(), true));
  private final ValueReader<ReviewFields> reviews = values.reviews("text");

  private static RegistryAccess access(String url, boolean autoRegister) {
    return new RegistryAccess(
        List.of(URI.create(url)),
        Optional.empty(),
        Optional.empty(),
        Duration.ofSeconds(20),
        autoRegister);
  }

  private static RegistryAccess impatient(String url) {
    return new RegistryAccess(
        List.of(URI.create(url)), Optional.empty(), Optional.empty(), Duration.ofMillis(500), true);
  }

  private static AvroValues values(RegistryAccess access) {
    return new AvroValues(new SchemaRegistry(access));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static String record(String name, String... fields) {
    return "{\"type\":\"record\",\"name\":\"%s\",\"fields\":[%s]}"
        .formatted(name, String.join(",", fields));
  }

  private static String field(String name, String type) {
    return "{\"name\":\"%s\",\"type\":%s}".formatted(name, type);
  }

  private byte[] value(String schema, Map<String, Object> fields) {
    Schema parsed = new Schema.Parser().parse(schema);
    GenericRecord record = new GenericData.Record(parsed);
    fields.forEach(record::put);
    return FakeSchemaRegistry.value(server.register("any-value", schema), parsed, record);
  }

  private static <T> RejectedException rejected(ValueReader<T> reader, byte[] value) {
    RejectedException fault =
        catchThrowableOfType(RejectedException.class, () -> reader.read(value));
    assertThat(fault).as("must be rejected").isNotNull();
    assertThat(fault.stage()).isEqualTo(Stage.DECODE);
    assertThat(fault.getMessage()).hasSizeLessThan(500).doesNotContain("\n");
    return fault;
  }

  /**
   * The description of the format: byte 0 is 0, bytes 1 to 4 are the id, most significant first,
   * and what follows is Avro's binary encoding: here the string of length 6 (zigzag 12).
   */
  @Test
  void bytesOfThePublishedDescriptionThenRead() throws RejectedException {
    int id = server.register("reviews-value", record("Review", field("text", "\"string\"")));
    assertThat(id).isEqualTo(0x0102);

    assertThat(reviews.read(HexFormat.of().parseHex("00" + "00000102" + "0c" + "477265617421")))
        .isEqualTo(new ReviewFields(Optional.of("Great!"), Optional.empty(), Map.of()));
  }

  @Test
  void writtenThenExactlyTheBytesOfTheDescription() {
    byte[] written =
        values
            .labelWriter("labels", "label")
            .write(new Label("good", Optional.empty(), Optional.of("me")));

    assertThat(HexFormat.of().formatHex(written))
        .isEqualTo("00" + "00000102" + "08676f6f64" + "00" + "02" + "046d65");
    assertThat(server.subjects()).containsExactly("labels-value");
  }

  @Test
  void everyValueThenTheSameAfterWritingAndReading() throws RejectedException {
    Review review = new Review("Gréat 𝄞", Optional.of(TIME), Map.of("line", "kettles"));
    assertThat(reviews.read(values.reviewWriter("reviews", "text").write(review)))
        .isEqualTo(
            new ReviewFields(Optional.of(review.text()), review.timestamp(), review.attributes()));

    Label label = new Label("positive", Optional.of(TIME), Optional.of("support"));
    assertThat(values.labels("label").read(values.labelWriter("labels", "label").write(label)))
        .isEqualTo(new LabelFields(Optional.of("positive"), label.labeledAt(), label.source()));

    Map<String, Double> probabilities = new LinkedHashMap<>();
    probabilities.put("negative", 0.03);
    probabilities.put("positive", 0.97);
    Prediction prediction =
        new Prediction(
            "positive", 0.97, probabilities, "v000001-aaaaaaaa", TIME, TIME, true, false);
    byte[] written = values.predictionWriter("predictions").write(prediction);
    assertThat(values.predictions().read(written)).isEqualTo(prediction);
    assertThat(server.read(written).get("model_version")).hasToString("v000001-aaaaaaaa");
  }

  @Test
  void otherNamesOfFieldsThenTheyAreUsed() throws RejectedException {
    Review review = new Review("Great!", Optional.empty(), Map.of());
    byte[] written = values.reviewWriter("shop", "body").write(review);

    assertThat(server.read(written).get("body")).hasToString("Great!");
    assertThat(values.reviews("body").read(written).text()).contains("Great!");
    assertThat(rejected(reviews, written).getMessage())
        .isEqualTo("schema 258 has no field text (reviews.text.field)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "\"string\"                                             | \"string\"",
        "[\"null\",\"string\"]                                  | [\"string\",\"null\"]",
        "{\"type\":\"string\",\"avro.java.string\":\"String\"}  | \"string\"",
      })
  void schemaOfAnotherProducerThenWhatResolvesIsRead(String text, String attribute)
      throws RejectedException {
    byte[] value =
        value(
            record(
                "com.shop.Feedback",
                field("stars", "\"int\""),
                field("text", text),
                field("attributes", "[\"null\",{\"type\":\"map\",\"values\":" + attribute + "}]"),
                field("tags", "{\"type\":\"array\",\"items\":\"string\"}")),
            Map.of(
                "stars",
                5,
                "text",
                "Great!",
                "attributes",
                Map.of("line", "kettles"),
                "tags",
                List.of("a", "b")));

    assertThat(reviews.read(value))
        .isEqualTo(
            new ReviewFields(Optional.of("Great!"), Optional.empty(), Map.of("line", "kettles")));
  }

  @Test
  void textOfNullThenMissingAsInJson() throws RejectedException {
    assertThat(reviews.read(value(record("A", field("text", "[\"null\",\"string\"]")), Map.of())))
        .isEqualTo(new ReviewFields(Optional.empty(), Optional.empty(), Map.of()));
  }

  @ParameterizedTest
  @CsvSource({"timestamp-millis, 1", "timestamp-micros, 1000", "timestamp-nanos, 1000000"})
  void timeInAnyUnitThenTheSameTime(String logicalType, long factor) throws RejectedException {
    String type = "{\"type\":\"long\",\"logicalType\":\"%s\"}".formatted(logicalType);
    byte[] value =
        value(
            record("A", field("text", "\"string\""), field("timestamp", type)),
            Map.of("text", "a", "timestamp", TIME.toEpochMilli() * factor));

    assertThat(reviews.read(value).timestamp()).contains(TIME);
  }

  @Test
  void labelOfAnEnumThenItsSymbol() throws RejectedException {
    String symbols =
        "[\"null\",{\"type\":\"enum\",\"name\":\"Mood\",\"symbols\":[\"good\",\"bad\"]}]";
    String schema = record("A", field("label", symbols));
    Schema mood = new Schema.Parser().parse(schema).getField("label").schema().getTypes().get(1);

    assertThat(
            values
                .labels("label")
                .read(value(schema, Map.of("label", new GenericData.EnumSymbol(mood, "bad"))))
                .label())
        .contains("bad");
    assertThat(values.labels("label").read(value(schema, Map.of())).label()).isEmpty();
  }

  @Test
  void schemaThatRefersToOthersThenTheyAreFetched() throws RejectedException {
    server.register("mood", "{\"type\":\"enum\",\"name\":\"Mood\",\"symbols\":[\"good\"]}");
    String schema = record("A", field("text", "\"string\""), field("mood", "\"Mood\""));
    int id =
        server.register(
            "reviews-value",
            Json.write(
                Map.of(
                    "schema",
                    schema,
                    "references",
                    List.of(Map.of("name", "Mood", "subject", "mood", "version", 1)))));

    byte[] value =
        ByteBuffer.allocate(8)
            .put((byte) 0)
            .putInt(id)
            .put((byte) 2)
            .put((byte) 'a')
            .put((byte) 0)
            .array();
    assertThat(reviews.read(value).text()).contains("a");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "                  | it has 0 bytes, fewer than the 5 before the data",
        "00000001          | it has 4 bytes, fewer than the 5 before the data",
        "7b22746578        | it begins with byte 123, must be 0",
        "0000000102        | its data is not of schema 258",
        "00000001020c4772  | its data is not of schema 258",
        "0000000102024700  | more follows after the record",
        "000000010280a8d6b90ea0 | its data is not of schema 258",
        "000000010203      | its data is not of schema 258",
      })
  void bytesOfAnotherKindThenNotAvro(String hex, String message) {
    server.register("reviews-value", record("Review", field("text", "\"string\"")));

    RejectedException fault =
        rejected(reviews, HexFormat.of().parseHex(hex == null ? "" : hex.strip()));

    assertThat(fault.reason()).isEqualTo(Reason.NOT_AVRO);
    assertThat(fault.getMessage()).startsWith("value is not Avro of a schema registry: " + message);
  }

  @Test
  void textThatIsNoUtf8ThenRejectedAndNotMended() {
    server.register("reviews-value", record("Review", field("text", "\"string\"")));

    assertThat(rejected(reviews, HexFormat.of().parseHex("000000010204c328")).reason())
        .isEqualTo(Reason.NOT_UTF8);
  }

  @Test
  void randomBytesBehindAGoodHeaderThenReadOrRejectedButNothingElse() {
    server.register("reviews-value", PublishedSchema.REVIEWS.load().toString());
    Random random = new Random(7);
    for (int i = 0; i < 20_000; i++) {
      byte[] value = new byte[5 + random.nextInt(40)];
      random.nextBytes(value);
      ByteBuffer.wrap(value).put((byte) 0).putInt(258);
      try {
        ReviewFields unused = reviews.read(value);
      } catch (RejectedException e) {
        assertThat(e.reason()).isIn(Reason.NOT_AVRO, Reason.NOT_UTF8, Reason.INVALID_FIELD);
      }
    }
  }

  @Test
  void dataThatNestsWithoutEndThenRejected() {
    String schema =
        record("Chain", field("text", "\"string\""), field("next", "[\"null\",\"Chain\"]"));
    int id = server.register("reviews-value", schema);
    byte[] value = new byte[1_000_000];
    for (int i = 5; i < value.length; i++) {
      value[i] = (byte) (i % 2 == 0 ? 2 : 0);
    }
    ByteBuffer.wrap(value).put((byte) 0).putInt(id);

    assertThat(rejected(reviews, value).reason()).isEqualTo(Reason.NOT_AVRO);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "\"string\" | is no record",
        "{\"type\":\"record\",\"name\":\"A\",\"fields\":[]} | has no field text",
        "{\"type\":\"record\",\"name\":\"A\",\"fields\":[{\"name\":\"text\",\"type\":\"int\"}]}"
            + " | does not resolve to what Verdict reads",
        "{\"type\":\"record\",\"name\":\"A\",\"fields\":[{\"name\":\"text\",\"type\":\"string\"},"
            + "{\"name\":\"timestamp\",\"type\":\"string\"}]} | does not resolve",
        "{\"type\":\"record\",\"name\":\"A\",\"fields\":[{\"name\":\"text\",\"type\":\"string\"},"
            + "{\"name\":\"timestamp\",\"type\":{\"type\":\"long\","
            + "\"logicalType\":\"local-timestamp-millis\"}}]} | has timestamp as",
        "message A {} | is no Avro schema",
      })
  void schemaThatDoesNotResolveThenIncompatible(String schema, String message) {
    int id = server.register("reviews-value", schema);

    RejectedException fault =
        rejected(reviews, ByteBuffer.allocate(6).put((byte) 0).putInt(id).array());
    assertThat(fault.reason()).isEqualTo(Reason.INCOMPATIBLE_SCHEMA);
    assertThat(fault.getMessage()).startsWith("schema 258 " + message);
  }

  @Test
  void schemaOfAnotherTypeThenIncompatible() {
    int id =
        server.register(
            "reviews-value", Json.write(Map.of("schema", "{}", "schemaType", "PROTOBUF")));

    assertThat(
            rejected(reviews, ByteBuffer.allocate(6).put((byte) 0).putInt(id).array()).getMessage())
        .isEqualTo("schema 258 is of type PROTOBUF, must be AVRO");
  }

  @Test
  void unknownSchemaThenRejectedAndTheRegistryIsNotAskedForEveryRecord() {
    byte[] value = HexFormat.of().parseHex("000000ffff0241");
    for (int i = 0; i < 100; i++) {
      RejectedException fault = rejected(reviews, value);
      assertThat(fault.reason()).isEqualTo(Reason.UNKNOWN_SCHEMA);
      assertThat(fault.getMessage())
          .isEqualTo("schema 65535 is not known to the registry at " + server.url());
    }

    assertThat(server.asked()).isEqualTo(1);
  }

  @Test
  void knownSchemaThenTheRegistryIsAskedOnceAndMayBeGoneLater() throws RejectedException {
    byte[] value = value(record("A", field("text", "\"string\"")), Map.of("text", "a"));

    assertThat(reviews.readAtOnce(value)).isEmpty();
    assertThat(reviews.read(value).text()).contains("a");
    server.answerWith(503);
    for (int i = 0; i < 100; i++) {
      assertThat(reviews.readAtOnce(value).orElseThrow().text()).contains("a");
    }
    assertThat(server.asked()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 403, 404, 429, 500, 503})
  void registryThatCannotSayThenNoFaultOfTheRecordAndReadLater(int status)
      throws RejectedException {
    byte[] value = value(record("A", field("text", "\"string\"")), Map.of("text", "a"));
    server.answerWith(status);

    assertThatThrownBy(() -> values(impatient(server.url())).reviews("text").read(value))
        .isInstanceOf(SchemaRegistryException.class)
        .hasMessageStartingWith("Cannot reach the schema registry at %s: it ", server.url());

    server.answerWith(200);
    assertThat(reviews.read(value).text()).contains("a");
  }

  /** A wrong path must not turn every review into a dead letter. */
  @Test
  void addressOfAnotherServerThenItsNotFoundIsNoAnswer() {
    String other = server.url().replace("/apis/ccompat/v7", "");
    SchemaRegistry registry = new SchemaRegistry(access(other, true));

    assertThatThrownBy(registry::check)
        .hasMessage(
            "Cannot use the schema registry at %s: /subjects is answered with status 404"
                .formatted(other));
    assertThatThrownBy(
            () ->
                values(impatient(other))
                    .reviews("text")
                    .read(HexFormat.of().parseHex("000000010202")))
        .isInstanceOf(SchemaRegistryException.class);
  }

  @Test
  void nobodyListensThenOneSentence() throws IOException {
    String url;
    try (ServerSocket free = new ServerSocket(0)) {
      url = "http://127.0.0.1:" + free.getLocalPort();
    }

    assertThatThrownBy(new SchemaRegistry(impatient(url))::check)
        .hasMessage("Cannot reach the schema registry at " + url + ": nobody listens there");
  }

  @Test
  void firstOfSeveralIsGoneThenTheNextAnswers() throws IOException {
    URI gone;
    try (ServerSocket free = new ServerSocket(0)) {
      gone = URI.create("http://127.0.0.1:" + free.getLocalPort());
    }
    new SchemaRegistry(
            new RegistryAccess(
                List.of(gone, URI.create(server.url())),
                Optional.empty(),
                Optional.empty(),
                Duration.ofSeconds(5),
                true))
        .check();
  }

  @Test
  void authorizationThenSentAndNeverShown() {
    server.require("Bearer secret");
    RegistryAccess access =
        new RegistryAccess(
            List.of(URI.create(server.url())),
            Optional.of("Bearer secret"),
            Optional.empty(),
            Duration.ofSeconds(20),
            true);
    new SchemaRegistry(access).check();

    assertThat(access.toString()).doesNotContain("secret");
    assertThatThrownBy(new SchemaRegistry(access(server.url(), true))::check)
        .hasMessage(
            "Cannot use the schema registry at %s: /subjects is answered with Unauthorized"
                .formatted(server.url()));
  }

  @Test
  void registeringIsOffThenTheSchemaMustBeThere() {
    AvroValues careful = values(access(server.url(), false));
    assertThat(careful.unregistered(List.of("predictions"))).containsExactly("predictions-value");
    assertThatThrownBy(() -> careful.predictionWriter("predictions"))
        .hasMessage(
            "The schema registry at %s has not the schema dev.verdict.Prediction as"
                + " predictions-value: register it, or set schema.registry.auto.register to true",
            server.url());
    assertThat(server.subjects()).isEmpty();

    server.register("predictions-value", PublishedSchema.PREDICTIONS.load().toString());
    assertThat(careful.predictionWriter("predictions")).isNotNull();
    assertThat(careful.unregistered(List.of("predictions"))).isEmpty();
  }
}
