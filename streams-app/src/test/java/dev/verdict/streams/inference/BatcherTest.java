package dev.verdict.streams.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verdict.batching.BatchLimits;
import dev.verdict.contract.RejectedException;
import dev.verdict.contract.RejectedException.Reason;
import dev.verdict.contract.Review;
import dev.verdict.telemetry.MeterNames;
import dev.verdict.text.TokenizedText;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BatcherTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final ModelSlot slot = new ModelSlot();
  private final Batcher batcher =
      new Batcher(slot, new BatchLimits(64, 8, Duration.ofMillis(50)), 1000, meters);

  @AfterEach
  void close() {
    batcher.close();
    slot.close();
  }

  @Test
  void manyReviewsWaitThenTheyShareBatchesAndEachGetsItsOwnScore() throws Exception {
    slot.swap(new FakeModel("v1"));

    List<PendingReview> pending =
        IntStream.range(0, 200)
            .mapToObj(i -> batcher.offer(review(i % 3 == 0 ? "good" : "poor")).orElseThrow())
            .toList();

    for (int i = 0; i < pending.size(); i++) {
      assertThat(batcher.await(pending.get(i), TIMEOUT).probabilities().get(1))
          .isEqualTo(i % 3 == 0 ? 0.9f : 0.2f);
    }
    assertThat(meters.get(MeterNames.BATCH_ROWS).summary().mean()).isGreaterThan(4);
    assertThat(meters.get(MeterNames.BATCH_ROWS).summary().max()).isLessThanOrEqualTo(8);
  }

  @Test
  void oneReviewBreaksItsBatchThenOnlyItIsRejected() throws Exception {
    slot.swap(new FakeModel("v1"));
    List<PendingReview> pending = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      pending.add(batcher.submit(review(i == 7 ? "will explode here" : "good one")));
    }

    for (int i = 0; i < 20; i++) {
      PendingReview each = pending.get(i);
      if (i == 7) {
        assertThatThrownBy(() -> batcher.await(each, TIMEOUT))
            .isInstanceOfSatisfying(
                RejectedException.class,
                fault -> assertThat(fault.reason()).isEqualTo(Reason.INFERENCE_FAILED))
            .hasMessageContaining("exploded")
            .hasCauseInstanceOf(IllegalStateException.class);
      } else {
        assertThat(batcher.await(each, TIMEOUT).version().version()).isEqualTo("v1");
      }
    }
  }

  @Test
  void longQueueThenReviewThatIsWaitedForComesFirst() throws Exception {
    CountDownLatch firstBatch = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    AtomicReference<List<Integer>> second = new AtomicReference<>();
    slot.swap(new BlockingModel(firstBatch, go, second));
    batcher.submit(review("first"));
    firstBatch.await();
    for (int i = 0; i < 500; i++) {
      batcher.offer(review("queued text"));
    }
    PendingReview last = batcher.offer(review("the one that a thread waits for now")).orElseThrow();

    Thread waiting = new Thread(() -> assertThat(waitFor(last)).isPresent());
    waiting.start();
    org.awaitility.Awaitility.await().until(() -> waiting.getState() == Thread.State.TIMED_WAITING);
    go.countDown();
    waiting.join();

    assertThat(second.get()).contains(8);
  }

  @Test
  void queueIsFullThenOfferRefusesButSubmitDoesNot() throws Exception {
    CountDownLatch firstBatch = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    slot.swap(new BlockingModel(firstBatch, go, new AtomicReference<>()));
    batcher.submit(review("first"));
    firstBatch.await();
    for (int i = 0; i < 1000; i++) {
      assertThat(batcher.offer(review("waits"))).isPresent();
    }

    assertThat(batcher.offer(review("too many"))).isEmpty();
    PendingReview submitted = batcher.submit(review("needed now"));
    go.countDown();
    assertThat(batcher.await(submitted, TIMEOUT).version().version()).isEqualTo("blocking");
  }

  @Test
  void modelHangsThenWaitEndsWithTheSettingInTheMessage() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    slot.swap(new BlockingModel(new CountDownLatch(1), never, new AtomicReference<>()));
    PendingReview pending = batcher.submit(review("hangs"));

    assertThatThrownBy(() -> batcher.await(pending, Duration.ofMillis(100)))
        .isInstanceOf(InferenceStalledException.class)
        .hasMessage("No prediction within inference.timeout.ms (100)");
    never.countDown();
  }

  @Test
  void modelIsSwappedThenLaterReviewsAreScoredByTheNewOne() throws Exception {
    slot.swap(new FakeModel("v1"));
    assertThat(scoredBy("good")).isEqualTo("v1");

    slot.swap(new FakeModel("v2"));

    assertThat(scoredBy("good")).isEqualTo("v2");
  }

  private String scoredBy(String text) throws RejectedException {
    return batcher.await(batcher.submit(review(text)), TIMEOUT).version().version();
  }

  private Optional<ScoredReview> waitFor(PendingReview pending) {
    try {
      return Optional.of(batcher.await(pending, TIMEOUT));
    } catch (RejectedException e) {
      return Optional.empty();
    }
  }

  private static Review review(String text) {
    return new Review(text, Optional.empty(), Map.of());
  }

  /** Holds its first batch until told to go on, and notes the lengths of the second gathering. */
  private static final class BlockingModel implements ServingModel {
    private final FakeModel model = new FakeModel("blocking");
    private final CountDownLatch reached;
    private final CountDownLatch go;
    private final AtomicReference<List<Integer>> second;
    private int gatherings;

    BlockingModel(
        CountDownLatch reached, CountDownLatch go, AtomicReference<List<Integer>> second) {
      this.reached = reached;
      this.go = go;
      this.second = second;
    }

    @Override
    public dev.verdict.contract.ModelManifest manifest() {
      return model.manifest();
    }

    @Override
    public List<TokenizedText> encode(List<String> texts) {
      List<TokenizedText> encoded = model.encode(texts);
      if (++gatherings == 2) {
        second.set(encoded.stream().map(TokenizedText::length).toList());
      }
      return encoded;
    }

    @Override
    public float[][] classify(List<TokenizedText> batch) {
      reached.countDown();
      try {
        go.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return model.classify(batch);
    }

    @Override
    public void close() {
      model.close();
    }
  }
}
