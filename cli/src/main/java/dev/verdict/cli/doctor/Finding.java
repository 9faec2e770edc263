package dev.verdict.cli.doctor;

import java.util.Locale;
import java.util.Optional;

/**
 * What one check has found.
 *
 * @param check its name
 * @param message what was seen, in one sentence without a full stop
 * @param remedy what to do
 */
record Finding(String check, Level level, String message, Optional<String> remedy) {

  /** How bad it is. */
  enum Level {
    OK,
    /** It works, and somebody should look. */
    WARN,
    /** It does not work. */
    FAIL,
    /** It could not be looked at. */
    SKIP;

    /** As it is printed. */
    String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static Finding ok(String check, String message) {
    return new Finding(check, Level.OK, message, Optional.empty());
  }

  static Finding skip(String check, String message) {
    return new Finding(check, Level.SKIP, message, Optional.empty());
  }

  static Finding warn(String check, String message, String remedy) {
    return new Finding(check, Level.WARN, message, Optional.of(remedy));
  }

  static Finding fail(String check, String message, String remedy) {
    return new Finding(check, Level.FAIL, message, Optional.of(remedy));
  }
}
