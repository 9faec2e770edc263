package dev.verdict.model;

import dev.verdict.text.TokenizedText;
import dev.verdict.text.TokenizerFiles;
import dev.verdict.text.WordPieceTrainer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A checkpoint of random weights that is small enough for a quick test. */
final class TinyCheckpoint {
  static final List<String> LABELS = List.of("bad", "good", "mixed");

  private static final List<String> TEXTS =
      List.of("a good thing, good", "a bad thing, bad", "good and bad and so and so");

  private TinyCheckpoint() {}

  static DistilBertConfig config(int vocabSize) {
    return new DistilBertConfig(vocabSize, 64, false, 2, 2, 32, 64, 0.1, 0.1, 0.2, 0.02, 0, LABELS);
  }

  /** Writes weights, configuration and tokenizer; the weights are large enough to matter. */
  static void write(Path folder) throws IOException {
    List<String> vocabulary = new WordPieceTrainer(100).train(TEXTS);
    TokenizerFiles.write(folder, vocabulary, 64);
    try (TrainableClassifier model = TrainableClassifier.random(config(vocabulary.size()), 7)) {
      List<TokenizedText> texts = randomTexts(8, vocabulary.size(), 1);
      int[] labels = {0, 1, 2, 0, 1, 2, 0, 1};
      for (int step = 0; step < 5; step++) {
        model.trainStep(texts, labels, StepSettings.of(1e-2).withSeed(step));
      }
      model.save(folder);
    }
  }

  /** Texts of 2 to 13 random tokens. */
  static List<TokenizedText> randomTexts(int count, int vocabSize, long seed) {
    Random random = new Random(seed);
    List<TokenizedText> texts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      long[] ids = new long[2 + random.nextInt(12)];
      for (int k = 0; k < ids.length; k++) {
        ids[k] = 1L + random.nextInt(vocabSize - 1);
      }
      texts.add(new TokenizedText(ids, false));
    }
    return texts;
  }
}
