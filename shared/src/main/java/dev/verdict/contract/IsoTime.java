package dev.verdict.contract;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;

/**
 * Times as the contracts have them, ISO-8601 in UTC with milliseconds such as {@code
 * 2026-01-31T12:00:00.000Z}. Every record has two or three, and {@link DateTimeFormatter} took an
 * eighth of the stream threads' time; it is left to what is written otherwise.
 */
final class IsoTime {
  private static final DateTimeFormatter MILLISECONDS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  private static final String TO_THE_SECOND = "0000-00-00T00:00:00Z";
  private static final String TO_THE_MILLISECOND = "0000-00-00T00:00:00.000Z";
  private static final int NANOS_OF_MILLI = 1_000_000;

  private IsoTime() {}

  /** The time, cut to milliseconds. */
  static String format(Instant time) {
    LocalDateTime utc = LocalDateTime.ofEpochSecond(time.getEpochSecond(), 0, ZoneOffset.UTC);
    if (utc.getYear() < 0 || utc.getYear() > 9999) {
      return MILLISECONDS.format(time);
    }
    char[] text = TO_THE_MILLISECOND.toCharArray();
    write(text, 0, 4, utc.getYear());
    write(text, 5, 2, utc.getMonthValue());
    write(text, 8, 2, utc.getDayOfMonth());
    write(text, 11, 2, utc.getHour());
    write(text, 14, 2, utc.getMinute());
    write(text, 17, 2, utc.getSecond());
    write(text, 20, 3, time.getNano() / NANOS_OF_MILLI);
    return new String(text);
  }

  /**
   * The time of a text with any offset and fraction of a second.
   *
   * @throws DateTimeParseException if it is no ISO-8601 time with its offset
   */
  static Instant parse(String text) {
    if (isLike(TO_THE_SECOND, text) || isLike(TO_THE_MILLISECOND, text)) {
      int millis = text.length() == TO_THE_MILLISECOND.length() ? read(text, 20, 3) : 0;
      try {
        return LocalDateTime.of(
                read(text, 0, 4),
                read(text, 5, 2),
                read(text, 8, 2),
                read(text, 11, 2),
                read(text, 14, 2),
                read(text, 17, 2),
                millis * NANOS_OF_MILLI)
            .toInstant(ZoneOffset.UTC);
      } catch (DateTimeException e) {
        // A 13th month, say: the formatter tells what is wrong.
      }
    }
    return DateTimeFormatter.ISO_OFFSET_DATE_TIME.parse(text, Instant::from);
  }

  /** Whether a text has digits where the shape has them, and all else as the shape. */
  private static boolean isLike(String shape, String text) {
    if (text.length() != shape.length()) {
      return false;
    }
    for (int i = 0; i < shape.length(); i++) {
      char character = text.charAt(i);
      boolean digit = character >= '0' && character <= '9';
      if (shape.charAt(i) == '0' ? !digit : character != shape.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private static int read(String text, int start, int digits) {
    int value = 0;
    for (int i = start; i < start + digits; i++) {
      value = 10 * value + text.charAt(i) - '0';
    }
    return value;
  }

  private static void write(char[] text, int start, int digits, int value) {
    int rest = value;
    for (int i = start + digits - 1; i >= start; i--) {
      text[i] = (char) ('0' + rest % 10);
      rest /= 10;
    }
  }
}
