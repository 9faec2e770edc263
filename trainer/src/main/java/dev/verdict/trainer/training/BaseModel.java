package dev.verdict.trainer.training;

import dev.verdict.checkpoint.CheckpointFolder;
import dev.verdict.config.SettingsException;
import dev.verdict.config.VocabularySettings;
import dev.verdict.hub.HubReference;
import dev.verdict.model.DistilBertConfig;
import dev.verdict.model.Preset;
import dev.verdict.model.TrainableClassifier;
import dev.verdict.text.ReviewTokenizer;
import dev.verdict.text.TokenizerFiles;
import dev.verdict.text.WordPieceTrainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What training starts from: random weights with a vocabulary learned from the training texts, or a
 * checkpoint. Owns native memory until closed.
 *
 * @param name as it is told to people: {@code scratch:<preset>}, a folder, {@code hf://…} or a
 *     version
 * @param pretrained whether the weights were trained before, which chooses the recipe
 * @param model with the asked classes
 * @param tokenizer reads the checkpoint folder's tokenizer files
 * @param origin SHA-256 in hex of the weights, or of the vocabulary for random ones
 */
public record BaseModel(
    String name,
    boolean pretrained,
    TrainableClassifier model,
    ReviewTokenizer tokenizer,
    String origin)
    implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BaseModel.class);
  private static final String SCRATCH = "scratch:";
  private static final String HUB = "hf://";

  /**
   * Refuses a base that cannot be there, before anything waits for it.
   *
   * @param setting named in the fault
   * @throws SettingsException if the base is a folder without a model, or names no preset or model
   *     of the Hub
   */
  public static void check(String setting, String base) {
    if (isScratch(base)) {
      checkPreset(setting, base);
      return;
    }
    if (base.startsWith(HUB)) {
      checkReference(setting, base);
      return;
    }
    if (!Files.isRegularFile(Path.of(base).resolve("config.json"))) {
      throw new SettingsException(
          "Invalid value %s for %s: must be scratch:<preset>, hf://owner/name[@revision] or a folder that holds config.json"
              .formatted(base, setting));
    }
  }

  private static void checkReference(String setting, String base) {
    try {
      HubReference.parse(base);
    } catch (IllegalArgumentException e) {
      throw new SettingsException(
          "Invalid value %s for %s: must look like hf://owner/name or hf://owner/name@revision"
              .formatted(base, setting));
    }
  }

  /**
   * Random weights.
   *
   * @param preset size of the model
   * @param settings of the vocabulary; the preset's own bound holds too
   * @param texts of the training split, which the vocabulary is learned from
   * @param checkpoint folder that the tokenizer files are written into
   */
  public static BaseModel random(
      Preset preset,
      VocabularySettings settings,
      Iterable<String> texts,
      List<String> classes,
      int maxLength,
      long seed,
      Path checkpoint)
      throws IOException {
    List<String> vocabulary = vocabularyTrainer(settings, preset).train(texts);
    DistilBertConfig config = preset.config(vocabulary.size(), classes);
    TokenizerFiles.write(checkpoint, vocabulary, config.maxPositions());
    String name = SCRATCH + preset.name().toLowerCase(java.util.Locale.ROOT);
    return new BaseModel(
        name,
        false,
        TrainableClassifier.random(config, seed),
        ReviewTokenizer.open(checkpoint, Math.min(maxLength, config.maxPositions())),
        CheckpointFolder.sha256(checkpoint.resolve("vocab.txt")));
  }

  /** Learns the vocabulary of a preset. */
  static WordPieceTrainer vocabularyTrainer(VocabularySettings settings, Preset preset) {
    int entries = Math.min(settings.size(), preset.maxVocabulary());
    return settings.pieces() ? new WordPieceTrainer(entries) : WordPieceTrainer.ofWords(entries);
  }

  /**
   * The weights of a checkpoint. Where its classes are others, the classes that remain keep their
   * part of the head and the rest of it is random.
   *
   * @param folder in Hugging Face's layout
   * @param checkpoint folder that the tokenizer files are copied into
   */
  public static BaseModel pretrained(
      String name, Path folder, List<String> classes, int maxLength, long seed, Path checkpoint)
      throws IOException {
    TokenizerFiles.copy(folder, checkpoint);
    TrainableClassifier model = TrainableClassifier.open(folder);
    try {
      if (!model.labels().equals(classes)) {
        LOG.info("Base {} has classes {}, gets a new head for {}", name, model.labels(), classes);
        model.withLabels(classes, seed);
      }
      return new BaseModel(
          name,
          true,
          model,
          ReviewTokenizer.open(checkpoint, Math.min(maxLength, model.config().maxPositions())),
          CheckpointFolder.sha256(folder.resolve("model.safetensors")));
    } catch (IOException | RuntimeException e) {
      model.close();
      throw e;
    }
  }

  /**
   * A base as it is written in settings, other than {@code champion}.
   *
   * @param split whose training texts a vocabulary is learned from, where one is
   */
  static BaseModel resolve(
      String base,
      BaseFetcher fetcher,
      VocabularySettings settings,
      Split split,
      List<String> classes,
      int maxLength,
      long seed,
      Path checkpoint)
      throws IOException {
    if (isScratch(base)) {
      return random(
          preset(base),
          settings,
          split.training().stream().map(Example::text).toList(),
          classes,
          maxLength,
          seed,
          checkpoint);
    }
    return pretrained(base, folder(base, fetcher), classes, maxLength, seed, checkpoint);
  }

  /** A model like this one: other random weights, or the same trained ones. */
  TrainableClassifier another(long seed) {
    return pretrained ? model.copy() : TrainableClassifier.random(model.config(), seed);
  }

  /** Whether the base is random weights. */
  static boolean isScratch(String base) {
    return base.startsWith(SCRATCH);
  }

  private static void checkPreset(String setting, String base) {
    try {
      preset(base);
    } catch (IllegalArgumentException e) {
      throw new SettingsException(
          "Invalid value %s for %s: %s".formatted(base, setting, e.getMessage()));
    }
  }

  /** The size of a base of random weights. */
  static Preset preset(String base) {
    return Preset.named(base.substring(SCRATCH.length()));
  }

  /** The folder of a base that is no random weights, fetched where it is not on this machine. */
  static Path folder(String base, BaseFetcher fetcher) throws IOException {
    return base.startsWith(HUB) ? fetcher.fetch(base) : Path.of(base);
  }

  @Override
  public void close() {
    tokenizer.close();
    model.close();
  }
}
