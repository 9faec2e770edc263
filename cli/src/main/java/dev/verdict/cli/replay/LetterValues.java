package dev.verdict.cli.replay;

import dev.verdict.cli.ReadableValues;
import dev.verdict.config.Settings;
import dev.verdict.contract.MessageFormat;
import dev.verdict.streams.replay.DeadLetter;
import java.util.Optional;

/**
 * Values of dead letters that people could not read as they are.
 *
 * @param values of the topics they come from
 */
record LetterValues(ReadableValues values) {
  /** Empty where reviews and labels are text anyway. */
  static Optional<LetterValues> of(Settings settings) {
    return settings.formats().plan().reviews() == MessageFormat.AVRO
            || settings.formats().plan().labels() == MessageFormat.AVRO
        ? Optional.of(new LetterValues(new ReadableValues(settings)))
        : Optional.empty();
  }

  /** The value as JSON, where it is not its form that was wrong. */
  Optional<byte[]> value(DeadLetter letter) {
    byte[] value = letter.record().value();
    return value == null || letter.droppedBytes().isPresent()
        ? Optional.empty()
        : letter.origin().flatMap(place -> values.json(place.topic(), value));
  }
}
