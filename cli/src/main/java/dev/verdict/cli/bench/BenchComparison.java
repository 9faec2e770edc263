package dev.verdict.cli.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Compares ratios of a run with those of an earlier one. Ratios are of figures of one run, so that
 * they hold on machines of different speeds; seconds do not.
 *
 * @param tolerance relative: 0.25 lets a ratio that should be high fall to three quarters of what
 *     it was, and one that should be low rise by a quarter
 */
record BenchComparison(double tolerance) {

  /**
   * What got worse.
   *
   * @return a sentence for each ratio that is worse than it was by more than the tolerance, or is
   *     not measured any more; new ones are of no matter
   */
  List<String> regressions(List<Ratio> before, List<Ratio> now) {
    Map<String, Ratio> measured =
        now.stream().collect(Collectors.toMap(Ratio::id, Function.identity()));
    List<String> sentences = new ArrayList<>();
    for (Ratio earlier : before) {
      Ratio ratio = measured.get(earlier.id());
      if (ratio == null) {
        sentences.add(earlier.id() + " is not measured any more, it was " + text(earlier.value()));
      } else if (isWorse(earlier, ratio)) {
        sentences.add(
            "%s is %s, it was %s: worse by more than %.0f%%"
                .formatted(
                    ratio.id(), text(ratio.value()), text(earlier.value()), 100 * tolerance));
      }
    }
    return sentences;
  }

  private boolean isWorse(Ratio before, Ratio now) {
    return now.goal().better() == Better.HIGHER
        ? now.value() < before.value() * (1 - tolerance)
        : now.value() > before.value() * (1 + tolerance);
  }

  private static String text(double value) {
    return String.format(Locale.ROOT, "%.3f", value);
  }
}
