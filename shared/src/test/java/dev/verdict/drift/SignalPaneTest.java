package dev.verdict.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SignalPaneTest {
  private static final List<String> CLASSES = List.of("negative", "positive");

  static SignalPane pane(int reviews, int tokens) {
    SignalPane pane = new SignalPane(CLASSES);
    for (int i = 0; i < reviews; i++) {
      pane.add(new ReviewSignals("positive", 0.75, tokens, 1), List.of(0.25, 0.75));
    }
    return pane;
  }

  @Test
  void bytesThenTheyGoOnAsTheOneThatWasWritten() {
    SignalPane pane = pane(3, 12);
    SignalPane read = SignalPane.fromBytes(pane.toBytes());
    for (SignalPane each : List.of(pane, read)) {
      each.add(new ReviewSignals("negative", 0.5, 7, 0), List.of(0.5, 0.5));
    }

    assertThat(read.toBytes()).isEqualTo(pane.toBytes());
    assertThat(read.reviews()).isEqualTo(4);
    assertThat(read.profile().predictedClasses()).containsEntry("positive", 3L);
    assertThat(read.estimate().accuracy().orElseThrow())
        .isCloseTo((3 * 0.75 + 0.5) / 4, within(1e-9));
  }

  @Test
  void anyByteCutOffThenRefused() {
    byte[] bytes = pane(3, 12).toBytes();
    for (int length = 0; length < bytes.length; length++) {
      byte[] damaged = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> SignalPane.fromBytes(damaged))
          .as("%d bytes", length)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void probabilitiesRefusedThenNothingIsCounted() {
    SignalPane pane = pane(1, 12);

    assertThatThrownBy(() -> pane.add(new ReviewSignals("positive", 1, 3, 0), List.of(0.0, 1.5)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(pane.toBytes()).isEqualTo(pane(1, 12).toBytes());
  }
}
