package dev.verdict.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.within;

import dev.verdict.text.TokenizedText;
import dev.verdict.text.TokenizerFiles;
import dev.verdict.text.WordPieceTrainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ClassifierTest {
  @TempDir private Path folder;

  @BeforeEach
  void writeCheckpoint() throws IOException {
    TinyCheckpoint.write(folder);
  }

  private static List<TokenizedText> texts(Classifier classifier, int count) {
    return TinyCheckpoint.randomTexts(count, classifier.config().vocabSize(), 5);
  }

  @Test
  void batchThenProbabilitiesInItsOrder() throws IOException {
    try (Classifier classifier = Classifier.open(folder, 128)) {
      List<TokenizedText> batch = texts(classifier, 9);
      float[][] probabilities = classifier.classify(batch);
      assertThat(probabilities).hasDimensions(9, 3);
      List<TokenizedText> reversed = new ArrayList<>(batch);
      Collections.reverse(reversed);
      float[][] again = classifier.classify(reversed);
      for (int row = 0; row < 9; row++) {
        assertThat(probabilities[row][0] + probabilities[row][1] + probabilities[row][2])
            .isCloseTo(1, within(1e-5f));
        assertThat(again[8 - row]).containsExactly(probabilities[row], within(1e-5f));
      }
      assertThat(probabilities[0]).isNotEqualTo(probabilities[1]);
    }
  }

  @Test
  void textBesideOthersOfOtherLengthsThenAsAlone() throws IOException {
    try (Classifier classifier = Classifier.open(folder, 128)) {
      List<TokenizedText> batch = texts(classifier, 12);
      assertThat(batch.stream().mapToInt(TokenizedText::length).distinct().count())
          .isGreaterThan(1);
      float[][] together = classifier.classify(batch);
      for (int row = 0; row < batch.size(); row++) {
        float[] alone = classifier.classify(List.of(batch.get(row)))[0];
        assertThat(alone).containsExactly(together[row], within(1e-5f));
      }
    }
  }

  @Test
  void roundedToEightBitsThenNearlyTheSameAndOthersAsWell() throws IOException {
    try (Classifier exact = Classifier.open(folder, 128);
        Classifier rounded =
            Classifier.open(folder, new InferenceOptions(128, Precision.INT8, 1))) {
      List<TokenizedText> batch = texts(exact, 40);
      float[][] expected = exact.classify(batch);
      float[][] found = rounded.classify(batch);
      for (int row = 0; row < batch.size(); row++) {
        assertThat(found[row]).containsExactly(expected[row], within(0.02f));
      }
      assertThat(Arrays.deepEquals(found, expected)).isFalse();
      assertThat(rounded.classify(batch)).isDeepEqualTo(found);
      assertThat(rounded.parameterCount()).isEqualTo(exact.parameterCount());
    }
  }

  @ParameterizedTest
  @EnumSource(Precision.class)
  void batchesSideBySideThenEachAsAlone(Precision precision) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try (Classifier alone = Classifier.open(folder, new InferenceOptions(128, precision, 1));
        Classifier beside = Classifier.open(folder, new InferenceOptions(128, precision, 4))) {
      List<List<TokenizedText>> batches = new ArrayList<>();
      for (int rows = 1; rows <= 40; rows++) {
        batches.add(texts(alone, rows));
      }

      List<Future<float[][]>> running =
          batches.stream().map(batch -> threads.submit(() -> beside.classify(batch))).toList();

      for (int i = 0; i < batches.size(); i++) {
        float[][] expected = alone.classify(batches.get(i));
        float[][] found = running.get(i).get();
        for (int row = 0; row < expected.length; row++) {
          assertThat(found[row]).containsExactly(expected[row], within(1e-5f));
        }
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void closedWhileBatchesRunThenTheyEndAndNoneBeginsAnew() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try (Classifier classifier =
        Classifier.open(folder, new InferenceOptions(128, Precision.FLOAT32, 2))) {
      List<TokenizedText> batch = texts(classifier, 200);
      CountDownLatch running = new CountDownLatch(2);
      Callable<Integer> untilClosed =
          () -> {
            int done = 0;
            while (true) {
              try {
                assertThat(classifier.classify(batch)).hasDimensions(200, 3);
              } catch (ModelException e) {
                assertThat(e).hasMessage("The model is closed");
                return done;
              }
              if (done++ == 0) {
                running.countDown();
              }
            }
          };
      Future<Integer> first = threads.submit(untilClosed);
      Future<Integer> second = threads.submit(untilClosed);
      running.await();

      classifier.close();

      assertThat(first.get()).isPositive();
      assertThat(second.get()).isPositive();
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void textThatIsNoneThenItsBatchFailsAndTheNextSucceeds() throws IOException {
    try (Classifier classifier =
        Classifier.open(folder, new InferenceOptions(128, Precision.FLOAT32, 2))) {
      List<TokenizedText> batch = new ArrayList<>(texts(classifier, 40));
      batch.set(7, new TokenizedText(new long[] {classifier.config().vocabSize()}, false));
      assertThatExceptionOfType(ModelException.class)
          .isThrownBy(() -> classifier.classify(batch))
          .withMessageStartingWith("A text holds token ");
      assertThat(classifier.classify(texts(classifier, 40))).hasDimensions(40, 3);
    }
  }

  @Test
  void savedByTheTrainerThenServedTheSame() throws IOException {
    try (Classifier classifier = Classifier.open(folder, 128);
        TrainableClassifier trained = TrainableClassifier.open(folder)) {
      List<TokenizedText> batch = texts(classifier, 6);
      assertThat(classifier.classify(batch)).isDeepEqualTo(trained.probabilities(batch));
      assertThat(classifier.labels()).isEqualTo(TinyCheckpoint.LABELS);
      assertThat(classifier.parameterCount()).isEqualTo(trained.parameterCount());
    }
  }

  @Test
  void textsOfItsTokenizerThenClassified() throws IOException {
    try (Classifier classifier = Classifier.open(folder, 8)) {
      List<TokenizedText> batch =
          classifier.tokenizer().encode(List.of("good", "", "bad and good ".repeat(50)));
      assertThat(batch.get(2).truncated()).isTrue();
      assertThat(classifier.classify(batch)).hasDimensions(3, 3);
      assertThat(classifier.classify(List.of())).isEmpty();
      classifier.warmUp();
    }
  }

  @Test
  void maximumAboveThePositionsThenLowered() throws IOException {
    try (Classifier classifier = Classifier.open(folder, 10_000)) {
      assertThat(classifier.tokenizer().maxLength()).isEqualTo(64);
    }
  }

  @Test
  void twoOpenAndOneClosedThenTheOtherStillServes() throws IOException {
    Classifier old = Classifier.open(folder, 128);
    try (Classifier current = Classifier.open(folder, 128)) {
      List<TokenizedText> batch = texts(current, 4);
      float[][] before = current.classify(batch);
      old.close();
      old.close();
      assertThat(current.classify(batch)).isDeepEqualTo(before);
      assertThatExceptionOfType(ModelException.class)
          .isThrownBy(() -> old.classify(batch))
          .withMessage("The model is closed");
    }
  }

  @Test
  void textThatTheModelCannotTakeThenErrorAndTheModelServesOn() throws IOException {
    try (Classifier classifier = Classifier.open(folder, 128)) {
      int vocabSize = classifier.config().vocabSize();
      assertThatExceptionOfType(ModelException.class)
          .isThrownBy(() -> classifier.classify(List.of(new TokenizedText(new long[65], false))))
          .withMessage("A text has 65 tokens, the model takes 1 to 64");
      assertThatExceptionOfType(ModelException.class)
          .isThrownBy(
              () -> classifier.classify(List.of(new TokenizedText(new long[] {vocabSize}, false))))
          .withMessageContaining("holds token " + vocabSize);
      assertThatExceptionOfType(ModelException.class)
          .isThrownBy(() -> classifier.classify(List.of(new TokenizedText(new long[0], false))));
      assertThat(classifier.classify(texts(classifier, 2))).hasDimensions(2, 3);
    }
  }

  @Test
  void missingFileThenErrorNamesIt() throws IOException {
    Files.delete(folder.resolve("model.safetensors"));
    assertThatIOException()
        .isThrownBy(() -> Classifier.open(folder, 128))
        .withMessageContaining("holds no model.safetensors");
  }

  @Test
  void tokenizerLargerThanTheModelThenError() throws IOException {
    List<String> vocabulary =
        new WordPieceTrainer(200).train(List.of("many other letters: xyzqjk"));
    TokenizerFiles.write(folder, vocabulary, 64);
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> Classifier.open(folder, 128))
        .withMessageContaining("tokenizer of " + vocabulary.size() + " entries");
  }

  @Test
  void weightsOfAnotherShapeThenErrorNamesTheTensor() throws IOException {
    DistilBertConfig config = DistilBertConfig.read(folder);
    config.withLabels(List.of("one", "two")).write(folder);
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> Classifier.open(folder, 128))
        .withMessageContaining("classifier.weight of shape [3, 32]")
        .withMessageContaining("asks for [2, 32]");
  }

  @Test
  void oneWeightIsNotANumberThenRefusedThoughFewTextsWouldMeetIt() throws IOException {
    String name;
    try (TrainableClassifier model = TrainableClassifier.open(folder)) {
      List<NamedTensor> weights = model.snapshot().weights();
      name = weights.get(0).name();
      float[] embeddings = weights.get(0).data();
      embeddings[embeddings.length - 1] = Float.NaN;
      Safetensors.write(folder.resolve("model.safetensors"), weights);
    }
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> Classifier.open(folder, 128))
        .withMessage("Weight %s holds NaN, must be finite", name);
  }
}
