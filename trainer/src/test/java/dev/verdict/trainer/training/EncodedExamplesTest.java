package dev.verdict.trainer.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.verdict.text.TokenizedText;
import java.util.List;
import org.junit.jupiter.api.Test;

class EncodedExamplesTest {
  private static final List<String> CLASSES = List.of("negative", "positive");
  private static final List<Example> EXAMPLES =
      List.of(
          new Example("a", "one", "positive"),
          new Example("b", "breaks the tokenizer", "negative"),
          new Example("c", "three", "negative"));

  @Test
  void tokenizerFailsOnOneThenOnlyThatIsLeftOut() {
    EncodedExamples encoded =
        new EncodedExamples(EXAMPLES, EncodedExamplesTest::encode, CLASSES, () -> false);

    assertThat(encoded.size()).isEqualTo(2);
    assertThat(encoded.skipped()).isEqualTo(1);
    assertThat(encoded.labels()).containsExactly(1, 0);
    assertThat(encoded.lengths()).containsExactly("one".length(), "three".length());
  }

  @Test
  void labelThatIsNoClassThenTheFaultNamesTheReview() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new EncodedExamples(
                    EXAMPLES, EncodedExamplesTest::encode, List.of("negative"), () -> false))
        .withMessage("Label of review a is positive, must be one of [negative]");
  }

  @Test
  void toldToStopThenNothingIsEncoded() {
    assertThatExceptionOfType(TrainingStoppedException.class)
        .isThrownBy(
            () -> new EncodedExamples(EXAMPLES, EncodedExamplesTest::encode, CLASSES, () -> true));
  }

  @Test
  void balancedWeightsThenEachClassCountsTheSame() {
    List<Example> four =
        List.of(
            new Example("a", "one", "positive"),
            new Example("b", "two", "negative"),
            new Example("c", "three", "negative"),
            new Example("d", "four", "negative"));

    assertThat(
            new EncodedExamples(four, EncodedExamplesTest::encode, CLASSES, () -> false)
                .balancedWeights(2))
        .containsExactly(4f / (2 * 3), 4f / (2 * 1));
  }

  /** As many tokens as characters. */
  private static List<TokenizedText> encode(List<String> texts) {
    if (texts.contains("breaks the tokenizer")) {
      throw new IllegalStateException("broken");
    }
    return texts.stream().map(text -> new TokenizedText(new long[text.length()], false)).toList();
  }
}
