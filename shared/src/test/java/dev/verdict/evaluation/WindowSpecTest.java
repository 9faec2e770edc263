package dev.verdict.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WindowSpecTest {
  @ParameterizedTest
  @CsvSource({"last_1,1", "last_1000,1000", "last_999999,999999"})
  void lastLabelsThenCount(String text, int labels) {
    assertThat(WindowSpec.parse(text)).isEqualTo(new WindowSpec.Last(labels));
    assertThat(WindowSpec.parse(text).name()).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({"1s,PT1S", "30s,PT30S", "15m,PT15M", "1h,PT1H", "7d,P7D", "99999d,P99999D"})
  void timeThenRollingWindowThatKeepsItsName(String text, Duration length) {
    assertThat(WindowSpec.parse(text)).isEqualTo(new WindowSpec.Rolling(text, length));
    assertThat(WindowSpec.parse(text).name()).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "1h_by_1h,PT1H,PT1H",
    "24h_by_1h,P1D,PT1H",
    "1d_by_6h,P1D,PT6H",
    "1h_by_1m,PT1H,PT1M",
    "90s_by_30s,PT90S,PT30S"
  })
  void timeByAnAdvanceThenHoppingWindows(String text, Duration length, Duration advance) {
    assertThat(WindowSpec.parse(text)).isEqualTo(new WindowSpec.Hopping(text, length, advance));
    assertThat(WindowSpec.parse(text).name()).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "last_",
        "last_0",
        "last_01",
        "last_1000000",
        "last_-1",
        "LAST_5",
        "0h",
        "1",
        "h",
        "1w",
        "1.5h",
        "100000s",
        "-1h",
        " 1h",
        "1h ",
        "1h/..",
        "last_5\n",
        "1h_by_7m",
        "1h_by_2h",
        "1h_by_59s",
        "1d_by_1m",
        "1h_by_",
        "1h_by_last_5",
        "١h"
      })
  void anythingElseThenRefusedSayingWhatIsAccepted(String text) {
    assertThatThrownBy(() -> WindowSpec.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("last_<labels>")
        .hasMessageContaining("30s, 15m, 1h, 7d");
  }
}
