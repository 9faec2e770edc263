package dev.verdict.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verdict.text.TokenizedText;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class PackedBatchTest {
  private static final DistilBertConfig CONFIG =
      Preset.TINY.config(100, List.of("negative", "positive"));

  @Test
  void exampleOfTheJavadocThenItsLayout() {
    PackedBatch batch = PackedBatch.of(List.of(text(3, 10), text(5, 20), text(3, 30)), CONFIG);

    assertThat(batch.layout()).containsExactly(3, 0, 5, 8, 1, 0, 2, 5, 3, 3, 1, 5, 5, 2, 3, 6);
    assertThat(Arrays.copyOf(batch.ids(), 11))
        .containsExactly(20, 21, 22, 23, 24, 10, 11, 12, 30, 31, 32);
    assertThat(Arrays.copyOfRange(batch.ids(), 11, 22))
        .containsExactly(0, 1, 2, 3, 4, 0, 1, 2, 0, 1, 2);
    assertThat(List.of(batch.start(0), batch.start(1), batch.start(2))).containsExactly(5L, 0L, 8L);
  }

  @Test
  void textsOfOneLengthThenOneRun() {
    PackedBatch batch = PackedBatch.of(List.of(text(4, 10), text(4, 20)), CONFIG);

    assertThat(batch.layout()).containsExactly(2, 0, 4, 0, 1, 4, 4, 2, 4, 8);
    assertThat(batch).hasToString("a batch of 2 texts of up to 4 tokens");
  }

  @Test
  void textsOfAStepAreOneRunWhileTheShortestHasSevenTenthsOfTheLongest() {
    PackedBatch batch =
        PackedBatch.forStep(List.of(text(6, 10), text(10, 20), text(7, 30), text(5, 40)), CONFIG);

    assertThat(batch.layout())
        .containsExactly(4, 0, 10, 17, 23, 2, 0, 1, 3, 10, 7, 6, 5, 2, 10, 17, 2, 6, 11);
  }

  @Test
  void tokenOrLengthThatTheModelDoesNotKnowThenRefused() {
    assertThatThrownBy(() -> PackedBatch.of(List.of(text(2, 99)), CONFIG))
        .isInstanceOf(ModelException.class)
        .hasMessage("A text holds token 100, the model knows 0 to 99");
    assertThatThrownBy(() -> PackedBatch.of(List.of(text(0, 1)), CONFIG))
        .isInstanceOf(ModelException.class)
        .hasMessage("A text has 0 tokens, the model takes 1 to 512");
    assertThatThrownBy(() -> PackedBatch.of(List.of(text(513, 1)), CONFIG))
        .isInstanceOf(ModelException.class)
        .hasMessage("A text has 513 tokens, the model takes 1 to 512");
  }

  private static TokenizedText text(int length, long firstId) {
    long[] ids = new long[length];
    Arrays.setAll(ids, i -> firstId + i);
    return new TokenizedText(ids, false);
  }
}
