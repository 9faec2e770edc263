package dev.verdict.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.verdict.text.TokenizedText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainableClassifierTest {
  private static final int VOCABULARY = 50;
  private static final List<TokenizedText> TEXTS = TinyCheckpoint.randomTexts(16, VOCABULARY, 11);
  private static final int[] LABELS = {0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0};

  private final DistilBertConfig config = TinyCheckpoint.config(VOCABULARY);

  private static float[] data(Snapshot snapshot, String name) {
    return snapshot.weights().stream()
        .filter(weight -> weight.name().equals(name))
        .findFirst()
        .orElseThrow()
        .data();
  }

  private static void train(TrainableClassifier model, int steps, StepSettings settings) {
    for (int step = 0; step < steps; step++) {
      model.trainStep(TEXTS, LABELS, settings.withSeed(step));
    }
  }

  @Test
  void sixteenTextsThenLearnedByHeart() {
    try (TrainableClassifier model = TrainableClassifier.random(config, 1)) {
      assertThat(model.loss(TEXTS, LABELS)).isCloseTo(Math.log(3), within(0.1));
      train(model, 100, StepSettings.of(3e-3).withMaxGradientNorm(1));
      assertThat(model.loss(TEXTS, LABELS)).isLessThan(0.05);
      float[][] probabilities = model.probabilities(TEXTS);
      for (int row = 0; row < TEXTS.size(); row++) {
        assertThat(probabilities[row][LABELS[row]]).isGreaterThan(0.8f);
      }
    }
  }

  @Test
  void sameSeedsThenSameWeightsBitForBit() {
    try (TrainableClassifier one = TrainableClassifier.random(config, 1);
        TrainableClassifier two = TrainableClassifier.random(config, 1);
        TrainableClassifier other = TrainableClassifier.random(config, 1)) {
      train(one, 5, StepSettings.of(1e-3));
      train(two, 5, StepSettings.of(1e-3));
      other.trainStep(TEXTS, LABELS, StepSettings.of(1e-3).withSeed(99));
      train(other, 4, StepSettings.of(1e-3));
      assertThat(one.probabilities(TEXTS)).isDeepEqualTo(two.probabilities(TEXTS));
      assertThat(one.probabilities(TEXTS)[0]).isNotEqualTo(other.probabilities(TEXTS)[0]);
    }
  }

  @Test
  void randomWeightsThenAsHuggingFaceInitializesThem() {
    try (TrainableClassifier model = TrainableClassifier.random(config, 1);
        TrainableClassifier other = TrainableClassifier.random(config, 2)) {
      Snapshot weights = model.snapshot();
      float[] words = data(weights, "distilbert.embeddings.word_embeddings.weight");
      assertThat(Arrays.copyOf(words, 32)).containsOnly(0f);
      double squares = 0;
      for (float value : words) {
        squares += value * value;
      }
      assertThat(Math.sqrt(squares / (words.length - 32))).isCloseTo(0.02, within(0.002));
      assertThat(data(weights, "distilbert.embeddings.LayerNorm.weight")).containsOnly(1f);
      assertThat(data(weights, "pre_classifier.bias")).containsOnly(0f);
      assertThat(data(other.snapshot(), "classifier.weight"))
          .isNotEqualTo(data(weights, "classifier.weight"));
    }
  }

  @Test
  void randomWeightsThenTheSameInEveryJvm() {
    try (TrainableClassifier model = TrainableClassifier.random(config, 1)) {
      assertThat(Arrays.copyOf(data(model.snapshot(), "classifier.weight"), 3))
          .containsExactly(0.004561344f, -0.023416258f, -0.010594811f);
    }
  }

  @Test
  void savedAndOpenedThenTheSameBits(@TempDir Path folder) throws IOException {
    try (TrainableClassifier model = TrainableClassifier.random(config, 1)) {
      train(model, 3, StepSettings.of(1e-3));
      model.save(folder);
      try (TrainableClassifier opened = TrainableClassifier.open(folder)) {
        assertThat(opened.config()).isEqualTo(model.config());
        assertThat(opened.probabilities(TEXTS)).isDeepEqualTo(model.probabilities(TEXTS));
        Path again = Files.createDirectory(folder.resolve("again"));
        opened.save(again);
        assertThat(again.resolve("model.safetensors"))
            .hasSameBinaryContentAs(folder.resolve("model.safetensors"));
      }
    }
  }

  @Test
  void snapshotRestoredThenTheWeightsOfThatMoment() {
    try (TrainableClassifier model = TrainableClassifier.random(config, 1)) {
      train(model, 3, StepSettings.of(1e-3));
      Snapshot best = model.snapshot();
      float[][] before = model.probabilities(TEXTS);
      train(model, 3, StepSettings.of(1e-2));
      assertThat(model.probabilities(TEXTS)[0]).isNotEqualTo(before[0]);
      model.restore(best);
      assertThat(model.probabilities(TEXTS)).isDeepEqualTo(before);
    }
  }

  @Test
  void snapshotOfAnotherShapeThenError() {
    try (TrainableClassifier model = TrainableClassifier.random(config, 1);
        TrainableClassifier two =
            TrainableClassifier.random(config.withLabels(List.of("a", "b")), 1)) {
      assertThatIllegalArgumentException().isThrownBy(() -> model.restore(two.snapshot()));
    }
  }

  @Test
  void otherClassesThenRowsOfThoseThatRemainAreKept() {
    try (TrainableClassifier model = TrainableClassifier.random(config, 1)) {
      train(model, 3, StepSettings.of(1e-3));
      Snapshot before = model.snapshot();
      model.withLabels(List.of("mixed", "new", "bad", "newer"), 5);
      assertThat(model.labels()).containsExactly("mixed", "new", "bad", "newer");
      Snapshot after = model.snapshot();
      assertThat(data(after, "pre_classifier.weight"))
          .isEqualTo(data(before, "pre_classifier.weight"));
      float[] old = data(before, "classifier.weight");
      float[] changed = data(after, "classifier.weight");
      assertThat(Arrays.copyOfRange(changed, 0, 32)).isEqualTo(Arrays.copyOfRange(old, 64, 96));
      assertThat(Arrays.copyOfRange(changed, 64, 96)).isEqualTo(Arrays.copyOfRange(old, 0, 32));
      assertThat(data(after, "classifier.bias")[2]).isEqualTo(data(before, "classifier.bias")[0]);
      assertThat(data(after, "classifier.bias")[1]).isZero();
      assertThat(model.probabilities(TEXTS)).hasDimensions(16, 4);
      train(model, 1, StepSettings.of(1e-3));
    }
  }

  @Test
  void baseWithoutAHeadThenRandomHead(@TempDir Path folder) throws IOException {
    List<NamedTensor> encoder;
    try (TrainableClassifier model = TrainableClassifier.random(config, 1)) {
      encoder =
          model.snapshot().weights().stream()
              .filter(weight -> weight.name().startsWith("distilbert."))
              .map(
                  weight ->
                      new NamedTensor(
                          weight.name().substring("distilbert.".length()),
                          weight.shape(),
                          weight.data()))
              .toList();
      config.write(folder);
    }
    Safetensors.write(folder.resolve("model.safetensors"), encoder);
    try (TrainableClassifier opened = TrainableClassifier.open(folder, 4);
        TrainableClassifier again = TrainableClassifier.open(folder, 4)) {
      assertThat(data(opened.snapshot(), encoder.get(4).name().replaceFirst("^", "distilbert.")))
          .isEqualTo(encoder.get(4).data());
      assertThat(opened.probabilities(TEXTS)).isDeepEqualTo(again.probabilities(TEXTS));
    }
  }

  @Test
  void frozenWeightsThenUnchangedAndTheOthersLearn() {
    try (TrainableClassifier model = TrainableClassifier.random(config, 1)) {
      Snapshot before = model.snapshot();
      StepSettings settings =
          StepSettings.of(1e-2).withFrozen(TrainableClassifier.frozenBelow(config.layers()));
      train(model, 2, settings.withWeightDecay(0.1, true));
      for (NamedTensor weight : model.snapshot().weights()) {
        boolean head = !weight.name().startsWith("distilbert.");
        assertThat(Arrays.equals(weight.data(), data(before, weight.name())))
            .as(weight.name())
            .isEqualTo(!head);
      }
      train(model, 1, StepSettings.of(1e-2));
      String first = "distilbert.transformer.layer.0.ffn.lin1.weight";
      assertThat(data(model.snapshot(), first)).isNotEqualTo(data(before, first));
    }
  }

  @Test
  void everythingFrozenThenError() {
    try (TrainableClassifier model = TrainableClassifier.random(config, 1)) {
      assertThatExceptionOfType(ModelException.class)
          .isThrownBy(() -> train(model, 1, StepSettings.of(1e-3).withFrozen(List.of(""))))
          .withMessageContaining("nothing is left to train");
    }
  }

  @Test
  void noDecayOfBiasesAndLayerNormsByDefault() {
    StepSettings decay = StepSettings.of(1e-30).withoutDropout().withWeightDecay(1e29, false);
    try (TrainableClassifier model = TrainableClassifier.random(config, 1)) {
      Snapshot before = model.snapshot();
      train(model, 1, decay);
      Snapshot after = model.snapshot();
      assertThat(data(after, "distilbert.embeddings.LayerNorm.weight"))
          .isEqualTo(data(before, "distilbert.embeddings.LayerNorm.weight"));
      assertThat(data(after, "classifier.weight")[0])
          .isCloseTo(0.9f * data(before, "classifier.weight")[0], within(1e-6f));
    }
  }

  @Test
  void lossThatIsNotFiniteThenErrorAndTheWeightsStay() {
    try (TrainableClassifier model = TrainableClassifier.random(config, 1)) {
      float[][] before = model.probabilities(TEXTS);
      StepSettings settings =
          StepSettings.of(1e-3).withClassWeights(List.of(Float.POSITIVE_INFINITY, 1f, 1f));
      assertThatExceptionOfType(ModelException.class)
          .isThrownBy(() -> train(model, 1, settings))
          .withMessageContaining("the weights are left as they were");
      assertThat(model.probabilities(TEXTS)).isDeepEqualTo(before);
      train(model, 1, StepSettings.of(1e-3));
      assertThat(model.loss(TEXTS, LABELS)).isFinite();
    }
  }

  @Test
  void classWeightsAndSmoothingThenTheLossThatTheyDefine() {
    List<TokenizedText> two = TEXTS.subList(0, 2);
    int[] labels = {0, 1};
    try (TrainableClassifier model = TrainableClassifier.random(config, 1)) {
      float[][] p = model.probabilities(two);
      double first = -Math.log(p[0][0]);
      double second = -Math.log(p[1][1]);
      StepSettings plain = StepSettings.of(1e-30).withoutDropout();
      assertThat(model.trainStep(two, labels, plain.withClassWeights(List.of(3f, 1f, 1f))))
          .isCloseTo((float) ((3 * first + second) / 4), within(1e-5f));
      double smooth = 0;
      for (float[] row : p) {
        smooth -= (Math.log(row[0]) + Math.log(row[1]) + Math.log(row[2])) / 3;
      }
      assertThat(model.trainStep(two, labels, plain.withLabelSmoothing(0.3)))
          .isCloseTo((float) ((0.7 * (first + second) + 0.3 * smooth) / 2), within(1e-5f));
    }
  }

  @Test
  void sharesOfTheClassesThenTheCrossEntropyThatTheyDefine() {
    List<TokenizedText> two = TEXTS.subList(0, 2);
    float[][] shares = {{0.7f, 0.2f, 0.1f}, {0, 0.5f, 0.5f}};
    StepSettings plain = StepSettings.of(1e-30).withoutDropout();
    try (TrainableClassifier model = TrainableClassifier.random(config, 1)) {
      float[][] p = model.probabilities(two);
      double loss = 0;
      for (int row = 0; row < shares.length; row++) {
        for (int column = 0; column < shares[row].length; column++) {
          loss -= shares[row][column] * Math.log(p[row][column]) / shares.length;
        }
      }
      assertThat(model.trainStep(two, shares, plain)).isCloseTo((float) loss, within(1e-5f));
      assertThat(model.addGradients(two, shares, plain, 0.5))
          .isCloseTo((float) loss, within(1e-5f));
      assertThat(model.trainStep(two, new float[][] {{1, 0, 0}, {0, 1, 0}}, plain))
          .isCloseTo(model.trainStep(two, new int[] {0, 1}, plain), within(1e-6f));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> model.trainStep(two, new float[][] {{1, 0}, {1, 0}}, plain))
          .withMessage("2 shares of a text, must be one for each of " + model.labels());
    }
  }

  @Test
  void copiedThenTheSameAnswersAndALifeOfItsOwn() {
    try (TrainableClassifier model = TrainableClassifier.random(config, 1);
        TrainableClassifier copy = model.copy()) {
      assertThat(copy.probabilities(TEXTS)).isDeepEqualTo(model.probabilities(TEXTS));
      train(copy, 1, StepSettings.of(1e-3));
      assertThat(copy.probabilities(TEXTS)[0]).isNotEqualTo(model.probabilities(TEXTS)[0]);
    }
  }

  @Test
  void trainedThenTheSameBitsAsACopyThatNeverWas() {
    DistilBertConfig tiny = Preset.TINY.config(VOCABULARY, List.of("a", "b", "c"));
    try (TrainableClassifier model = TrainableClassifier.random(tiny, 1)) {
      train(model, 3, StepSettings.of(1e-3));
      try (TrainableClassifier copy = model.copy()) {
        for (int length = 3; length <= 16; length++) {
          for (int rows = 1; rows <= 16; rows++) {
            List<TokenizedText> batch = batch(rows, length);
            assertThat(model.logits(batch))
                .as("%d texts of %d tokens", rows, length)
                .isEqualTo(copy.logits(batch));
          }
        }
      }
    }
  }

  /** Texts of which the first is shorter by one token. */
  private static List<TokenizedText> batch(int rows, int length) {
    return IntStream.range(0, rows)
        .mapToObj(
            row ->
                new TokenizedText(
                    LongStream.range(0, row == 0 ? length - 1 : length)
                        .map(i -> (7 * i + 3L * row) % VOCABULARY)
                        .toArray(),
                    false))
        .toList();
  }

  @Test
  void clippedGradientsThenTheStepOfTheirDirection() {
    StepSettings settings = StepSettings.of(1e-3).withoutDropout();
    try (TrainableClassifier free = TrainableClassifier.random(config, 1);
        TrainableClassifier loose = TrainableClassifier.random(config, 1);
        TrainableClassifier tight = TrainableClassifier.random(config, 1)) {
      train(free, 2, settings);
      train(loose, 2, settings.withMaxGradientNorm(1e6));
      train(tight, 2, settings.withMaxGradientNorm(1e-7));
      assertThat(loose.probabilities(TEXTS)).isDeepEqualTo(free.probabilities(TEXTS));
      // Far below epsilon, AdamW's own scaling no longer makes up for the clipping.
      double moved = free.loss(TEXTS, LABELS) - tight.loss(TEXTS, LABELS);
      assertThat(Math.abs(moved)).isGreaterThan(1e-4);
    }
  }

  @Test
  void impossibleBatchThenErrorSaysWhatIsAllowed() {
    try (TrainableClassifier model = TrainableClassifier.random(config, 1)) {
      StepSettings settings = StepSettings.of(1e-3);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> model.trainStep(List.of(), new int[0], settings));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> model.trainStep(TEXTS.subList(0, 1), new int[] {3}, settings))
          .withMessage("Label is 3, must be 0 to 2");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> model.trainStep(TEXTS, LABELS, settings.withClassWeights(List.of(1f))));
    }
  }

  @Test
  void twoModelsTrainAndOneServesAtOnceThenEachAsAlone() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(3);
    try (TrainableClassifier alone = TrainableClassifier.random(config, 1);
        TrainableClassifier one = TrainableClassifier.random(config, 1);
        TrainableClassifier two = TrainableClassifier.random(config, 1);
        TrainableClassifier served = TrainableClassifier.random(config, 1)) {
      float[][] untrained = served.probabilities(TEXTS);
      train(alone, 10, StepSettings.of(1e-3));
      Future<?> first = threads.submit(() -> train(one, 10, StepSettings.of(1e-3)));
      Future<?> second = threads.submit(() -> train(two, 10, StepSettings.of(1e-3)));
      Future<Boolean> serving =
          threads.submit(
              () -> {
                boolean same = true;
                for (int i = 0; i < 50; i++) {
                  same &= Arrays.deepEquals(served.probabilities(TEXTS), untrained);
                }
                return same;
              });
      first.get();
      second.get();
      assertThat(serving.get()).isTrue();
      assertThat(one.probabilities(TEXTS)).isDeepEqualTo(alone.probabilities(TEXTS));
      assertThat(two.probabilities(TEXTS)).isDeepEqualTo(alone.probabilities(TEXTS));
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void textsOfOtherLengthsInABatchThenTheGradientOfEachAlone() {
    List<TokenizedText> texts = Stream.of(10, 9, 7, 4).map(this::text).toList();
    int[] labels = {0, 1, 2, 0};
    try (TrainableClassifier model = TrainableClassifier.random(config, 1)) {
      List<NamedTensor> together = model.gradients(texts, labels);
      double[][] sums =
          together.stream().map(all -> new double[all.data().length]).toArray(double[][]::new);
      for (int row = 0; row < texts.size(); row++) {
        List<NamedTensor> alone = model.gradients(List.of(texts.get(row)), new int[] {labels[row]});
        for (int i = 0; i < sums.length; i++) {
          float[] values = alone.get(i).data();
          for (int j = 0; j < values.length; j++) {
            sums[i][j] += values[j] / texts.size();
          }
        }
      }
      for (int i = 0; i < sums.length; i++) {
        float[] values = together.get(i).data();
        double[] found = IntStream.range(0, values.length).mapToDouble(j -> values[j]).toArray();
        assertThat(found).as(together.get(i).name()).containsExactly(sums[i], within(1e-6));
      }
    }
  }

  @Test
  void dropoutThatDropsNothingThenTheStepWithoutIt() {
    List<TokenizedText> texts = Stream.of(10, 9, 7, 4).map(this::text).toList();
    int[] labels = {0, 1, 2, 0};
    StepSettings settings = StepSettings.of(1e-3).withMoments(0.9, 0.999, 1e-4);
    try (TrainableClassifier without = TrainableClassifier.random(config, 1);
        TrainableClassifier with = TrainableClassifier.random(config, 1)) {
      // The lowest rate there is: of a thousand weights of attention it drops none.
      with.setDropout(0, 1.0 / 65_536, 0);
      float expected = without.trainStep(texts, labels, settings.withoutDropout());
      assertThat(with.trainStep(texts, labels, settings)).isCloseTo(expected, within(1e-5f));
      for (int i = 0; i < without.snapshot().weights().size(); i++) {
        NamedTensor weight = without.snapshot().weights().get(i);
        assertThat(with.snapshot().weights().get(i).data())
            .as(weight.name())
            .containsExactly(weight.data(), within(1e-5f));
      }
    }
  }

  @Test
  void stepThenEveryWordMovesAsBySummedGradients() {
    // An epsilon of 1e-8 would make much of the last bits of gradients as small.
    StepSettings settings =
        StepSettings.of(1e-3)
            .withMoments(0.9, 0.999, 1e-4)
            .withWeightDecay(0.1, true)
            .withMaxGradientNorm(1);
    try (TrainableClassifier steps = TrainableClassifier.random(config, 1);
        TrainableClassifier sums = TrainableClassifier.random(config, 1)) {
      for (int step = 0; step < 4; step++) {
        List<TokenizedText> some = TEXTS.subList(4 * step, 4 * step + 4);
        int[] labels = Arrays.copyOfRange(LABELS, 4 * step, 4 * step + 4);
        StepSettings now = settings.withSeed(step);
        steps.trainStep(some, labels, now);
        sums.applyGradients(now, sums.addGradients(some, labels, now, 1));
      }
      String words = "distilbert.embeddings.word_embeddings.weight";
      assertThat(data(steps.snapshot(), words))
          .containsExactly(data(sums.snapshot(), words), within(1e-6f));
    }
  }

  @Test
  void unfrozenLayerByLayerThenEachLearns() {
    String lowest = "distilbert.transformer.layer.0.ffn.lin1.weight";
    try (TrainableClassifier model = TrainableClassifier.random(config, 1)) {
      Snapshot before = model.snapshot();
      for (int layer = config.layers(); layer >= 0; layer--) {
        List<String> frozen = TrainableClassifier.frozenBelow(layer);
        assertThat(data(model.snapshot(), lowest)).isEqualTo(data(before, lowest));
        train(model, 4, StepSettings.of(1e-3).withFrozen(frozen));
      }
      assertThat(data(model.snapshot(), lowest)).isNotEqualTo(data(before, lowest));
    }
  }

  @Test
  void takenUpInAFreshModelThenTheSameBits() {
    try (TrainableClassifier whole = TrainableClassifier.random(config, 1);
        TrainableClassifier resumed = TrainableClassifier.random(config, 2)) {
      train(whole, 6, StepSettings.of(1e-3));
      Map<String, NamedTensor> state =
          whole.state().stream()
              .collect(
                  Collectors.toMap(
                      NamedTensor::name,
                      tensor -> new NamedTensor(tensor.name(), tensor.shape(), tensor.data())));
      train(whole, 6, StepSettings.of(1e-3));
      resumed.restoreState(state);
      train(resumed, 6, StepSettings.of(1e-3));

      for (int i = 0; i < whole.snapshot().weights().size(); i++) {
        assertThat(resumed.snapshot().weights().get(i).data())
            .isEqualTo(whole.snapshot().weights().get(i).data());
      }
    }
  }

  @Test
  void paddingTokenInATextThenItsWordStays() {
    long[] ids = text(6).ids();
    ids[3] = config.padTokenId();
    List<TokenizedText> texts = List.of(new TokenizedText(ids, false), text(5));
    try (TrainableClassifier model = TrainableClassifier.random(config, 1)) {
      String table = "distilbert.embeddings.word_embeddings.weight";
      float[] before = data(model.snapshot(), table);
      model.trainStep(texts, new int[] {0, 1}, StepSettings.of(1e-3));
      float[] words = data(model.snapshot(), table);
      assertThat(Arrays.copyOf(words, config.width())).containsOnly(0f);
      int other = (int) ids[1] * config.width();
      assertThat(words[other]).isNotEqualTo(before[other]);
    }
  }

  private TokenizedText text(int length) {
    return new TokenizedText(LongStream.range(5, 5 + length).toArray(), false);
  }

  @Test
  void closedThenError() {
    TrainableClassifier model = TrainableClassifier.random(config, 1);
    train(model, 1, StepSettings.of(1e-3));
    model.close();
    model.close();
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> model.probabilities(TEXTS))
        .withMessage("The model is closed");
  }

  @Test
  void twoPassesThatAgreeThenConsistencyCostsNothing() {
    List<TokenizedText> twice = twice(TEXTS, TEXTS);
    try (TrainableClassifier model = TrainableClassifier.random(config, 1)) {
      assertThat(model.trainStep(twice, twice(LABELS), consistent().withoutDropout()))
          .isCloseTo((float) model.loss(TEXTS, LABELS), within(0.02f));
    }
  }

  @Test
  void twoPassesThatDifferThenTheirDivergenceIsAdded() {
    List<TokenizedText> others = TinyCheckpoint.randomTexts(16, VOCABULARY, 12);
    List<TokenizedText> both = twice(TEXTS, others);
    try (TrainableClassifier model = TrainableClassifier.random(config, 1)) {
      train(model, 30, StepSettings.of(3e-3));
      double crossEntropy = model.loss(both, twice(LABELS));
      float[][] one = model.probabilities(TEXTS);
      float[][] other = model.probabilities(others);
      double divergence = 0;
      for (int row = 0; row < one.length; row++) {
        for (int label = 0; label < 3; label++) {
          double p = one[row][label];
          double q = other[row][label];
          divergence += (p * Math.log(p / q) + q * Math.log(q / p)) / one.length;
        }
      }
      assertThat(divergence).isGreaterThan(0.1);
      assertThat(model.trainStep(both, twice(LABELS), consistent().withoutDropout()))
          .isCloseTo((float) (crossEntropy + 2.0 / 4 * divergence), within(1e-3f));
    }
  }

  @Test
  void passWithoutItsPartnerThenRefused() {
    try (TrainableClassifier model = TrainableClassifier.random(config, 1)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> model.trainStep(TEXTS.subList(0, 3), new int[] {0, 1, 2}, consistent()))
          .withMessageContaining("even number");
    }
  }

  private static StepSettings consistent() {
    return StepSettings.of(1e-3).withConsistency(2);
  }

  private static List<TokenizedText> twice(List<TokenizedText> first, List<TokenizedText> second) {
    return Stream.concat(first.stream(), second.stream()).toList();
  }

  private static int[] twice(int[] labels) {
    return IntStream.concat(Arrays.stream(labels), Arrays.stream(labels)).toArray();
  }
}
