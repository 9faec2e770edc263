package dev.verdict.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RoundsTest {
  @Test
  void runThenByTurnsAndEachRoundBeginsWithTheNext() throws Exception {
    List<String> order = new ArrayList<>();
    Rounds rounds = new Rounds();
    Figures first = rounds.add(() -> count(order, "first"));
    Figures second = rounds.add(() -> count(order, "second"));

    rounds.run(3);

    assertThat(order).containsExactly("first", "second", "second", "first", "first", "second");
    assertThat(first.values()).containsExactly(1.0, 4.0, 5.0);
    assertThat(second.values()).containsExactly(2.0, 3.0, 6.0);
  }

  private static double count(List<String> order, String name) {
    order.add(name);
    return order.size();
  }
}
