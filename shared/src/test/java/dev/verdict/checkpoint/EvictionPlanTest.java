package dev.verdict.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verdict.checkpoint.EvictionPlan.Cached;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class EvictionPlanTest {
  private static Cached cached(String name, long bytes, long lastUsed, boolean inUse) {
    return new Cached(name, bytes, Instant.ofEpochSecond(lastUsed), inUse);
  }

  @Test
  void roomEnoughThenNobodyLeaves() {
    EvictionPlan plan =
        EvictionPlan.of(List.of(cached("a", 40, 1, false), cached("b", 30, 2, false)), 30, 100);

    assertThat(plan.evicted()).isEmpty();
    assertThat(plan.bytes()).isEqualTo(100);
  }

  @Test
  void oneByteTooManyThenTheLeastRecentlyUsedLeaves() {
    EvictionPlan plan =
        EvictionPlan.of(
            List.of(cached("b", 30, 2, false), cached("a", 40, 3, false), cached("c", 1, 9, false)),
            30,
            100);

    assertThat(plan.evicted()).containsExactly("b");
    assertThat(plan.bytes()).isEqualTo(71);
  }

  @Test
  void oldestInUseThenTheNextLeaves() {
    EvictionPlan plan =
        EvictionPlan.of(
            List.of(
                cached("old", 60, 1, true), cached("a", 20, 2, false), cached("b", 20, 3, false)),
            30,
            100);

    assertThat(plan.evicted()).containsExactly("a", "b");
    assertThat(plan.bytes()).isEqualTo(90);
  }

  @Test
  void allInUseThenTheBoundIsPassedAndSaid() {
    EvictionPlan plan =
        EvictionPlan.of(List.of(cached("a", 60, 1, true), cached("b", 60, 2, true)), 50, 100);

    assertThat(plan.evicted()).isEmpty();
    assertThat(plan.bytes()).isEqualTo(170);
  }

  @Test
  void usedAtTheSameTimeThenTheOrderIsThatOfTheNames() {
    EvictionPlan plan =
        EvictionPlan.of(List.of(cached("v2", 60, 1, false), cached("v1", 60, 1, false)), 40, 100);

    assertThat(plan.evicted()).containsExactly("v1");
  }
}
