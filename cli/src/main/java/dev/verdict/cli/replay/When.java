package dev.verdict.cli.replay;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A time as an operator gives it.
 *
 * @param text as it was given
 */
public record When(String text, Instant time) {
  /**
   * Reads a time with its offset, or how long ago: {@code 30s}, {@code 15m}, {@code 2h}, {@code
   * 7d}, {@code PT2H}.
   *
   * @param now what ago counts from
   * @throws IllegalArgumentException saying what is accepted
   */
  public static When parse(String text, Instant now) {
    try {
      return new When(text, OffsetDateTime.parse(text).toInstant());
    } catch (DateTimeParseException e) {
      // Then it is how long ago.
    }
    try {
      String upper = text.toUpperCase(Locale.ROOT);
      Duration ago =
          Duration.parse(
              upper.startsWith("P") ? upper : (upper.endsWith("D") ? "P" : "PT") + upper);
      if (!ago.isNegative()) {
        return new When(text, now.minus(ago));
      }
    } catch (DateTimeException | ArithmeticException e) {
      // The one message below.
    }
    throw new IllegalArgumentException(
        "'%s' must be a time such as 2026-01-31T12:00:00Z, or how long ago such as 30m, 2h, 7d or PT2H"
            .formatted(text));
  }

  /** For picocli. */
  public static final class Converter implements ITypeConverter<When> {
    @Override
    public When convert(String text) {
      try {
        return parse(text, Instant.now());
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }
}
