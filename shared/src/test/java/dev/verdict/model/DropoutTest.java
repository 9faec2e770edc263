package dev.verdict.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.verdict.text.TokenizedText;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class DropoutTest {
  private static final DistilBertConfig CONFIG =
      Preset.TINY.config(100, List.of("negative", "positive"));
  private static final TrainingTask TASK =
      TrainingTask.classify(
          PackedBatch.of(List.of(text(40), text(30)), CONFIG), new int[2], new float[0]);

  @Test
  void ratesThenThatShareIsDropped() {
    try (NDManager scope = manager()) {
      NDList masks = dropout(0.1, 0.25, 0.5, 7).masks(scope, TASK);

      assertThat(share(masks.get(0))).isCloseTo(0.1, within(0.01));
      assertThat(share(masks.get(1))).isCloseTo(0.25, within(0.02));
      assertThat(share(masks.get(masks.size() - 2))).isCloseTo(0.5, within(0.1));
    }
  }

  @Test
  void classifierThenAMaskForTheEmbeddingsEachLayerAndTheHead() {
    try (NDManager scope = manager()) {
      NDList masks = dropout(0.1, 0.1, 0.1, 7).masks(scope, TASK);

      // Of each layer, attention of two runs and the feed-forward layer; and the closing one.
      assertThat(masks).hasSize(1 + 3 * CONFIG.layers() + 1 + 1);
      assertThat(masks.get(0).getShape().getShape()).containsExactly(70, CONFIG.width());
      assertThat(masks.get(1).getShape().getShape()).containsExactly(1, CONFIG.heads(), 40, 40);
      assertThat(masks.get(3 * CONFIG.layers()).getShape().getShape())
          .as("the last layer computes the first tokens alone")
          .containsExactly(2, CONFIG.width());
    }
  }

  @Test
  void seedThenTheSameMasksAndNoOther() {
    try (NDManager scope = manager()) {
      boolean[] once = dropout(0.1, 0.1, 0.1, 7).masks(scope, TASK).get(0).toBooleanArray();
      boolean[] again = dropout(0.1, 0.1, 0.1, 7).masks(scope, TASK).get(0).toBooleanArray();
      boolean[] other = dropout(0.1, 0.1, 0.1, 8).masks(scope, TASK).get(0).toBooleanArray();

      assertThat(again).isEqualTo(once);
      assertThat(other).isNotEqualTo(once);
      assertThat(Arrays.copyOf(once, CONFIG.width()))
          .as("no row like the next")
          .isNotEqualTo(Arrays.copyOfRange(once, CONFIG.width(), 2 * CONFIG.width()));
    }
  }

  @Test
  void noRateThenNoMask() {
    try (NDManager scope = manager()) {
      assertThat(Dropout.none().masks(scope, TASK)).hasSize(1);
      assertThat(dropout(0, 0, 1e-9, 7).head()).as("rounded to a 65,536th").isZero();
    }
  }

  private static Dropout dropout(double all, double attention, double head, int seed) {
    return new Dropout(CONFIG.layers(), CONFIG.heads(), CONFIG.width(), all, attention, head, seed);
  }

  private static double share(NDArray mask) {
    boolean[] values = mask.toBooleanArray();
    int dropped = 0;
    for (boolean value : values) {
      dropped += value ? 1 : 0;
    }
    return (double) dropped / values.length;
  }

  private static TokenizedText text(int length) {
    return new TokenizedText(LongStream.range(5, 5 + length).toArray(), false);
  }

  private static NDManager manager() {
    return TorchRuntime.start().newBaseManager(Device.cpu());
  }
}
