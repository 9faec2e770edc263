package dev.verdict.cli.bench;

import static picocli.CommandLine.Help.Visibility.NEVER;

import dev.verdict.model.Preset;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** Options of every bench. */
final class BenchOptions {
  private static final int QUICK_SHARE = 3;
  private static final int LEAST_REPETITIONS = 3;

  @Spec(Target.MIXEE)
  private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--preset",
      split = ",",
      showDefaultValue = NEVER,
      description = "tiny, mini, small or base, or several of them separated by commas.")
  private List<Preset> presets = List.of();

  @Option(
      names = "--repetitions",
      paramLabel = "N",
      showDefaultValue = NEVER,
      description = "Of each measurement.")
  private Optional<Integer> repetitions = Optional.empty();

  @Option(names = "--seed", paramLabel = "N", description = "Of reviews and weights.")
  private long seed = 1;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      showDefaultValue = NEVER,
      description = "Write every figure there too.")
  private Optional<Path> json = Optional.empty();

  @Option(
      names = "--quick",
      showDefaultValue = NEVER,
      description = "A third of the repetitions, for a first impression.")
  private boolean quick;

  /** The sizes to measure. */
  List<Preset> presets(Preset... usual) {
    return presets.isEmpty() ? List.of(usual) : List.copyOf(presets);
  }

  /** How often to measure, at least once. */
  int repetitions(int usual) {
    return Math.max(
        1, repetitions.orElse(quick ? Math.max(LEAST_REPETITIONS, usual / QUICK_SHARE) : usual));
  }

  long seed() {
    return seed;
  }

  Optional<Path> json() {
    return json;
  }

  boolean isQuick() {
    return quick;
  }

  /** An empty report of the verb that has these options. */
  BenchReport report() {
    String[] version = spec.root().version();
    BenchReport report =
        new BenchReport(
            spec.name(), seed, version.length == 0 ? "unknown" : version[0], Instant.now());
    report.setting("quick", quick);
    return report;
  }
}
