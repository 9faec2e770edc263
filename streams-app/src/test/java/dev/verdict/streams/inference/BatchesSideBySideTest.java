package dev.verdict.streams.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verdict.batching.BatchLimits;
import dev.verdict.contract.ModelManifest;
import dev.verdict.contract.RejectedException;
import dev.verdict.contract.Review;
import dev.verdict.text.TokenizedText;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The batcher with two workers. */
class BatchesSideBySideTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static final String SLOW = "takes as long as one likes";

  private final ModelSlot slot = new ModelSlot();
  private final Batcher batcher =
      new Batcher(
          slot,
          new BatchLimits(64, 8, Duration.ofMillis(50)),
          2,
          1000,
          1,
          new SimpleMeterRegistry());
  private final Slow model = new Slow();

  @AfterEach
  void close() {
    model.go.countDown();
    batcher.close();
    slot.close();
  }

  @Test
  void oneBatchIsSlowThenAllThatComeLaterAreAnsweredMeanwhile() throws Exception {
    slot.swap(model);
    PendingReview slow = submit(SLOW);
    model.reached.await();

    List<PendingReview> later =
        IntStream.range(0, 200).mapToObj(i -> submit(i % 3 == 0 ? "good" : "poor")).toList();

    for (int i = 0; i < later.size(); i++) {
      assertThat(batcher.await(later.get(i), TIMEOUT).probabilities().get(1))
          .isEqualTo(i % 3 == 0 ? 0.9f : 0.2f);
    }
    assertThat(slow.score()).isNotDone();
    model.go.countDown();
    assertThat(batcher.await(slow, TIMEOUT).version().version()).isEqualTo("v1");
  }

  @Test
  void someFailThenOnlyTheyAreRejected() {
    slot.swap(model);
    List<PendingReview> pending =
        IntStream.range(0, 200).mapToObj(i -> submit(i % 50 == 7 ? "explode" : "good")).toList();

    for (int i = 0; i < pending.size(); i++) {
      PendingReview each = pending.get(i);
      if (i % 50 == 7) {
        assertThatThrownBy(() -> batcher.await(each, TIMEOUT))
            .isInstanceOf(RejectedException.class);
      } else {
        assertThat(each.score()).succeedsWithin(TIMEOUT);
      }
    }
  }

  @Test
  void swapWhileABatchRunsThenItIsTheOldOnesWhichIsFreedWhenItIsDone() throws Exception {
    slot.swap(model);
    PendingReview slow = submit(SLOW);
    model.reached.await();

    slot.swap(new FakeModel("v2"));
    assertThat(batcher.await(submit("good"), TIMEOUT).version().version()).isEqualTo("v2");
    assertThat(model.fake.isClosed()).isFalse();

    model.go.countDown();
    assertThat(batcher.await(slow, TIMEOUT).version().version()).isEqualTo("v1");
    Awaitility.await().until(model.fake::isClosed);
  }

  @Test
  void modelWorksNoMoreThenWhoWaitsIsToldThoughNothingElseComes() {
    slot.swap(model);
    model.broken = true;

    PendingReview pending = submit("good");

    assertThatThrownBy(() -> batcher.await(pending, TIMEOUT))
        .isInstanceOf(InferenceStalledException.class)
        .hasMessageContaining("fails on a text that it classified when it was loaded");
    model.broken = false;
    PendingReview next = submit("good");
    assertThat(next.score()).as("what comes when it works again").succeedsWithin(TIMEOUT);
  }

  @Test
  void errorThenWhoWaitsIsToldAtOnceAndWhoComesLaterToo() {
    slot.swap(model);
    model.error = Optional.of(new LinkageError("no such symbol"));

    PendingReview pending = submit("good");

    assertThatThrownBy(() -> batcher.await(pending, TIMEOUT))
        .isInstanceOf(InferenceStalledException.class)
        .hasMessage("The batcher has ended: java.lang.LinkageError: no such symbol");
    model.error = Optional.empty();
    assertThatThrownBy(() -> batcher.await(submit("poor"), TIMEOUT))
        .isInstanceOf(InferenceStalledException.class)
        .hasMessageStartingWith("The batcher has ended");
  }

  @Test
  void closedWhileABatchRunsThenItIsAnsweredFirst() throws Exception {
    slot.swap(model);
    PendingReview slow = submit(SLOW);
    model.reached.await();
    Thread closing = new Thread(batcher::close);
    closing.start();
    Awaitility.await().until(() -> closing.getState() == Thread.State.TIMED_WAITING);

    model.go.countDown();
    closing.join();

    assertThat(slow.score()).isCompleted();
  }

  private PendingReview submit(String text) {
    return batcher.submit(new Review(text, Optional.empty(), Map.of()), () -> new byte[0]);
  }

  /** As {@link FakeModel}, and its batch with the slow text ends when it is told to. */
  private static final class Slow implements ServingModel {
    private final FakeModel fake = new FakeModel("v1");
    private final int slowLength = fake.encode(List.of(SLOW)).get(0).length();
    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch go = new CountDownLatch(1);
    private volatile boolean broken;
    private volatile Optional<Error> error = Optional.empty();

    @Override
    public ModelManifest manifest() {
      return fake.manifest();
    }

    @Override
    public List<TokenizedText> encode(List<String> texts) {
      return fake.encode(texts);
    }

    @Override
    public float[][] classify(List<TokenizedText> batch) {
      if (error.isPresent()) {
        throw error.get();
      }
      if (broken) {
        throw new IllegalStateException("broken");
      }
      if (batch.stream().anyMatch(text -> text.length() == slowLength)) {
        reached.countDown();
        try {
          go.await();
        } catch (InterruptedException e) {
          throw new IllegalStateException(e);
        }
      }
      return fake.classify(batch);
    }

    @Override
    public void close() {
      fake.close();
    }
  }
}
