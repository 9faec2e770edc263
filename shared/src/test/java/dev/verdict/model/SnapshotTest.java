package dev.verdict.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class SnapshotTest {

  @Test
  void severalSnapshotsThenTheMeanOfEveryWeight() {
    Snapshot mean = Snapshot.mean(List.of(of(1, 2), of(3, 6), of(5, 1)));

    assertThat(mean.weights()).hasSize(1);
    assertThat(mean.weights().get(0).name()).isEqualTo("w");
    assertThat(mean.weights().get(0).shape()).containsExactly(2);
    assertThat(mean.weights().get(0).data()).containsExactly(3, 3);
  }

  @Test
  void otherShapesOrNoneThenRefused() {
    Snapshot longer = of(1, 2, 3);
    assertThatIllegalArgumentException().isThrownBy(() -> Snapshot.mean(List.of(of(1, 2), longer)));
    assertThatIllegalArgumentException().isThrownBy(() -> Snapshot.mean(List.of()));
  }

  private static Snapshot of(float... values) {
    return new Snapshot(List.of(new NamedTensor("w", new long[] {values.length}, values)));
  }
}
