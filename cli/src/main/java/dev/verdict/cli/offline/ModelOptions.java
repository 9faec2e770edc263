package dev.verdict.cli.offline;

import static picocli.CommandLine.Help.Visibility.NEVER;

import dev.verdict.cli.SettingsOptions;
import dev.verdict.config.Settings;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which model classifies, and how. */
final class ModelOptions {
  @Option(
      names = {"-m", "--model"},
      required = true,
      paramLabel = "DIR",
      description = "The checkpoint, a folder in Hugging Face's layout.")
  private Path folder = Path.of("");

  @Option(
      showDefaultValue = NEVER,
      names = "--max-length",
      paramLabel = "TOKENS",
      description = "Tokens of a text that the model reads. Otherwise model.max.length.")
  private Optional<String> maxLength = Optional.empty();

  @Option(
      showDefaultValue = NEVER,
      names = "--batch-tokens",
      paramLabel = "TOKENS",
      description = "Token budget of a batch. Otherwise batch.max.tokens.")
  private Optional<String> batchTokens = Optional.empty();

  /** Opens the model as settings and options say. */
  OpenModel open(SettingsOptions options) {
    Map<String, String> given = new LinkedHashMap<>();
    maxLength.ifPresent(value -> given.put("model.max.length", value));
    batchTokens.ifPresent(value -> given.put("batch.max.tokens", value));
    Settings settings = options.readWith(given);
    return OpenModel.of("option --model", folder, settings.batchLimits(), settings.inference());
  }
}
