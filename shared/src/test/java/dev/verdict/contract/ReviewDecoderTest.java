package dev.verdict.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.verdict.contract.RejectedException.Reason;
import dev.verdict.contract.RejectedException.Stage;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReviewDecoderTest {
  private static final int MAX_TEXT = 20;
  private final ReviewDecoder decoder = new ReviewDecoder(MAX_TEXT, 8);

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private RejectedException rejectedReview(byte[] value) {
    return rejected(() -> decoder.review(value));
  }

  private RejectedException rejectedReview(String value) {
    return rejectedReview(bytes(value));
  }

  private static RejectedException rejected(ThrowingCallable decoding) {
    RejectedException fault = catchThrowableOfType(RejectedException.class, decoding);
    assertThat(fault).as("must be rejected").isNotNull();
    assertThat(fault.stage()).isEqualTo(Stage.DECODE);
    assertThat(fault.getMessage())
        .hasSizeLessThan(400)
        .doesNotContain("\n")
        .doesNotContain("dev.verdict")
        .doesNotContain("java.");
    return fault;
  }

  @Test
  void everyFieldThenReview() throws RejectedException {
    Review review =
        decoder.review(
            bytes(
                """
                {"text": "Great!", "timestamp": "2026-01-31T13:00:00.250+01:00",
                 "attributes": {"line": "shoes", "language": "en"}}
                """));

    assertThat(review)
        .isEqualTo(
            new Review(
                "Great!",
                Optional.of(Instant.parse("2026-01-31T12:00:00.250Z")),
                Map.of("line", "shoes", "language", "en")));
  }

  @Test
  void textAloneThenTheRestIsAbsent() throws RejectedException {
    assertThat(decoder.review(bytes("{\"text\":\"ok\"}")))
        .isEqualTo(new Review("ok", Optional.empty(), Map.of()));
  }

  @Test
  void optionalFieldsOfNullThenAbsent() throws RejectedException {
    assertThat(decoder.review(bytes("{\"text\":\"ok\",\"timestamp\":null,\"attributes\":null}")))
        .isEqualTo(new Review("ok", Optional.empty(), Map.of()));
    assertThat(decoder.review(bytes("{\"text\":\"ok\",\"attributes\":{\"a\":null,\"b\":\"c\"}}")))
        .isEqualTo(new Review("ok", Optional.empty(), Map.of("b", "c")));
  }

  @Test
  void unknownFieldsThenIgnored() throws RejectedException {
    assertThat(decoder.review(bytes("{\"stars\":5,\"user\":{\"id\":[1,null]},\"text\":\"ok\"}")))
        .isEqualTo(new Review("ok", Optional.empty(), Map.of()));
  }

  @Test
  void textOfEveryPlaneThenKeptAsItIs() throws RejectedException {
    String text = "é 𝄞 \u0000 レ";

    assertThat(decoder.review(Json.write(Map.of("text", text))).text()).isEqualTo(text);
    assertThat(decoder.review(bytes("{\"text\":\"\\ud834\\udd1e\"}")).text()).isEqualTo("𝄞");
  }

  @Test
  void unpairedSurrogateEscapedThenAcceptedAndStillWritable() throws Exception {
    Review review = decoder.review(bytes("{\"text\":\"cut \\ud83d\"}"));

    assertThat(Json.read(Json.write(review), Review.class).text()).isEqualTo("cut \ud83d");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "  ",
        "great product",
        "{",
        "{\"text\"",
        "{\"text\":",
        "{\"text\":\"a",
        "{\"text\":\"a\"",
        "{\"text\":\"a\",}",
        "{\"text\":great}",
        "{\"text\":\"a\",\"stars\":great}",
        "{\"text\":\"a\",\"attributes\":{\"b\":\"c}}",
        "{text:\"a\"}",
        "{'text':'a'}",
        "{\"text\":\"a\tb\"}",
        "{\"text\":\"a\\x\"}",
        "{\"text\":\"a\"} // fine",
        "{\"text\":\"a\"}x",
        "{\"text\":\"a\"}{\"text\":\"b\"}",
        "{\"text\":\"a\"}]",
        "null null",
        "NaN",
      })
  void brokenJsonThenNotJson(String value) {
    RejectedException fault = rejectedReview(value);

    assertThat(fault.reason()).isEqualTo(Reason.NOT_JSON);
    assertThat(fault.getMessage()).startsWith("value is not JSON: ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"text\":\"a\",\"text\":\"b\"}",
        "{\"text\":\"a\",\"timestamp\":null,\"attributes\":{},\"text\":\"b\"}",
        "{\"text\":\"a\",\"attributes\":{\"k\":\"1\",\"k\":\"2\"}}",
      })
  void fieldRepeatedThenNotJson(String value) {
    assertThat(rejectedReview(value).reason()).isEqualTo(Reason.NOT_JSON);
  }

  @Test
  void nullThenNotJson() {
    RejectedException fault = rejectedReview("null");

    assertThat(fault.reason()).isEqualTo(Reason.NOT_JSON);
    assertThat(fault).hasMessage("value is null, must be a JSON object");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "[{\"text\":\"a\"}]", "\"a\"", "\"\"", "5", "1.5", "true"})
  void noObjectThenInvalidField(String value) {
    RejectedException fault = rejectedReview(value);

    assertThat(fault.reason()).isEqualTo(Reason.INVALID_FIELD);
    assertThat(fault).hasMessage("value must be a JSON object");
  }

  @ParameterizedTest
  @ValueSource(strings = {"5", "1.5", "true", "[]", "[\"a\"]", "{}", "{\"a\":\"b\"}"})
  void textOfAnotherTypeThenInvalidField(String text) {
    RejectedException fault = rejectedReview("{\"text\":" + text + "}");

    assertThat(fault.reason()).isEqualTo(Reason.INVALID_FIELD);
    assertThat(fault).hasMessage("text must be a JSON string");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"text\":null}", "{\"Text\":\"a\"}", "{\"body\":\"a\"}"})
  void noTextThenMissingText(String value) {
    RejectedException fault = rejectedReview(value);

    assertThat(fault.reason()).isEqualTo(Reason.MISSING_TEXT);
    assertThat(fault).hasMessage("text is missing, must be a string");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\\t\\r\\n", "\\u00a0", "\\u3000", "\\u200b\\ufeff", "\\u0000"})
  void nothingVisibleThenBlankText(String text) {
    RejectedException fault = rejectedReview("{\"text\":\"" + text + "\"}");

    assertThat(fault.reason()).isEqualTo(Reason.BLANK_TEXT);
    assertThat(fault).hasMessage("text is blank, must hold something to classify");
  }

  @Test
  void textAtTheLimitThenAcceptedAndOneByteMoreThenTooLarge() throws RejectedException {
    assertThat(decoder.review(bytes("{\"text\":\"" + "é".repeat(10) + "\"}")).text()).hasSize(10);

    RejectedException fault = rejectedReview("{\"text\":\"" + "é".repeat(10) + "!\"}");
    assertThat(fault.reason()).isEqualTo(Reason.TEXT_TOO_LARGE);
    assertThat(fault).hasMessage("text has 21 bytes, must have at most 20");
  }

  /** What RFC 3629 forbids, inside the text of an otherwise good review. */
  @ParameterizedTest
  @CsvSource({
    "overlong slash, c0af",
    "overlong NUL, c080",
    "overlong in three bytes, e080af",
    "high surrogate, eda080",
    "low surrogate, edbfbf",
    "surrogate pair (CESU-8), eda0bdedb880",
    "beyond U+10FFFF, f4908080",
    "continuation alone, 80",
    "truncated character, e282",
    "Latin-1 e acute, e9",
    "never in UTF-8, fe",
  })
  void invalidUtf8ThenNotUtf8(String what, String hex) {
    byte[] text = HexFormat.of().parseHex(hex);
    byte[] start = bytes("{\"text\":\"a");
    byte[] value = Arrays.copyOf(start, start.length + text.length + 2);
    System.arraycopy(text, 0, value, start.length, text.length);
    System.arraycopy(bytes("\"}"), 0, value, value.length - 2, 2);

    RejectedException fault = rejectedReview(value);
    assertThat(fault.reason()).as(what).isEqualTo(Reason.NOT_UTF8);
    assertThat(fault).hasMessage("value is not valid UTF-8");
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE"})
  void jsonInAnotherUnicodeEncodingThenNotJson(String charset) {
    RejectedException fault = rejectedReview("{\"text\":\"a\"}".getBytes(Charset.forName(charset)));

    assertThat(fault.reason()).isEqualTo(Reason.NOT_JSON);
  }

  @Test
  void byteOrderMarkOfUtf8ThenIgnored() throws RejectedException {
    assertThat(decoder.review(bytes("\uFEFF{\"text\":\"a\"}")).text()).isEqualTo("a");
  }

  @Test
  void deepNestingThenNotJsonWithoutStackOverflow() {
    String deep = "[".repeat(100_000) + "]".repeat(100_000);

    assertThat(rejectedReview("{\"text\":\"a\",\"x\":" + deep + "}").reason())
        .isEqualTo(Reason.NOT_JSON);
    assertThat(rejectedReview("{\"text\":" + deep + "}").reason()).isEqualTo(Reason.INVALID_FIELD);
  }

  @Test
  void hugeNumberThenNotJson() {
    assertThat(rejectedReview("{\"text\":\"a\",\"n\":" + "9".repeat(10_000) + "}").reason())
        .isEqualTo(Reason.NOT_JSON);
  }

  @Test
  void hugeFieldNameThenShortMessage() {
    RejectedException fault =
        rejectedReview("{\"text\":\"a\",\"attributes\":{\"" + "k".repeat(40_000) + "\":1}}");

    assertThat(fault.reason()).isEqualTo(Reason.INVALID_FIELD);
    assertThat(fault.getMessage()).startsWith("attributes.kkk").hasSizeLessThan(100);
  }

  @Test
  void faultThenMessageHoldsNothingOfTheText() {
    assertThat(rejectedReview("{\"text\":secret}").getMessage()).doesNotContain("secret");
    assertThat(rejectedReview("{\"text\":\"a\",\"timestamp\":\"secret\"}").getMessage())
        .doesNotContain("secret");
    assertThat(rejectedReview("\"secret\"").getMessage()).doesNotContain("secret");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"noon\"",
        "\"\"",
        "\" \"",
        "\"2026-01-31\"",
        "\"2026-01-31T12:00:00\"",
        "\"2026-01-31 12:00:00Z\"",
        "\"2026-02-30T12:00:00Z\"",
        "\"2026-01-31T12:00:00Z[Europe/Paris]\"",
        "\"1767225600000\"",
        "1767225600000",
        "1767225600",
        "1.5",
        "1e400",
        "true",
        "[]",
        "{}",
      })
  void timestampThatIsNoIsoTimeThenInvalidField(String timestamp) {
    RejectedException fault = rejectedReview("{\"text\":\"a\",\"timestamp\":" + timestamp + "}");

    assertThat(fault.reason()).isEqualTo(Reason.INVALID_FIELD);
    assertThat(fault)
        .hasMessage(
            "timestamp must be a time in ISO-8601 with its offset, such as 2026-01-31T12:00:00Z");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1969-12-31T23:59:59.999Z",
        "1970-01-01T00:00:00+00:01",
        "0001-01-01T00:00:00Z",
        "-2026-01-01T00:00:00Z",
        "+10000-01-01T00:00:00Z",
        "9999-12-31T23:59:59.999-00:01",
        "+999999999-12-31T23:59:59Z",
      })
  void timestampThatNoKafkaRecordCanHaveThenInvalidField(String timestamp) {
    RejectedException fault =
        rejectedReview("{\"text\":\"a\",\"timestamp\":\"" + timestamp + "\"}");

    assertThat(fault.reason()).isEqualTo(Reason.INVALID_FIELD);
    assertThat(fault.getMessage())
        .startsWith("timestamp is ")
        .endsWith("must be between 1970-01-01T00:00:00Z and 9999-12-31T23:59:59.999Z");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1970-01-01T00:00:00Z", "9999-12-31T23:59:59.999Z"})
  void firstAndLastTimeThenAccepted(String timestamp) throws RejectedException {
    assertThat(
            decoder
                .review(bytes("{\"text\":\"a\",\"timestamp\":\"" + timestamp + "\"}"))
                .timestamp())
        .contains(Instant.parse(timestamp));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "\"shoes\"      | attributes must be a JSON object",
        "[\"shoes\"]    | attributes must be a JSON object",
        "5              | attributes must be a JSON object",
        "{\"line\":5}   | attributes.line must be a JSON string",
        "{\"line\":{}}  | attributes.line must be a JSON string",
      })
  void attributesOfAnotherTypeThenInvalidField(String attributes, String message) {
    RejectedException fault = rejectedReview("{\"text\":\"a\",\"attributes\":" + attributes + "}");

    assertThat(fault.reason()).isEqualTo(Reason.INVALID_FIELD);
    assertThat(fault).hasMessage(message);
  }

  @Test
  void labelWithEveryFieldThenLabel() throws RejectedException {
    assertThat(
            decoder.label(
                bytes(
                    "{\"label\":\"positive\",\"labeled_at\":\"2026-01-31T12:00:00Z\","
                        + "\"source\":\"agent 7\",\"confidence\":0.9}")))
        .isEqualTo(
            new Label(
                "positive",
                Optional.of(Instant.parse("2026-01-31T12:00:00Z")),
                Optional.of("agent 7")));
  }

  @Test
  void labelAloneThenTheRestIsAbsent() throws RejectedException {
    assertThat(decoder.label(bytes("{\"label\":\"positive\"}")))
        .isEqualTo(new Label("positive", Optional.empty(), Optional.empty()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "positive                              | NOT_JSON      | value is not JSON",
        "~~                                    | NOT_JSON      | value is not JSON",
        "null                                  | NOT_JSON      | value is null",
        "[]                                    | INVALID_FIELD | value must be a JSON object",
        "\"positive\"                          | INVALID_FIELD | value must be a JSON object",
        "{}                                    | MISSING_LABEL | label is missing",
        "{\"label\":null}                      | MISSING_LABEL | label is missing",
        "{\"label\":\" \"}                     | MISSING_LABEL | label is missing",
        "{\"label\":1}                         | INVALID_FIELD | label must be a JSON string",
        "{\"label\":true}                      | INVALID_FIELD | label must be a JSON string",
        "{\"label\":[\"a\"]}                   | INVALID_FIELD | label must be a JSON string",
        "{\"label\":\"a\",\"label\":\"b\"}     | NOT_JSON      | value is not JSON",
        "{\"label\":\"a\"}{}                   | NOT_JSON      | value is not JSON",
        "{\"label\":\"a\",\"source\":7}        | INVALID_FIELD | source must be a JSON string",
        "{\"label\":\"a\",\"labeled_at\":17}   | INVALID_FIELD | labeled_at must be a time in",
        "{\"label\":\"a\",\"labeled_at\":\"x\"}| INVALID_FIELD | labeled_at must be a time in",
        "{\"label\":\"a\",\"labeled_at\":\"1960-01-01T00:00:00Z\"}"
            + "| INVALID_FIELD | labeled_at is 1960-01-01T00:00:00Z, must be between",
      })
  void badLabelThenRejected(String value, Reason reason, String message) {
    RejectedException fault = rejected(() -> decoder.label(bytes(value)));

    assertThat(fault.reason()).isEqualTo(reason);
    assertThat(fault.getMessage()).startsWith(message);
  }

  @Test
  void labelInInvalidUtf8ThenNotUtf8() {
    byte[] value = bytes("{\"label\":\"?\"}");
    value[10] = (byte) 0xE9;

    assertThat(rejected(() -> decoder.label(value)).reason()).isEqualTo(Reason.NOT_UTF8);
  }

  @Test
  void keyThenId() throws RejectedException {
    assertThat(decoder.id(Optional.of(bytes("ré-1")))).contains("ré-1");
    assertThat(decoder.id(Optional.empty())).isEmpty();
  }

  @Test
  void keyAtTheLimitThenAcceptedAndOneByteMoreThenTooLarge() throws RejectedException {
    assertThat(decoder.id(Optional.of(bytes("12345678")))).contains("12345678");

    RejectedException fault = rejected(() -> decoder.id(Optional.of(bytes("12345678é"))));
    assertThat(fault.reason()).isEqualTo(Reason.KEY_TOO_LARGE);
    assertThat(fault).hasMessage("key has 10 bytes, must have at most 8");
  }

  @Test
  void emptyKeyThenMissingKey() {
    RejectedException fault = rejected(() -> decoder.id(Optional.of(new byte[0])));

    assertThat(fault.reason()).isEqualTo(Reason.MISSING_KEY);
  }

  @Test
  void keyInInvalidUtf8ThenNotUtf8() {
    RejectedException fault = rejected(() -> decoder.id(Optional.of(new byte[] {(byte) 0xFF})));

    assertThat(fault.reason()).isEqualTo(Reason.NOT_UTF8);
    assertThat(fault).hasMessage("key is not valid UTF-8");
  }
}
