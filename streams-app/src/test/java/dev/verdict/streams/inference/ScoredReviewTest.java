package dev.verdict.streams.inference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verdict.text.TokenizedText;
import org.junit.jupiter.api.Test;

class ScoredReviewTest {
  @Test
  void textWithUnknownWordsThenTokensAreCountedWithoutSpecialOnes() {
    TokenizedText text = new TokenizedText(new long[] {2, 17, 1, 18, 1, 3}, true, 2);

    ScoredReview scored =
        ScoredReview.of(new float[] {0.25f, 0.75f}, text, new FakeModel("v1").manifest());

    assertThat(scored.tokens()).isEqualTo(4);
    assertThat(scored.unknownTokens()).isEqualTo(2);
    assertThat(scored.truncated()).isTrue();
    assertThat(scored.probabilities()).containsExactly(0.25f, 0.75f);
  }
}
