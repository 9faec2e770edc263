package dev.verdict.streams.inference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verdict.contract.ModelManifest;
import dev.verdict.text.TokenizedText;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScoreCacheTest {
  private final ScoreCache cache = new ScoreCache(2);
  private final ModelManifest first = new FakeModel("v1").manifest();
  private final ModelManifest second = new FakeModel("v2").manifest();

  @Test
  void keptThenFoundForThatVersionAlone() {
    cache.keep(text(1, 2), scored(first, 0.9f));

    assertThat(cache.score(first, text(1, 2))).contains(scored(first, 0.9f));
    assertThat(cache.score(second, text(1, 2))).isEmpty();
    assertThat(cache.score(first, text(2, 1))).isEmpty();
  }

  @Test
  void sameTokensOfALongerTextThenNotTheSame() {
    cache.keep(text(1, 2), scored(first, 0.9f));

    assertThat(cache.score(first, new TokenizedText(new long[] {1, 2}, true))).isEmpty();
  }

  @Test
  void fullThenTheOneAskedForLongestAgoGoes() {
    cache.keep(text(1), scored(first, 0.1f));
    cache.keep(text(2), scored(first, 0.2f));
    cache.score(first, text(1));
    cache.keep(text(3), scored(first, 0.3f));

    assertThat(cache.score(first, text(1))).isPresent();
    assertThat(cache.score(first, text(2))).isEmpty();
    assertThat(cache.score(first, text(3))).isPresent();
  }

  private static TokenizedText text(long... ids) {
    return new TokenizedText(ids, false);
  }

  private static ScoredReview scored(ModelManifest version, float probability) {
    return new ScoredReview(List.of(1 - probability, probability), false, 1, 0, version);
  }
}
