package dev.verdict.streams.inference;

import dev.verdict.contract.ModelManifest;
import dev.verdict.text.TokenizedText;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Scores of the texts that came last, so that a text which comes again ("ok", a template, a copied
 * review) costs no model time. A score is found by its version and the whole sequence of token ids,
 * not by a hash of them, so no other text's can be taken for it. Beyond so many the text that was
 * asked for longest ago goes. Safe for several threads.
 */
final class ScoreCache {
  private static final float LOAD = 0.75f;

  private final int rows;
  private final Map<Key, ScoredReview> scores;

  private record Key(String version, TokenizedText text) {}

  /**
   * @param rows texts kept at most; 0 keeps none
   */
  ScoreCache(int rows) {
    this.rows = rows;
    this.scores =
        new LinkedHashMap<>(16, LOAD, true) {
          private static final long serialVersionUID = 1;

          @Override
          protected boolean removeEldestEntry(Map.Entry<Key, ScoredReview> eldest) {
            return size() > rows;
          }
        };
  }

  boolean isOff() {
    return rows == 0;
  }

  /** What that version has said of the text; empty when it is not known any more. */
  synchronized Optional<ScoredReview> score(ModelManifest version, TokenizedText text) {
    return Optional.ofNullable(scores.get(new Key(version.version(), text)));
  }

  /** Keeps what its version said first of a text, unless it is off. */
  synchronized void keep(TokenizedText text, ScoredReview scored) {
    scores.putIfAbsent(new Key(scored.version().version(), text), scored);
  }
}
