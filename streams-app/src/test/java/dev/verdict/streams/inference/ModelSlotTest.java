package dev.verdict.streams.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verdict.streams.inference.Lineup.Challenger;
import java.util.Optional;
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
            lineup -> {
              slot.swap(second);
              assertThat(first.isClosed()).isFalse();
              assertThat(slot.manifest().orElseThrow().version()).isEqualTo("v2");
              return lineup.champion().manifest().version();
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
                    lineup -> {
                      throw new IllegalStateException("failed");
                    }))
        .hasMessage("failed");
    slot.close();

    assertThat(first.isClosed()).isTrue();
  }

  @Test
  void rolesChangeThenOnlyWhoHasNoneAnyMoreIsFreed() {
    FakeModel first = new FakeModel("v1");
    FakeModel second = new FakeModel("v2");
    FakeModel third = new FakeModel("v3");
    slot.arrange(
        new Lineup(first, Optional.of(second), Optional.of(new Challenger(third, 1000)), false));
    assertThat(slot.hasChallenger()).isTrue();

    slot.arrange(new Lineup(third, Optional.of(first), Optional.empty(), true));

    assertThat(second.isClosed()).isTrue();
    assertThat(first.isClosed() || third.isClosed()).isFalse();
    assertThat(slot.hasChallenger()).isFalse();
    assertThat(slot.manifest().orElseThrow().version()).isEqualTo("v3");

    slot.close();
    assertThat(first.isClosed() && third.isClosed()).isTrue();
  }

  @Test
  void challengerLosesItsRoleWhileInUseThenFreedWhenTheWorkIsDoneAndTheChampionStays() {
    FakeModel champion = new FakeModel("v1");
    FakeModel challenger = new FakeModel("v2");
    slot.arrange(
        new Lineup(
            champion, Optional.empty(), Optional.of(new Challenger(challenger, 1000)), false));

    boolean servesAsBefore =
        slot.use(
            lineup -> {
              slot.swap(champion);
              assertThat(challenger.isClosed()).isFalse();
              return slot.servesAs(lineup);
            });

    assertThat(servesAsBefore).as("nothing changed for the reviews").isTrue();
    assertThat(challenger.isClosed()).isTrue();
    assertThat(champion.isClosed()).isFalse();
  }

  @Test
  void sameModelHasTwoRolesThenFreedOnce() {
    FakeModel champion = new FakeModel("v1");
    FakeModel other = new FakeModel("v2");
    slot.arrange(
        new Lineup(champion, Optional.of(other), Optional.of(new Challenger(other, 1000)), false));
    assertThat(slot.lineup().orElseThrow().models()).containsExactly(champion, other);

    slot.arrange(new Lineup(champion, Optional.of(other), Optional.empty(), false));

    assertThat(other.isClosed()).isFalse();
  }

  @Test
  void canaryWithoutAPreviousVersionThenRefused() {
    assertThatThrownBy(
            () -> new Lineup(new FakeModel("v1"), Optional.empty(), Optional.empty(), true))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
