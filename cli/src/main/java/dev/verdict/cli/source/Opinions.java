package dev.verdict.cli.source;

import java.util.Arrays;
import java.util.List;

/**
 * The words that carry one sentiment.
 *
 * @param qualities adjectives that may follow "the lid is"
 * @param deeds predicates that may follow "it"
 * @param verdicts whole clauses
 */
record Opinions(List<String> qualities, List<String> deeds, List<String> verdicts) {

  /** Each argument is a list separated by commas. */
  static Opinions of(String qualities, String deeds, String verdicts) {
    return new Opinions(list(qualities), list(deeds), list(verdicts));
  }

  static List<String> list(String commaSeparated) {
    return Arrays.stream(commaSeparated.split(",")).map(String::strip).toList();
  }
}
