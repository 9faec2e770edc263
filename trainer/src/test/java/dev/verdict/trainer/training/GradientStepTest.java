package dev.verdict.trainer.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.verdict.model.ModelMemoryException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class GradientStepTest {
  private final List<String> calls = new ArrayList<>();

  /** A model whose memory holds so many examples; the loss of an example is its index. */
  private final class Small implements GradientStep.Learner {
    private final int fits;
    private double shares;

    Small(int fits) {
      this.fits = fits;
    }

    private float loss(List<Integer> batch) {
      if (batch.size() > fits) {
        throw new ModelMemoryException("too large", new IllegalStateException());
      }
      return (float) batch.stream().mapToInt(i -> i).average().orElseThrow();
    }

    @Override
    public float step(List<Integer> batch) {
      float loss = loss(batch);
      calls.add("step " + batch);
      return loss;
    }

    @Override
    public float addGradients(List<Integer> batch, double share) {
      float loss = loss(batch);
      shares += share;
      calls.add("add " + batch);
      return loss;
    }

    @Override
    public void apply(float loss) {
      calls.add("apply");
    }

    @Override
    public void drop() {
      calls.add("drop");
    }

    @Override
    public double weight(List<Integer> batch) {
      return batch.size();
    }
  }

  @Test
  void batchFitsThenOneStep() {
    assertThat(new GradientStep(new Small(4)).by(List.of(List.of(1, 2, 3, 4)))).isEqualTo(2.5f);
    assertThat(calls).containsExactly("step [1, 2, 3, 4]");
  }

  @Test
  void batchDoesNotFitThenItsPartsMakeTheSameStep() {
    Small model = new Small(2);
    GradientStep step = new GradientStep(model);

    assertThat(step.by(List.of(List.of(1, 2, 3, 4, 5)))).isCloseTo(3f, within(1e-6f));
    assertThat(calls).containsExactly("add [1, 2]", "add [3]", "add [4, 5]", "apply");
    assertThat(model.shares).isCloseTo(1, within(1e-9));
    // The whole, and the larger of its halves.
    assertThat(step.halved()).isEqualTo(2);
  }

  @Test
  void severalBatchesThenEachCountsByItsExamples() {
    Small model = new Small(4);

    assertThat(new GradientStep(model).by(List.of(List.of(0, 0, 0), List.of(4))))
        .isCloseTo(1f, within(1e-6f));
    assertThat(calls).containsExactly("add [0, 0, 0]", "add [4]", "apply");
    assertThat(model.shares).isCloseTo(1, within(1e-9));
  }

  @Test
  void notEvenOneFitsThenTheSumIsForgotten() {
    assertThatThrownBy(() -> new GradientStep(new Small(0)).by(List.of(List.of(1, 2))))
        .isInstanceOf(ModelMemoryException.class);
    assertThat(calls).containsExactly("drop");
  }
}
