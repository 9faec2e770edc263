package dev.verdict.evaluation;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which graded predictions a rolling score is of. */
public sealed interface WindowSpec {
  /** As it is written in settings, keys and metrics. */
  String name();

  /** The last so many labels, in the order in which they were joined. */
  record Last(int labels) implements WindowSpec {
    @Override
    public String name() {
      return "last_" + labels;
    }
  }

  /** The last span of event time, up to the newest review. */
  record Span(String name, Duration length) implements WindowSpec {}

  /**
   * Reads {@code last_1000}, {@code 30s}, {@code 15m}, {@code 1h} or {@code 7d}.
   *
   * @throws IllegalArgumentException saying what is accepted
   */
  static WindowSpec parse(String text) {
    Matcher last = Pattern.compile("last_([1-9][0-9]{0,5})").matcher(text);
    if (last.matches()) {
      return new Last(Integer.parseInt(last.group(1)));
    }
    Matcher span = Pattern.compile("([1-9][0-9]{0,4})([smhd])").matcher(text);
    if (span.matches()) {
      long amount = Long.parseLong(span.group(1));
      Duration length =
          switch (span.group(2)) {
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofDays(amount);
          };
      return new Span(text, length);
    }
    throw new IllegalArgumentException(
        "a window is last_<labels> (at most 999999) or a time such as 30s, 15m, 1h, 7d");
  }
}
