package dev.verdict.cli.bench;

import dev.verdict.checkpoint.CheckpointFolder;
import dev.verdict.cli.source.SourcedReview;
import dev.verdict.cli.source.SyntheticReviews;
import dev.verdict.model.DistilBertConfig;
import dev.verdict.model.Preset;
import dev.verdict.model.TrainableClassifier;
import dev.verdict.text.TokenizedText;
import dev.verdict.text.TokenizerFiles;
import dev.verdict.text.WordPieceTrainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A model of random weights in a temporary folder: as fast as a trained one. */
final class BenchModel implements AutoCloseable {
  static final List<String> LABELS = List.of("negative", "neutral", "positive");

  private static final int VOCABULARY_REVIEWS = 2000;
  private static final long SEED = 1;

  private final Path folder;
  private final DistilBertConfig config;

  private BenchModel(Path folder, DistilBertConfig config) {
    this.folder = folder;
    this.config = config;
  }

  static BenchModel random(Preset preset) throws IOException {
    return random(preset, SEED);
  }

  /** The same arguments give the same weights. */
  static BenchModel random(Preset preset, long seed) throws IOException {
    List<String> texts = reviews(VOCABULARY_REVIEWS).stream().map(SourcedReview::text).toList();
    List<String> vocabulary = new WordPieceTrainer(preset.maxVocabulary()).train(texts);
    DistilBertConfig config = preset.config(vocabulary.size(), LABELS);
    Path folder = Files.createTempDirectory("verdict-bench-");
    try (TrainableClassifier model = TrainableClassifier.random(config, seed)) {
      model.save(folder);
    }
    TokenizerFiles.write(folder, vocabulary, config.maxPositions());
    return new BenchModel(folder, config);
  }

  /** Generated reviews of both domains. */
  static List<SourcedReview> reviews(int count) {
    List<SourcedReview> reviews = new ArrayList<>(count);
    try (SyntheticReviews source = SyntheticReviews.stream(SEED, count / 2, count - count / 2)) {
      source.forEachRemaining(reviews::add);
    }
    return reviews;
  }

  /** A full batch of random tokens, no padding. */
  static List<TokenizedText> batch(int rows, int length, int vocabulary) {
    Random random = new Random(SEED);
    List<TokenizedText> batch = new ArrayList<>(rows);
    for (int i = 0; i < rows; i++) {
      batch.add(new TokenizedText(random.longs(length, 5, vocabulary).toArray(), false));
    }
    return batch;
  }

  Path folder() {
    return folder;
  }

  DistilBertConfig config() {
    return config;
  }

  @Override
  public void close() throws IOException {
    CheckpointFolder.deleteRecursively(folder);
  }
}
