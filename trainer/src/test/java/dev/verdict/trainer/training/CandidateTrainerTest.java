package dev.verdict.trainer.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.verdict.checkpoint.DriftReferenceFile;
import dev.verdict.checkpoint.FolderStore;
import dev.verdict.checkpoint.StoredCheckpoint;
import dev.verdict.config.Settings;
import dev.verdict.config.SettingsException;
import dev.verdict.config.SettingsLoader;
import dev.verdict.contract.Json;
import dev.verdict.drift.NumericFeature;
import dev.verdict.drift.ProfileSketch;
import dev.verdict.drift.ReferenceProfile;
import dev.verdict.drift.ReviewSignals;
import dev.verdict.evaluation.HoldOut;
import dev.verdict.model.Classifier;
import dev.verdict.text.ReviewTokenizer;
import dev.verdict.trainer.training.TrainingPlan.Champion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CandidateTrainerTest {
  @TempDir private Path root;

  private final Settings settings =
      SettingsLoader.load(
          Optional.empty(),
          Map.of(),
          Map.ofEntries(
              Map.entry("model.max.length", "32"),
              Map.entry("scratch.epochs", "3"),
              Map.entry("scratch.batch.rows", "8"),
              Map.entry("scratch.learning.rate", "0.001"),
              Map.entry("scratch.warmup.steps", "4"),
              Map.entry("scratch.evaluation.steps", "10"),
              Map.entry("fine.tune.epochs", "1"),
              Map.entry("gate.examples", "20")));
  private final CandidateTrainer trainer =
      new CandidateTrainer(
          settings.trainer(),
          32,
          settings.batchLimits(),
          reference -> {
            throw new IOException("Cannot fetch " + reference);
          });
  private final Split split = Split.of(GeneratedReviews.of("r", 200, 11), new HoldOut(20), 20, 1);

  @Test
  void firstVersionThenTheCheckpointIsWholeVerifiesAndOpens() throws IOException {
    FolderStore store = new FolderStore(root);

    Candidate candidate = train(plan("scratch:tiny", Optional.empty(), List.of()), store);
    StoredCheckpoint stored = store.commit(candidate.folder(), "reviews", 1);

    try (Stream<Path> files = Files.list(stored.folder())) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .contains(
              "config.json",
              "model.safetensors",
              "tokenizer.json",
              "tokenizer_config.json",
              "training.json",
              "metrics.json",
              "drift-reference.json",
              "README.md",
              "MANIFEST.json");
    }
    Path verified =
        store.verified(stored.version(), stored.path(), stored.manifestSha256()).folder();
    try (Classifier classifier = Classifier.open(verified, 32)) {
      assertThat(classifier.labels()).containsExactly("negative", "positive");
      List<Long> done = new ArrayList<>();
      LabelledScores scores =
          LabelledScores.of(classifier, settings.batchLimits(), held(), done::add);
      assertThat(scores.matrix().rows()).isEqualTo(candidate.gate().challenger().rows());
      assertThat(scores.logLoss()).isBetween(0.0, Math.log(2));
      assertThat(done).endsWith(20L);
    }
    assertThat(new Gate(32, settings.batchLimits(), 0.9).test(verified, held(), () -> false).rows())
        .isEqualTo(candidate.gate().challenger().rows());
    assertThat(candidate.gate().challenger().total()).isEqualTo(20);
    assertThat(candidate.gate().outcome().promoted()).isTrue();
    assertThat(candidate.gate().challenger().macroF1()).isGreaterThan(0.9);
  }

  @Test
  void sealedThenTheDriftReferenceIsThatOfTheHeldOutReviews() throws IOException {
    FolderStore store = new FolderStore(root);
    Candidate candidate = train(plan("scratch:tiny", Optional.empty(), List.of()), store);
    StoredCheckpoint stored = store.commit(candidate.folder(), "reviews", 1);
    Path verified =
        store.verified(stored.version(), stored.path(), stored.manifestSha256()).folder();

    ReferenceProfile reference = DriftReferenceFile.read(verified).orElseThrow();

    assertThat(Files.readString(verified.resolve("MANIFEST.json")))
        .contains("drift-reference.json");
    assertThat(reference).isEqualTo(candidate.gate().tested().profile());
    assertThat(reference.reviews()).isEqualTo(20);
    List<String> predicted = candidate.gate().tested().predicted();
    assertThat(reference.predictedClasses().get("positive"))
        .isEqualTo(predicted.stream().filter("positive"::equals).count());
    try (ReviewTokenizer tokenizer = ReviewTokenizer.open(verified, 32)) {
      ProfileSketch served = new ProfileSketch();
      tokenizer
          .encode(held().stream().map(Example::text).toList())
          .forEach(
              text ->
                  served.add(new ReviewSignals("any", 0.5, text.contentLength(), text.unknown())));
      assertThat(reference.histogram(NumericFeature.TEXT_LENGTH))
          .isEqualTo(served.profile().histogram(NumericFeature.TEXT_LENGTH));
    }
    assertThat(new Gate(32, settings.batchLimits(), 0.9).answers(verified, held(), () -> false))
        .extracting(TestedExamples::profile)
        .isEqualTo(reference);
  }

  @Test
  void trainedTwiceThenTheSameDriftReferenceByteForByte() throws IOException {
    FolderStore store = new FolderStore(root);
    Path first = train(plan("scratch:tiny", Optional.empty(), List.of()), store).folder();
    Files.deleteIfExists(root.resolve("state"));
    Path second = train(plan("scratch:tiny", Optional.empty(), List.of()), store).folder();

    assertThat(second).isNotEqualTo(first);
    assertThat(second.resolve(DriftReferenceFile.NAME))
        .hasSameBinaryContentAs(first.resolve(DriftReferenceFile.NAME));
  }

  @Test
  void nothingIsHeldOutThenTheDriftReferenceIsThatOfTheValidation() throws IOException {
    Split all = new Split(split.training(), split.validation(), List.of());
    TrainingPlan plan =
        new TrainingPlan(
            "reviews", "x", "scratch:tiny", Optional.empty(), List.of(), all, Map.of(), 0, 42);

    Candidate candidate = train(plan, new FolderStore(root));

    assertThat(DriftReferenceFile.read(candidate.folder()).orElseThrow().reviews())
        .isEqualTo(split.validation().size());
  }

  @Test
  void generatedReviewsThenLearnedWithinFiveHundredSteps() throws IOException {
    Settings whole =
        SettingsLoader.load(
            Optional.empty(), Map.of(), Map.of("scratch.max.steps", "500", "gate.examples", "500"));
    Split reviews =
        Split.of(GeneratedReviews.of("r", 3000, 12), new HoldOut(20), 20, 1).withNewestHeldOut(500);
    TrainingPlan plan =
        new TrainingPlan(
            "reviews", "x", "scratch:tiny", Optional.empty(), List.of(), reviews, Map.of(), 0, 42);

    Candidate candidate =
        new CandidateTrainer(
                whole.trainer(),
                128,
                whole.batchLimits(),
                reference -> {
                  throw new IOException("Cannot fetch " + reference);
                })
            .train(
                plan,
                Files.createDirectory(root.resolve("staged")),
                root.resolve("state"),
                new LoggedProgress("x"),
                () -> false);

    assertThat(candidate.result().steps()).isLessThanOrEqualTo(500);
    assertThat(candidate.gate().challenger().total()).isEqualTo(500);
    assertThat(candidate.gate().challenger().macroF1()).isGreaterThan(0.95);
  }

  @Test
  void firstVersionThenItsFilesTellHowItCameToBe() throws IOException {
    Candidate candidate =
        train(plan("scratch:tiny", Optional.empty(), List.of()), new FolderStore(root));

    JsonNode training =
        Json.readTree(Files.readAllBytes(candidate.folder().resolve("training.json")));
    assertThat(training.at("/request_id").asText()).isEqualTo("x");
    assertThat(training.at("/source/recipe").asText()).isEqualTo("scratch");
    assertThat(training.at("/arguments/epochs").asInt()).isEqualTo(3);
    assertThat(training.at("/seed").asLong()).isEqualTo(42);
    assertThat(training.at("/data/training").asInt()).isEqualTo(split.training().size());
    assertThat(training.at("/data/fingerprint").asText())
        .isEqualTo(DataFingerprint.of(split.trainable()))
        .hasSize(64);
    assertThat(training.at("/libraries/pytorch").asText()).contains("2.7.1");
    JsonNode metrics =
        Json.readTree(Files.readAllBytes(candidate.folder().resolve("metrics.json")));
    assertThat(metrics.at("/curve").size()).isEqualTo(candidate.result().curve().size());
    assertThat(metrics.at("/held_out/examples").asInt()).isEqualTo(20);
    String card = Files.readString(candidate.folder().resolve("README.md"));
    assertThat(card)
        .contains("| class | trainable reviews |", "| learning rate | 0.001 |")
        .contains("| step | epoch | learning rate | loss | validation loss | macro F1 |")
        .contains("| actual \\ predicted | negative | positive |")
        .contains("first champion");
  }

  @Test
  void reviewsMayNotBeQuotedThenNoneIs() throws IOException {
    Map<String, String> once = Map.of("scratch.max.steps", "1", "model.max.length", "32");
    Map<String, String> unquoted = new HashMap<>(once);
    unquoted.put("report.wrong.examples", "0");
    String quoting = written(once);

    assertThat(held().stream().map(Example::text)).anyMatch(quoting::contains);
    assertThat(held().stream().map(Example::text)).noneMatch(written(unquoted)::contains);
  }

  /** Model card and report of a version that has learned next to nothing. */
  private String written(Map<String, String> changes) throws IOException {
    Settings changed = SettingsLoader.load(Optional.empty(), Map.of(), changes);
    Path staged = Files.createTempDirectory(root, "staged");
    new CandidateTrainer(
            changed.trainer(),
            changed.maxLength(),
            changed.batchLimits(),
            reference -> {
              throw new IOException("Cannot fetch " + reference);
            })
        .train(
            plan("scratch:tiny", Optional.empty(), List.of()),
            staged,
            staged.resolveSibling(staged.getFileName() + "-state"),
            new LoggedProgress("x"),
            () -> false);
    return Files.readString(staged.resolve("README.md"))
        + Files.readString(staged.resolve("report.html"));
  }

  @Test
  void retrainedFromTheChampionThenBothAreTestedOnTheSameReviews() throws IOException {
    FolderStore store = new FolderStore(root);
    StoredCheckpoint champion =
        store.commit(
            train(plan("scratch:tiny", Optional.empty(), List.of()), store).folder(), "reviews", 1);

    Candidate challenger =
        train(
            plan(
                "champion",
                Optional.of(new Champion(champion.version(), champion.folder())),
                List.of("negative", "positive")),
            store);

    assertThat(challenger.parent()).contains(champion.version());
    assertThat(challenger.base()).isEqualTo(champion.version());
    assertThat(challenger.gate().champion().orElseThrow().total())
        .isEqualTo(challenger.gate().challenger().total());
    assertThat(challenger.figures())
        .containsKeys("champion_holdout_macro_f1", "holdout_macro_f1", "validation_macro_f1");
  }

  @Test
  void addedClassThenTheHeadGrowsAndTheOtherClassesAreKept() throws IOException {
    FolderStore store = new FolderStore(root);
    Candidate champion = train(plan("scratch:tiny", Optional.empty(), List.of()), store);

    Candidate challenger =
        train(
            plan(
                "champion",
                Optional.of(new Champion("v000001-00000000", champion.folder())),
                List.of("negative", "positive", "mixed")),
            store);

    try (Classifier classifier = Classifier.open(challenger.folder(), 32)) {
      assertThat(classifier.labels()).containsExactly("negative", "positive", "mixed");
    }
    assertThat(challenger.gate().challenger().macroF1()).isGreaterThan(0.9);
  }

  @Test
  void sameExamplesInAnotherOrderThenTheSameFingerprint() {
    List<Example> examples = split.trainable().toList();

    assertThat(DataFingerprint.of(examples.stream().sorted((a, b) -> b.id().compareTo(a.id()))))
        .isEqualTo(DataFingerprint.of(examples.stream()));
    assertThat(DataFingerprint.of(examples.stream().skip(1)))
        .isNotEqualTo(DataFingerprint.of(examples.stream()));
  }

  @Test
  void baseThatCannotBeFetchedThenTheReason() {
    assertThatThrownBy(
            () ->
                train(plan("hf://owner/name", Optional.empty(), List.of()), new FolderStore(root)))
        .hasMessage("Cannot fetch hf://owner/name");
  }

  @Test
  void folderWithoutAModelThenRefusedBeforeAnythingWaits() {
    assertThatThrownBy(() -> BaseModel.check("configuration train.base", root.toString()))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("configuration train.base: must be")
        .hasMessageContaining("config.json");
  }

  private List<Example> held() {
    List<Example> heldOut = split.heldOut();
    return heldOut.subList(heldOut.size() - 20, heldOut.size());
  }

  private TrainingPlan plan(String base, Optional<Champion> champion, List<String> classes) {
    return new TrainingPlan(
        "reviews", "x", base, champion, classes, split.withNewestHeldOut(20), Map.of(), 0, 42);
  }

  private Candidate train(TrainingPlan plan, FolderStore store) throws IOException {
    return trainer.train(
        plan,
        store.stage("reviews"),
        root.resolve("state"),
        new LoggedProgress("test"),
        () -> false);
  }
}
