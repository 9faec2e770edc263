package dev.verdict.trainer.training;

import dev.verdict.checkpoint.CheckpointFolder;
import dev.verdict.config.PretrainingRecipe;
import dev.verdict.config.SettingsException;
import dev.verdict.config.VocabularySettings;
import dev.verdict.contract.Json;
import dev.verdict.model.DistilBertConfig;
import dev.verdict.model.MaskedLanguageModel;
import dev.verdict.model.Preset;
import dev.verdict.text.ReviewTokenizer;
import dev.verdict.text.TokenizerFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Makes a base out of unlabelled texts: a language model, its tokenizer, {@code pretraining.json}
 * and {@code README.md}.
 *
 * @param vocabulary learned from the texts, where one is
 * @param maxLength most tokens of a text
 * @param seed of weights, order, masks and dropout
 * @param stateInterval least time between two writes of a run's state
 */
public record Pretrainer(
    PretrainingRecipe recipe,
    VocabularySettings vocabulary,
    int maxLength,
    long seed,
    Duration stateInterval,
    BaseFetcher fetcher) {
  // A language model has no classes, a configuration at least two.
  private static final List<String> NO_CLASSES = List.of("LABEL_0", "LABEL_1");

  /** Contents of {@code pretraining.json}. */
  record Report(
      String base,
      PretrainingRecipe arguments,
      VocabularySettings vocabulary,
      int maxLength,
      long seed,
      long texts,
      Pretraining.Result result,
      Map<String, String> libraries,
      Instant finishedAt) {}

  /**
   * Pretrains.
   *
   * @param base {@code scratch:<preset>}, a folder or {@code hf://owner/name[@revision]}
   * @param texts unlabelled, in any number
   * @param staged empty folder that the files are written into
   * @param state file in which the run keeps its state and finds it again; the caller removes it
   * @throws SettingsException if the base cannot be there
   * @throws TrainingStoppedException when it was asked to stop
   */
  public Pretraining.Result pretrain(
      String base,
      List<String> texts,
      Path staged,
      Path state,
      ProgressListener listener,
      BooleanSupplier stopped)
      throws IOException {
    BaseModel.check("option --base", base);
    Path folder = BaseModel.isScratch(base) ? staged : BaseModel.folder(base, fetcher);
    try (MaskedLanguageModel model = open(base, folder, texts, staged);
        ReviewTokenizer tokenizer =
            ReviewTokenizer.open(staged, Math.min(maxLength, model.config().maxPositions()))) {
      Resumption resumption = new Resumption(state, run(base, folder, texts), stateInterval);
      Pretraining.Result result =
          new Pretraining(recipe, seed, listener, stopped, Optional.of(resumption))
              .run(model, tokenizer, texts);
      model.save(staged);
      Report report =
          new Report(
              base,
              recipe,
              vocabulary,
              maxLength,
              seed,
              texts.size(),
              result,
              TrainingReport.libraryVersions(),
              Instant.now().truncatedTo(ChronoUnit.MILLIS));
      Files.write(staged.resolve("pretraining.json"), Json.writePretty(report));
      Files.write(staged.resolve("README.md"), card(report).getBytes(StandardCharsets.UTF_8));
      return result;
    }
  }

  /** What makes a run the same as another. */
  private String run(String base, Path folder, List<String> texts) throws IOException {
    return String.join(
        " ",
        base,
        CheckpointFolder.sha256(
            folder.resolve(BaseModel.isScratch(base) ? "vocab.txt" : "model.safetensors")),
        DataFingerprint.inOrder(texts.stream().map(text -> new Example("", text, ""))),
        "" + maxLength,
        "" + seed,
        recipe.toString());
  }

  private MaskedLanguageModel open(String base, Path folder, List<String> texts, Path staged)
      throws IOException {
    if (BaseModel.isScratch(base)) {
      Preset preset = BaseModel.preset(base);
      List<String> entries = BaseModel.vocabularyTrainer(vocabulary, preset).train(texts);
      DistilBertConfig config = preset.languageModelConfig(entries.size(), NO_CLASSES);
      TokenizerFiles.write(staged, entries, config.maxPositions());
      return MaskedLanguageModel.random(config, seed);
    }
    TokenizerFiles.copy(folder, staged);
    return MaskedLanguageModel.open(folder, seed);
  }

  private static String card(Report report) {
    return String.format(
        Locale.ROOT,
        """
        ---
        library_name: transformers
        pipeline_tag: fill-mask
        ---

        # A DistilBERT language model

        Pretrained by Verdict from `%s` on %,d unlabelled texts (%,d tokens), %d steps, seed %d.
        A masked word costs %.4f nats on texts that it was not trained on (perplexity %.1f).
        It is a base for `verdict train --base`.
        """,
        report.base(),
        report.texts(),
        report.result().tokens(),
        report.result().steps(),
        report.seed(),
        report.result().best().validationLoss(),
        Math.exp(report.result().best().validationLoss()));
  }
}
