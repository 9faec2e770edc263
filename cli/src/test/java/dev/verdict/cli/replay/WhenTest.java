package dev.verdict.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WhenTest {
  private static final Instant NOW = Instant.parse("2026-02-01T12:00:00Z");

  @ParameterizedTest
  @CsvSource({
    "2026-01-31T12:00:00Z,2026-01-31T12:00:00Z",
    "2026-01-31T12:00:00.5+02:00,2026-01-31T10:00:00.500Z",
    "30s,2026-02-01T11:59:30Z",
    "15m,2026-02-01T11:45:00Z",
    "2h,2026-02-01T10:00:00Z",
    "7d,2026-01-25T12:00:00Z",
    "PT2H,2026-02-01T10:00:00Z",
    "0s,2026-02-01T12:00:00Z",
  })
  void timeOrHowLongAgoThenThatTime(String text, Instant time) {
    assertThat(When.parse(text, NOW).time()).isEqualTo(time);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "yesterday", "2026-01-31", "2026-01-31T12:00:00", "-2h", "2", "2w"})
  void anythingElseThenItSaysWhatIsAccepted(String text) {
    assertThatThrownBy(() -> When.parse(text, NOW))
        .hasMessageStartingWith("'" + text + "' must be a time such as 2026-01-31T12:00:00Z");
  }
}
