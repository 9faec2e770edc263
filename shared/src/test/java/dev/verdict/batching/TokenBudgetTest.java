package dev.verdict.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TokenBudgetTest {
  private final TokenBudget budget = new TokenBudget(8192);

  @Test
  void exampleOfTheJavadocThenHalvedAndBackAfterEightyTwoGoodBatches() {
    budget.exceeded(6000, 128);
    assertThat(budget.tokens()).isEqualTo(3000);

    int batches = 0;
    while (budget.tokens() < 8192) {
      budget.fitted(budget.tokens());
      batches++;
    }
    assertThat(batches).isEqualTo(82);
  }

  @Test
  void exceededAgainAndAgainThenNeverBelowTheLongestRow() {
    for (int i = 0; i < 50; i++) {
      budget.exceeded(budget.tokens(), 128);
    }
    assertThat(budget.tokens()).isEqualTo(128);
  }

  @Test
  void rowLongerThanTheLimitThenTheLimitStays() {
    budget.exceeded(10_000, 10_000);

    assertThat(budget.tokens()).isEqualTo(8192);
  }

  @Test
  void smallBatchesFitThenTheyShowNothing() {
    budget.exceeded(8192, 8);
    budget.fitted(2047);
    assertThat(budget.tokens()).isEqualTo(4096);

    budget.fitted(2048);
    assertThat(budget.tokens()).isEqualTo(4160);
  }

  @Test
  void memorySufficesThenTheLimitIsTheBudget() {
    budget.fitted(8192);

    assertThat(budget.tokens()).isEqualTo(8192);
  }

  @Test
  void smallLimitThenStillComesBack() {
    TokenBudget small = new TokenBudget(2);
    small.exceeded(2, 1);
    assertThat(small.tokens()).isEqualTo(1);
    small.fitted(1);
    assertThat(small.tokens()).isEqualTo(2);
  }

  @Test
  void noLimitThenRefused() {
    assertThatThrownBy(() -> new TokenBudget(0)).hasMessage("limit is 0, must be at least 1");
  }
}
