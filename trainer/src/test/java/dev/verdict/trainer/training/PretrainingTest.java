package dev.verdict.trainer.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verdict.config.PretrainingRecipe;
import dev.verdict.config.SettingsLoader;
import dev.verdict.config.VocabularySettings;
import dev.verdict.model.DistilBertConfig;
import dev.verdict.model.MaskedLanguageModel;
import dev.verdict.model.Preset;
import dev.verdict.model.TrainableClassifier;
import dev.verdict.text.MaskedText;
import dev.verdict.text.ReviewTokenizer;
import dev.verdict.text.TokenizedText;
import dev.verdict.text.TokenizerFiles;
import dev.verdict.text.WordPieceTrainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PretrainingTest {
  @TempDir private Path folder;

  private final List<String> texts =
      GeneratedReviews.of("r", 400, 11).stream().map(Example::text).toList();

  @Test
  void wordsFromASmallVocabularyThenTheModelLearnsToFillThemInAndIsABase() throws IOException {
    List<String> vocabulary = new WordPieceTrainer(200).train(texts);
    DistilBertConfig config = Preset.TINY.config(vocabulary.size(), List.of("a", "b"));
    TokenizerFiles.write(folder, vocabulary, config.maxPositions());
    PretrainingRecipe recipe =
        SettingsLoader.load(
                Optional.empty(),
                Map.of(),
                Map.of(
                    "pretrain.epochs", "12",
                    "pretrain.batch.tokens", "256",
                    "pretrain.warmup.steps", "10",
                    "pretrain.evaluation.steps", "50"))
            .pretraining();
    try (ReviewTokenizer tokenizer = ReviewTokenizer.open(folder, 32);
        MaskedLanguageModel model = MaskedLanguageModel.random(config, 1)) {
      Pretraining.Result result =
          new Pretraining(recipe, 42, new LoggedProgress("test"), () -> false, Optional.empty())
              .run(model, tokenizer, texts);

      // Ten neutral words, four good and four bad ones: at best some log(14) of them by chance.
      assertThat(result.curve().get(0).validationLoss())
          .isGreaterThan(result.best().validationLoss());
      assertThat(result.best().validationLoss()).isLessThan(Math.log(18) * 0.95);
      model.save(folder);
      List<TokenizedText> some = tokenizer.encode(texts.subList(0, 8));
      try (TrainableClassifier classifier = TrainableClassifier.open(folder, 3);
          MaskedLanguageModel again = MaskedLanguageModel.open(folder, 3)) {
        List<MaskedText> masked = masked(some, tokenizer, config);
        assertThat(again.loss(masked)).isEqualTo(model.loss(masked));
        assertThat(classifier.probabilities(some)).hasDimensions(8, 2);
      }
    }
  }

  @Test
  void stoppedAndTakenUpAgainThenTheSameWeightsBitForBit() throws IOException {
    Map<String, String> recipe =
        Map.of(
            "pretrain.max.steps", "20",
            "pretrain.batch.tokens", "256",
            "pretrain.schedule", "reduce_on_plateau",
            "pretrain.evaluation.steps", "4");
    Pretraining.Result whole = new Stopping("whole").pretrain(recipe);
    byte[] weights = weights("whole");

    for (int stopAt : List.of(1, 4, 9)) {
      String name = "stopped-" + stopAt;
      Stopping stopped = new Stopping(name);
      stopped.stopAt = stopAt;
      assertThatThrownBy(() -> stopped.pretrain(recipe))
          .isInstanceOf(TrainingStoppedException.class);
      Stopping resumed = new Stopping(name);

      assertThat(resumed.pretrain(recipe).curve()).isEqualTo(whole.curve());
      assertThat(resumed.steps.get(0)).isEqualTo(stopAt + 1);
      assertThat(weights(name)).as("stopped at %d", stopAt).isEqualTo(weights);
    }
  }

  @Test
  void killedThenItGoesOnAfterTheLastStateThatWasWritten() throws IOException {
    Map<String, String> recipe = Map.of("pretrain.max.steps", "12", "pretrain.batch.tokens", "256");
    new Stopping("whole").pretrain(recipe);
    Stopping killed = new Stopping("killed");
    killed.interval = Duration.ZERO;
    killed.atStep =
        () -> {
          if (killed.steps.size() == 7) {
            throw new IllegalStateException("killed");
          }
        };
    assertThatThrownBy(() -> killed.pretrain(recipe)).hasMessage("killed");
    Stopping resumed = new Stopping("killed");
    resumed.pretrain(recipe);

    assertThat(resumed.steps.get(0)).isEqualTo(7);
    assertThat(weights("killed")).isEqualTo(weights("whole"));
  }

  @Test
  void anotherPresetThenTheRunBeginsAnew() throws IOException {
    Map<String, String> recipe = Map.of("pretrain.max.steps", "2", "pretrain.batch.tokens", "256");
    Stopping tiny = new Stopping("preset");
    tiny.stopAt = 1;
    assertThatThrownBy(() -> tiny.pretrain(recipe)).isInstanceOf(TrainingStoppedException.class);
    Stopping mini = new Stopping("preset");
    mini.base = "scratch:mini";
    mini.pretrain(recipe);

    assertThat(mini.steps).containsExactly(1, 2);
  }

  private byte[] weights(String name) throws IOException {
    return Files.readAllBytes(folder.resolve(name + "/model.safetensors"));
  }

  /** Pretrains into a folder of its name, with the state beside it. */
  private final class Stopping implements ProgressListener {
    private final String name;
    private final List<Integer> steps = new ArrayList<>();
    private Runnable atStep = () -> {};
    private Duration interval = Duration.ofDays(1);
    private String base = "scratch:tiny";
    private int stopAt;

    Stopping(String name) {
      this.name = name;
    }

    @Override
    public void stepped(Progress progress) {
      steps.add(progress.step());
      atStep.run();
    }

    @Override
    public void validated(Progress progress) {}

    Pretraining.Result pretrain(Map<String, String> recipe) throws IOException {
      return new Pretrainer(
              SettingsLoader.load(Optional.empty(), Map.of(), recipe).pretraining(),
              new VocabularySettings(200, true),
              32,
              42,
              interval,
              reference -> {
                throw new IOException("Nothing is fetched here: " + reference);
              })
          .pretrain(
              base,
              texts,
              Files.createDirectories(folder.resolve(name)),
              folder.resolve(name + ".safetensors"),
              this,
              () -> stopAt > 0 && steps.size() == stopAt);
    }
  }

  private static List<MaskedText> masked(
      List<TokenizedText> texts, ReviewTokenizer tokenizer, DistilBertConfig config)
      throws IOException {
    WordMasking masking = new WordMasking(tokenizer.maskId(), config.vocabSize(), 0.15);
    Random random = new Random(1);
    return texts.stream().map(text -> masking.toFillIn(text, random)).toList();
  }

  @Test
  void manyTextsThenTheSharesOfDevlinAndOthers() {
    TokenizedText text = new TokenizedText(LongStream.range(1000, 1102).toArray(), false);
    WordMasking masking = new WordMasking(4, 1000, 0.15);
    Random random = new Random(7);
    int chosen = 0;
    int masked = 0;
    int kept = 0;
    for (int i = 0; i < 1000; i++) {
      MaskedText hidden = masking.toFillIn(text, random);
      for (int j = 0; j < hidden.positions().length; j++) {
        int at = hidden.positions()[j];
        assertThat(at).isBetween(1, 100);
        assertThat(hidden.words()[j]).isEqualTo(1000 + at);
        chosen++;
        masked += hidden.masked().ids()[at] == 4 ? 1 : 0;
        kept += hidden.masked().ids()[at] == 1000 + at ? 1 : 0;
      }
      assertThat(hidden.masked().ids()[0]).isEqualTo(1000);
      assertThat(hidden.masked().ids()[101]).isEqualTo(1101);
    }
    assertThat(chosen).isBetween(14_500, 15_500);
    assertThat((double) masked / chosen).isBetween(0.78, 0.82);
    assertThat((double) kept / chosen).isBetween(0.08, 0.12);
  }

  @Test
  void shortTextThenAtLeastOneWordIsHidden() {
    WordMasking masking = new WordMasking(4, 1000, 0.01);
    TokenizedText one = new TokenizedText(new long[] {2, 77, 3}, false);

    MaskedText hidden = masking.toFillIn(one, new Random(1));

    assertThat(hidden.positions()).containsExactly(1);
    assertThat(hidden.words()).containsExactly(77);
    assertThat(
            masking
                .toFillIn(new TokenizedText(new long[] {2, 3}, false), new Random(1))
                .positions())
        .isEmpty();
  }
}
