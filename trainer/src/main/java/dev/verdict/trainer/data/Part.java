package dev.verdict.trainer.data;

import java.util.Locale;
import java.util.Optional;

/** A part of a data set, as its {@code split} field names it. */
public enum Part {
  TRAIN,
  VALIDATION,
  TEST;

  /** The part of that name, upper or lower case; validation is also val, valid or dev. */
  static Optional<Part> named(String name) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "train" -> Optional.of(TRAIN);
      case "validation", "val", "valid", "dev" -> Optional.of(VALIDATION);
      case "test" -> Optional.of(TEST);
      default -> Optional.empty();
    };
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
