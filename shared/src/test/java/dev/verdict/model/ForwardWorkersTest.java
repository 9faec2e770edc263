package dev.verdict.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verdict.batching.BatchPlanner;
import dev.verdict.text.TokenizedText;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ForwardWorkersTest {
  private final ForwardWorkers two = new ForwardWorkers(2);

  @AfterEach
  void close() {
    two.close();
  }

  @Test
  void textsOfManyBatchesThenProbabilitiesInTheirOrder() {
    List<TokenizedText> texts =
        IntStream.range(0, 500).mapToObj(i -> text(1 + i * 37 % 100)).toList();
    for (ForwardWorkers workers : List.of(two, new ForwardWorkers(1))) {
      AtomicInteger batches = new AtomicInteger();
      float[][] found =
          workers.classify(
              batch -> {
                batches.incrementAndGet();
                return lengths(batch);
              },
              texts,
              workers.planner(300, 256));
      assertThat(found).isDeepEqualTo(lengths(texts));
      assertThat(batches.get()).isGreaterThan(texts.size() * 50 / 300);
      assertThat(workers.classify(ForwardWorkersTest::lengths, List.of(), new BatchPlanner(1, 1)))
          .isEmpty();
    }
  }

  @Test
  void twoThenTwoBatchesAreUnderWayAtATime() {
    // Whoever comes alone waits in vain for the other.
    CyclicBarrier meeting = new CyclicBarrier(2);
    List<float[][]> found =
        two.classify(
            batch -> {
              meet(meeting);
              return lengths(batch);
            },
            List.of(List.of(text(1)), List.of(text(2)), List.of(text(3)), List.of(text(4))));
    assertThat(found).hasSize(4);
  }

  @Test
  void oneThenTheCallersThreadComputes() {
    Thread caller = Thread.currentThread();
    new ForwardWorkers(1)
        .classify(
            batch -> {
              assertThat(Thread.currentThread()).isSameAs(caller);
              return lengths(batch);
            },
            List.of(List.of(text(1)), List.of(text(2))));
  }

  @Test
  void batchFailsThenTheOthersAreWaitedForAndItsFailureIsTold() {
    for (ForwardWorkers workers : List.of(two, new ForwardWorkers(1))) {
      AtomicInteger done = new AtomicInteger();
      assertThatThrownBy(
              () ->
                  workers.classify(
                      batch -> {
                        if (batch.get(0).length() == 2) {
                          throw new IllegalStateException("no such token");
                        }
                        done.incrementAndGet();
                        return lengths(batch);
                      },
                      List.of(List.of(text(1)), List.of(text(2)), List.of(text(3)))))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("no such token");
      assertThat(done.get()).isEqualTo(2);
    }
  }

  @Test
  void noneThenRefused() {
    assertThatThrownBy(() -> new ForwardWorkers(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("count is 0, must be at least 1");
  }

  private static TokenizedText text(int length) {
    return new TokenizedText(new long[length], false);
  }

  private static float[][] lengths(List<TokenizedText> texts) {
    return texts.stream().map(text -> new float[] {text.length()}).toArray(float[][]::new);
  }

  private static void meet(CyclicBarrier meeting) {
    try {
      meeting.await(30, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
