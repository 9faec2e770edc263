package dev.verdict.cli.replay;

import dev.verdict.config.SettingsException;
import dev.verdict.contract.RejectedException.Reason;
import dev.verdict.contract.RejectedException.Stage;
import dev.verdict.streams.replay.DeadLetterFilter;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Option;

/** The options that say which dead letters are meant. */
final class DeadLetterOptions {
  @Option(
      names = "--reason",
      paramLabel = "REASON",
      description = "Only letters of this reason, such as unknown_label; may be repeated.")
  private Set<Reason> reasons = EnumSet.noneOf(Reason.class);

  @Option(
      names = "--stage",
      paramLabel = "STAGE",
      description = "Only letters of this stage: decode, inference, produce, train; repeatable.")
  private Set<Stage> stages = EnumSet.noneOf(Stage.class);

  @Option(
      names = "--topic",
      paramLabel = "TOPIC",
      description = "Only letters whose record came from this topic.")
  private Optional<String> topic = Optional.empty();

  @Option(
      names = "--from",
      paramLabel = "WHEN",
      converter = When.Converter.class,
      description =
          "Only records of this time and later: 2026-01-31T12:00:00Z, or how long ago: 2h.")
  private Optional<When> from = Optional.empty();

  @Option(
      names = "--to",
      paramLabel = "WHEN",
      converter = When.Converter.class,
      description = "Only records before this time.")
  private Optional<When> to = Optional.empty();

  @Option(names = "--limit", paramLabel = "N", description = "At most so many letters.")
  private Optional<Long> limit = Optional.empty();

  DeadLetterFilter filter() {
    return new DeadLetterFilter(reasons, stages, topic, from.map(When::time), to.map(When::time));
  }

  /**
   * Letters at most.
   *
   * @throws SettingsException if it is less than one
   */
  long limit() {
    limit
        .filter(value -> value < 1)
        .ifPresent(
            value -> {
              throw new SettingsException(
                  "Invalid value %d for option --limit: must be 1 or more".formatted(value));
            });
    return limit.orElse(Long.MAX_VALUE);
  }
}
