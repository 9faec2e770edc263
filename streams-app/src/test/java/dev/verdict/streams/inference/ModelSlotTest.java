package dev.verdict.streams.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ModelSlotTest {
  private final ModelSlot slot = new ModelSlot();

  @Test
  void swapWhileInUseThenOldIsFreedWhenItsWorkIsDone() {
    FakeModel first = new FakeModel("v1");
    FakeModel second = new FakeModel("v2");
    slot.swap(first);

    String used =
        slot.use(
            model -> {
              slot.swap(second);
              assertThat(first.isClosed()).isFalse();
              assertThat(slot.manifest().orElseThrow().version()).isEqualTo("v2");
              return model.manifest().version();
            });

    assertThat(used).isEqualTo("v1");
    assertThat(first.isClosed()).isTrue();
    assertThat(second.isClosed()).isFalse();
  }

  @Test
  void swapWhileIdleThenOldIsFreedAtOnce() {
    FakeModel first = new FakeModel("v1");
    slot.swap(first);

    slot.swap(new FakeModel("v2"));

    assertThat(first.isClosed()).isTrue();
  }

  @Test
  void workThatFailsThenModelIsReleased() {
    FakeModel first = new FakeModel("v1");
    slot.swap(first);

    assertThatThrownBy(
            () ->
                slot.use(
                    model -> {
                      throw new IllegalStateException("failed");
                    }))
        .hasMessage("failed");
    slot.close();

    assertThat(first.isClosed()).isTrue();
  }
}
