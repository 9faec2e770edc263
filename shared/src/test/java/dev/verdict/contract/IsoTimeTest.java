package dev.verdict.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IsoTimeTest {
  private static final DateTimeFormatter JAVA =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  @Test
  void anyTimeThenAsJavaFormatsItAndReadBackToTheMillisecond() {
    Random random = new Random(1);
    long first = Instant.parse("0000-01-01T00:00:00Z").getEpochSecond();
    long last = Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();
    for (int i = 0; i < 10_000; i++) {
      Instant time =
          Instant.ofEpochSecond(random.nextLong(first, last + 1), random.nextInt(1_000_000_000));

      String text = IsoTime.format(time);

      assertThat(text).isEqualTo(JAVA.format(time));
      assertThat(IsoTime.parse(text)).isEqualTo(Instant.ofEpochMilli(time.toEpochMilli()));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"+10000-01-01T00:00:00Z", "-0001-12-31T23:59:59.999Z"})
  void yearOfMoreThanFourDigitsThenAsJavaFormatsIt(String text) {
    assertThat(IsoTime.format(Instant.parse(text))).isEqualTo(JAVA.format(Instant.parse(text)));
  }

  @ParameterizedTest
  @CsvSource({
    "2026-01-31T12:00:00Z, 2026-01-31T12:00:00Z",
    "2026-01-31T12:00:00.5Z, 2026-01-31T12:00:00.500Z",
    "2026-01-31T12:00:00.123456789Z, 2026-01-31T12:00:00.123456789Z",
    "2026-01-31T12:00:00+02:00, 2026-01-31T10:00:00Z",
    "2024-02-29T23:59:59.999Z, 2024-02-29T23:59:59.999Z"
  })
  void offsetAndFractionAsOneLikesThenTheirTime(String text, String expected) {
    assertThat(IsoTime.parse(text)).isEqualTo(Instant.parse(expected));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "2026-01-31",
        "2026-01-31T12:00:00",
        "2026-13-01T12:00:00Z",
        "2026-02-29T12:00:00.000Z",
        "2026-01-31T24:00:01Z",
        "2026-01-31T12:00:60Z",
        "2026-01-31 12:00:00Z",
        "2026-01-31T12:00:00.00AZ",
        "٢026-01-31T12:00:00Z"
      })
  void noSuchTimeThenRefusedAsByJava(String text) {
    DateTimeParseException expected =
        catchThrowableOfType(
            DateTimeParseException.class,
            () -> DateTimeFormatter.ISO_OFFSET_DATE_TIME.parse(text, Instant::from));
    assertThatThrownBy(() -> IsoTime.parse(text))
        .isInstanceOf(DateTimeParseException.class)
        .hasMessage(expected.getMessage());
  }
}
