package dev.verdict.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReviewWorkTest {
  @Test
  void measuredThenReviewsASecondAndProcessorTimeOfWarmRunsAlone() throws Exception {
    ReviewWork work = new ReviewWork(100, () -> 4);

    work.warmUp(0);
    double perSecond = work.measure();

    assertThat(perSecond).isEqualTo(25);
    assertThat(work.coreMillis().values()).hasSize(1);
  }
}
