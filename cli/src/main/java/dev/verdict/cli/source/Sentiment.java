package dev.verdict.cli.source;

import java.util.List;
import java.util.Locale;

/** The three classes of the synthetic reviews, with their shares in percent. */
enum Sentiment {
  NEGATIVE(35),
  NEUTRAL(20),
  POSITIVE(45);

  private final int percent;

  Sentiment(int percent) {
    this.percent = percent;
  }

  int percent() {
    return percent;
  }

  /** The opposite pole; neutral has none and is its own. */
  Sentiment opposite() {
    return switch (this) {
      case NEGATIVE -> POSITIVE;
      case NEUTRAL -> NEUTRAL;
      case POSITIVE -> NEGATIVE;
    };
  }

  /** The two other classes. */
  List<Sentiment> others() {
    return switch (this) {
      case NEGATIVE -> List.of(NEUTRAL, POSITIVE);
      case NEUTRAL -> List.of(NEGATIVE, POSITIVE);
      case POSITIVE -> List.of(NEGATIVE, NEUTRAL);
    };
  }

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
