package dev.verdict.cli.offline;

import dev.verdict.model.DistilBertConfig;
import dev.verdict.model.StepSettings;
import dev.verdict.model.TrainableClassifier;
import dev.verdict.text.ReviewTokenizer;
import dev.verdict.text.TokenizedText;
import dev.verdict.text.TokenizerFiles;
import dev.verdict.text.WordPieceTrainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A checkpoint that tells good from bad by these words, made in a moment. */
public final class TinyModel {
  public static final List<String> LABELS = List.of("bad", "good");

  private static final List<String> TEXTS =
      List.of("a bad kettle", "a good kettle", "bad and bad", "good and good", "so bad", "so good");

  private TinyModel() {}

  /** Writes it into the folder, which is made. */
  public static Path write(Path folder) throws IOException {
    Files.createDirectories(folder);
    List<String> vocabulary = new WordPieceTrainer(100).train(TEXTS);
    TokenizerFiles.write(folder, vocabulary, 64);
    DistilBertConfig config =
        new DistilBertConfig(
            vocabulary.size(), 64, false, 1, 2, 32, 64, 0.0, 0.0, 0.0, 0.02, 0, LABELS);
    try (TrainableClassifier model = TrainableClassifier.random(config, 3);
        ReviewTokenizer tokenizer = ReviewTokenizer.open(folder, 64)) {
      List<TokenizedText> texts = tokenizer.encode(TEXTS);
      int[] labels = {0, 1, 0, 1, 0, 1};
      for (int step = 0; step < 30; step++) {
        model.trainStep(texts, labels, StepSettings.of(1e-2).withSeed(step));
      }
      model.save(folder);
    }
    return folder;
  }
}
