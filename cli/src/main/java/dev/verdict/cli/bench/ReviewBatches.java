package dev.verdict.cli.bench;

import dev.verdict.checkpoint.CheckpointFolder;
import dev.verdict.config.TrainingRecipe.Batches;
import dev.verdict.model.DistilBertConfig;
import dev.verdict.model.FlopCount;
import dev.verdict.model.Preset;
import dev.verdict.text.ReviewTokenizer;
import dev.verdict.text.TokenizedText;
import dev.verdict.text.TokenizerFiles;
import dev.verdict.text.WordPieceTrainer;
import dev.verdict.trainer.data.DataColumns;
import dev.verdict.trainer.data.DataFiles;
import dev.verdict.trainer.data.DataRow;
import dev.verdict.trainer.training.LengthGroupedBatches;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Batches of real reviews as training makes them: texts of like length together, each batch padded
 * to its longest.
 *
 * @param config of the model, whose vocabulary is learned from the reviews
 * @param batches of one epoch, in random order
 */
record ReviewBatches(DistilBertConfig config, List<List<TokenizedText>> batches) {
  private static final long SEED = 1;

  /** The texts of files, as for {@code verdict train}. */
  static List<String> read(List<Path> files) {
    return DataFiles.unlabelled(DataColumns.DEFAULT).read(files).stream()
        .map(DataRow::text)
        .toList();
  }

  static ReviewBatches of(List<String> texts, Preset preset, int rows) throws IOException {
    List<String> vocabulary = new WordPieceTrainer(preset.maxVocabulary()).train(texts);
    DistilBertConfig config = preset.config(vocabulary.size(), BenchModel.LABELS);
    Path folder = Files.createTempDirectory("verdict-bench-");
    TokenizerFiles.write(folder, vocabulary, config.maxPositions());
    try (ReviewTokenizer tokenizer = ReviewTokenizer.open(folder, config.maxPositions())) {
      List<TokenizedText> encoded = tokenizer.encode(texts);
      int[] lengths = encoded.stream().mapToInt(TokenizedText::length).toArray();
      return new ReviewBatches(
          config,
          LengthGroupedBatches.plan(lengths, new Batches(rows, 0, 1), new Random(SEED)).stream()
              .map(batch -> batch.stream().map(encoded::get).toList())
              .toList());
    } finally {
      CheckpointFolder.deleteRecursively(folder);
    }
  }

  /** Operations of a step that the texts themselves need, without padding. */
  static long operations(DistilBertConfig config, List<TokenizedText> batch) {
    return batch.stream().mapToLong(text -> FlopCount.trainingStep(config, 1, text.length())).sum();
  }

  /** The same texts at the model's longest length, one of them a token shorter, as under a mask. */
  List<TokenizedText> fullLength(List<TokenizedText> batch) {
    long[] ids = new long[config.maxPositions()];
    Arrays.fill(ids, config.vocabSize() - 1L);
    TokenizedText full = new TokenizedText(ids, true);
    TokenizedText shorter = new TokenizedText(Arrays.copyOf(ids, ids.length - 1), true);
    return batch.stream().map(text -> text.equals(batch.get(0)) ? shorter : full).toList();
  }
}
