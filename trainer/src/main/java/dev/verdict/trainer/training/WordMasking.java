package dev.verdict.trainer.training;

import dev.verdict.text.MaskedText;
import dev.verdict.text.TokenizedText;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Hides words of texts. Special tokens at both ends are left alone.
 *
 * @param maskId the token that stands for a hidden word
 * @param vocabularySize bound of the ids of random words
 * @param share of the words
 */
record WordMasking(long maskId, int vocabularySize, double share) {
  private static final double MASKED = 0.8;
  private static final double REPLACED = 0.1;

  /**
   * Hides words to fill in: of those chosen 80% are masked, 10% are another word, 10% stay (Devlin
   * et al., arXiv:1810.04805, section 3.1). A text of at least one word has at least one chosen.
   */
  MaskedText toFillIn(TokenizedText text, Random random) {
    long[] ids = text.ids().clone();
    int words = ids.length - 2;
    int[] chosen =
        IntStream.rangeClosed(1, words).filter(i -> random.nextDouble() < share).toArray();
    if (chosen.length == 0 && words > 0) {
      chosen = new int[] {1 + random.nextInt(words)};
    }
    long[] originals = new long[chosen.length];
    for (int i = 0; i < chosen.length; i++) {
      int at = chosen[i];
      originals[i] = ids[at];
      double fate = random.nextDouble();
      if (fate < MASKED) {
        ids[at] = maskId;
      } else if (fate < MASKED + REPLACED) {
        ids[at] = random.nextInt(vocabularySize);
      }
    }
    return new MaskedText(new TokenizedText(ids, text.truncated()), chosen, originals);
  }

  /** Hides words so that no text is learned by heart. */
  TokenizedText thinned(TokenizedText text, Random random) {
    long[] ids = text.ids().clone();
    for (int i = 1; i < ids.length - 1; i++) {
      if (random.nextDouble() < share) {
        ids[i] = maskId;
      }
    }
    return new TokenizedText(ids, text.truncated());
  }
}
