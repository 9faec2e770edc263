package dev.verdict.cli.offline;

import static picocli.CommandLine.Help.Visibility.NEVER;

import dev.verdict.cli.SettingsOptions;
import dev.verdict.config.Settings;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What every command that trains is told. */
final class TrainingOptions {
  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Folder that the model is written into; it must not exist.")
  private Path out = Path.of("");

  @Option(
      showDefaultValue = NEVER,
      names = {"-R", "--recipe"},
      paramLabel = "KEY=VALUE",
      description =
          "A setting of the recipe that the command uses, such as epochs=3; `verdict config` lists"
              + " them.")
  private Map<String, String> recipe = new LinkedHashMap<>();

  @Option(
      showDefaultValue = NEVER,
      names = "--seed",
      paramLabel = "NUMBER",
      description = "Of split, order, weights and dropout. Otherwise the setting seed.")
  private Optional<String> seed = Optional.empty();

  Path out() {
    return out;
  }

  /**
   * The settings with those of the options.
   *
   * @param prefix of the recipe that the command uses
   */
  Settings settings(SettingsOptions options, String prefix) {
    Map<String, String> given = new LinkedHashMap<>();
    recipe.forEach((key, value) -> given.put(prefix + key, value));
    seed.ifPresent(value -> given.put("seed", value));
    return options.readWith(given);
  }
}
