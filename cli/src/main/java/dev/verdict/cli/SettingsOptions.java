package dev.verdict.cli;

import static picocli.CommandLine.Help.Visibility.NEVER;

import dev.verdict.config.Settings;
import dev.verdict.config.SettingsLoader;
import dev.verdict.model.TorchRuntime;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Option;

/** The options by which every command is given its settings. */
public final class SettingsOptions {
  private static final Logger LOG = LoggerFactory.getLogger(SettingsOptions.class);

  @Option(
      showDefaultValue = NEVER,
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description = "Settings as a properties file.")
  private Optional<Path> file = Optional.empty();

  @Option(
      showDefaultValue = NEVER,
      names = "-D",
      paramLabel = "KEY=VALUE",
      description = "A setting; before the environment (VERDICT_KEY), before the file.")
  private Map<String, String> overrides = new LinkedHashMap<>();

  /**
   * The settings, also printed to the log.
   *
   * @param defaults of the command, before the declared ones
   */
  public Settings load(Map<String, String> defaults) {
    Settings settings = read(defaults, overrides);
    settings.printable().forEach((key, value) -> LOG.info("Setting {} = {}", key, value));
    ClientNames.unknown(settings).forEach(LOG::warn);
    return settings;
  }

  /** The settings, for a command whose output is not a log. */
  public Settings read() {
    return read(Map.of(), overrides);
  }

  /**
   * The settings, for a command whose output is not a log.
   *
   * @param options of the command that stand for settings, before all others
   */
  public Settings readWith(Map<String, String> options) {
    Map<String, String> all = new LinkedHashMap<>(overrides);
    all.putAll(options);
    return read(Map.of(), all);
  }

  /** Where each setting that is not at its default comes from. */
  Map<String, String> origins() {
    return SettingsLoader.origins(file, System.getenv(), overrides);
  }

  private Settings read(Map<String, String> defaults, Map<String, String> given) {
    Settings settings = SettingsLoader.load(defaults, file, System.getenv(), given);
    if (settings.torchThreads() > 0) {
      TorchRuntime.configureThreads(settings.torchThreads());
    }
    return settings;
  }
}
