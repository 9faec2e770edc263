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

  /** Windows of the reviews' own time, kept in buckets whose counts are summed. */
  sealed interface Timed extends WindowSpec {
    /** From a window's start to its end. */
    Duration length();

    /** Width of a bucket: a whole number of them makes a window. */
    Duration bucket();

    /** Start of the bucket of that time, both in milliseconds since 1970. */
    default long bucketOf(long millis) {
      long width = bucket().toMillis();
      return Math.floorDiv(millis, width) * width;
    }
  }

  /** The last span of event time, up to the newest review; it moves by a 60th of itself. */
  record Rolling(String name, Duration length) implements Timed {
    private static final int BUCKETS = 60;

    @Override
    public Duration bucket() {
      return Duration.ofMillis(Math.max(1000, length.toMillis() / BUCKETS));
    }
  }

  /**
   * Windows that begin at every multiple of {@code advance} since 1970: tumbling where it is the
   * length, hopping where it is less, as in Kafka Streams' {@code TimeWindows}.
   */
  record Hopping(String name, Duration length, Duration advance) implements Timed {
    @Override
    public Duration bucket() {
      return advance;
    }
  }

  /**
   * Reads {@code last_1000}, {@code 30s}, {@code 15m}, {@code 1h}, {@code 7d}, or windows of their
   * own such as {@code 24h_by_1h} (hopping) and {@code 1h_by_1h} (tumbling).
   *
   * @throws IllegalArgumentException saying what is accepted
   */
  static WindowSpec parse(String text) {
    Matcher last = Pattern.compile("last_([1-9][0-9]{0,5})").matcher(text);
    if (last.matches()) {
      return new Last(Integer.parseInt(last.group(1)));
    }
    String time = "[1-9][0-9]{0,4}[smhd]";
    if (text.matches(time)) {
      return new Rolling(text, duration(text));
    }
    if (text.matches(time + "_by_" + time)) {
      Duration length = duration(text.substring(0, text.indexOf('_')));
      Duration advance = duration(text.substring(text.lastIndexOf('_') + 1));
      long windows = length.toMillis() / advance.toMillis();
      if (length.toMillis() % advance.toMillis() == 0 && windows <= 60) {
        return new Hopping(text, length, advance);
      }
    }
    throw new IllegalArgumentException(
        "a window is last_<labels> (at most 999999), a time such as 30s, 15m, 1h, 7d, or a time and"
            + " by what it advances, such as 1h_by_1h or 24h_by_1h, where at most 60 advances make a"
            + " length");
  }

  private static Duration duration(String text) {
    long amount = Long.parseLong(text.substring(0, text.length() - 1));
    return switch (text.charAt(text.length() - 1)) {
      case 's' -> Duration.ofSeconds(amount);
      case 'm' -> Duration.ofMinutes(amount);
      case 'h' -> Duration.ofHours(amount);
      default -> Duration.ofDays(amount);
    };
  }
}
