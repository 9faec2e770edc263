package dev.verdict.streams.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verdict.batching.BatchLimits;
import dev.verdict.batching.IdShare;
import dev.verdict.batching.TrialLimits;
import dev.verdict.contract.ModelManifest;
import dev.verdict.contract.RejectedException;
import dev.verdict.contract.RejectedException.Reason;
import dev.verdict.contract.Review;
import dev.verdict.model.ModelMemoryException;
import dev.verdict.telemetry.VerdictMeter;
import dev.verdict.text.TokenizedText;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BatcherTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final SimpleMeterRegistry large = new SimpleMeterRegistry();
  private final ModelSlot slot = new ModelSlot();
  private final Batcher batcher =
      new Batcher(slot, new BatchLimits(64, 8, Duration.ofMillis(50)), 1, 1000, 1, meters);

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
            .mapToObj(
                i ->
                    batcher
                        .offer(review(i % 3 == 0 ? "good" : "poor"), BatcherTest::noId)
                        .orElseThrow())
            .toList();

    for (int i = 0; i < pending.size(); i++) {
      assertThat(batcher.await(pending.get(i), TIMEOUT).probabilities().get(1))
          .isEqualTo(i % 3 == 0 ? 0.9f : 0.2f);
    }
    assertThat(meters.get(VerdictMeter.BATCH_ROWS.meterName()).summary().mean()).isGreaterThan(4);
    assertThat(meters.get(VerdictMeter.BATCH_ROWS.meterName()).summary().max())
        .isLessThanOrEqualTo(8);
  }

  @Test
  void oneReviewBreaksItsBatchThenOnlyItIsRejected() throws Exception {
    slot.swap(new FakeModel("v1"));
    List<PendingReview> pending = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      pending.add(
          batcher.submit(review(i == 7 ? "will explode here" : "good one"), BatcherTest::noId));
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
    batcher.submit(review("first"), BatcherTest::noId);
    firstBatch.await();
    for (int i = 0; i < 500; i++) {
      batcher.offer(review("queued text"), BatcherTest::noId);
    }
    PendingReview last =
        batcher
            .offer(review("the one that a thread waits for now"), BatcherTest::noId)
            .orElseThrow();

    Thread waiting = new Thread(() -> assertThat(waitFor(last)).isPresent());
    waiting.start();
    Awaitility.await().until(() -> waiting.getState() == Thread.State.TIMED_WAITING);
    go.countDown();
    waiting.join();

    assertThat(second.get()).contains(8);
  }

  @Test
  void queueIsFullThenOfferRefusesButSubmitDoesNot() throws Exception {
    CountDownLatch firstBatch = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    slot.swap(new BlockingModel(firstBatch, go, new AtomicReference<>()));
    batcher.submit(review("first"), BatcherTest::noId);
    firstBatch.await();
    for (int i = 0; i < 1000; i++) {
      assertThat(batcher.offer(review("waits"), BatcherTest::noId)).isPresent();
    }

    assertThat(batcher.offer(review("too many"), BatcherTest::noId)).isEmpty();
    PendingReview submitted = batcher.submit(review("needed now"), BatcherTest::noId);
    go.countDown();
    assertThat(batcher.await(submitted, TIMEOUT).version().version()).isEqualTo("blocking");
  }

  @Test
  void modelHangsThenWaitEndsWithTheSettingInTheMessage() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    slot.swap(new BlockingModel(new CountDownLatch(1), never, new AtomicReference<>()));
    PendingReview pending = batcher.submit(review("hangs"), BatcherTest::noId);

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

  @Test
  void modelIsSwappedWhileGatheringThenTheBatchClosesAndTheNextIsTheNewOnes() throws Exception {
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    try (Batcher patient =
        new Batcher(slot, new BatchLimits(64, 8, Duration.ofHours(1)), 1, 1000, 9, registry)) {
      FakeModel old = new FakeModel("v1");
      slot.swap(old);
      PendingReview before = patient.submit(review("good"), BatcherTest::noId);
      Awaitility.await().until(before::isClaimed);
      // Taken while the batch is being gathered, so the version is held by now.
      PendingReview second = patient.submit(review("good"), BatcherTest::noId);
      Awaitility.await().until(second::isClaimed);

      slot.swap(new FakeModel("v2"));
      PendingReview after = patient.submit(review("good"), BatcherTest::noId);

      assertThat(patient.await(before, TIMEOUT).version().version()).isEqualTo("v1");
      assertThat(closed(registry, "swap")).isEqualTo(1);
      Awaitility.await().until(old::isClosed);
      assertThat(after.score()).isNotDone();
    }
  }

  @Test
  void everyCallerWaitsThenTheBatchClosesAtOnceBecauseNothingMoreIsComing() throws Exception {
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    slot.swap(new FakeModel("v1"));
    try (Batcher patient =
        new Batcher(slot, new BatchLimits(64, 8, Duration.ofHours(1)), 1, 1000, 1, registry)) {
      assertThat(patient.await(patient.submit(review("good"), BatcherTest::noId), TIMEOUT))
          .isNotNull();
    }
    assertThat(closed(registry, "drained")).isEqualTo(1);
    assertThat(closed(registry, "waited")).isZero();
  }

  @ParameterizedTest
  @CsvSource({"1,7", "1,0", "1,63", "5,11", "64,1"})
  void somePoisonedOfManyThenOnlyTheyAreRejectedInFewCalls(int poisoned, int step)
      throws Exception {
    Set<Integer> bad = new HashSet<>();
    for (int i = 0; i < poisoned; i++) {
      bad.add((i * step + (poisoned == 1 ? step : 0)) % 64);
    }
    Scripted model = new Scripted();
    List<PendingReview> pending = scoreTogether(model, bad, "explode");

    for (int i = 0; i < 64; i++) {
      if (bad.contains(i)) {
        assertThat(pending.get(i).score()).isCompletedExceptionally();
        assertThatThrownBy(() -> pending.get(firstOf(bad)).score().get())
            .hasCauseInstanceOf(RejectedException.class)
            .hasRootCauseInstanceOf(IllegalStateException.class)
            .hasRootCauseMessage("exploded");
      } else {
        assertThat(pending.get(i).score().get().version().version()).isEqualTo("v1");
      }
    }
    // Two halves for each of 6 levels on the way to each review, and its canary.
    assertThat(model.calls).isLessThanOrEqualTo(1 + bad.size() * (2 * 6 + 1));
  }

  @Test
  void encodingFailsOnOneThenOnlyItIsRejected() throws Exception {
    Scripted model = new Scripted();
    model.onEncode =
        texts -> {
          if (texts.stream().anyMatch(text -> text.contains("unreadable"))) {
            throw new IllegalArgumentException("no such text");
          }
        };
    List<PendingReview> pending = scoreTogether(model, Set.of(20), "unreadable");

    for (int i = 0; i < 64; i++) {
      assertThat(pending.get(i).score().isCompletedExceptionally()).isEqualTo(i == 20);
    }
    assertThatThrownBy(() -> pending.get(20).score().get())
        .hasCauseInstanceOf(RejectedException.class)
        .hasRootCauseInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void modelFailsOnEverythingThenNoReviewIsRejectedAndTheWaitEndsAsStalled() throws Exception {
    Scripted model = new Scripted();
    model.onClassify =
        batch -> {
          throw new IllegalStateException("the accelerator is gone");
        };
    List<PendingReview> pending = scoreTogether(model, Set.of(), "");

    for (PendingReview each : pending) {
      assertThatThrownBy(() -> batcher.await(each, TIMEOUT))
          .isInstanceOf(InferenceStalledException.class)
          .hasMessage(
              "Model v1 fails on a text that it classified when it was loaded: the accelerator is"
                  + " gone");
    }
    assertThat(model.calls).isLessThanOrEqualTo(8);
  }

  @Test
  void memoryIsShortThenBatchesShrinkNothingIsRejectedAndTheBudgetComesBack() throws Exception {
    Scripted model = new Scripted();
    model.onClassify =
        batch -> {
          if (batch.size() * batch.stream().mapToInt(TokenizedText::length).max().orElse(0) > 20) {
            throw new ModelMemoryException("can't allocate memory", new IllegalStateException());
          }
        };
    List<PendingReview> pending = scoreTogether(model, Set.of(), "");

    for (PendingReview each : pending) {
      assertThat(each.score().get().version().version()).isEqualTo("v1");
    }
    assertThat(large.get(VerdictMeter.BATCH_BACKOFFS.meterName()).counter().count()).isPositive();
    assertThat(large.get(VerdictMeter.BATCH_BUDGET.meterName()).gauge().value()).isLessThan(256);
  }

  @Test
  void oneReviewIsTooMuchForMemoryByItselfThenOnlyItIsRejected() throws Exception {
    Scripted model = new Scripted();
    model.onClassify =
        batch -> {
          if (batch.stream().anyMatch(text -> text.ids()[text.length() - 1] == 2)) {
            throw new ModelMemoryException("can't allocate memory", new IllegalStateException());
          }
        };
    List<PendingReview> pending = scoreTogether(model, Set.of(9), "explode");

    for (int i = 0; i < 64; i++) {
      assertThat(pending.get(i).score().isCompletedExceptionally()).isEqualTo(i == 9);
    }
  }

  @Test
  void sameTextsThenScoredOnceAndEachAnswered() throws Exception {
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    Scripted model = new Scripted();
    List<TokenizedText> scored = new CopyOnWriteArrayList<>();
    model.onClassify = scored::addAll;
    slot.swap(model);
    try (Batcher caching = caching(registry)) {
      List<PendingReview> pending =
          IntStream.range(0, 20)
              .mapToObj(
                  i ->
                      caching.submit(review(i % 2 == 0 ? "good" : "poor thing"), BatcherTest::noId))
              .toList();

      for (int i = 0; i < pending.size(); i++) {
        ScoredReview answer = caching.await(pending.get(i), TIMEOUT);
        assertThat(answer.probabilities().get(1)).isEqualTo(i % 2 == 0 ? 0.9f : 0.2f);
        assertThat(pending.get(i).tokens()).isEqualTo(i % 2 == 0 ? 1 : 2);
      }
    }
    assertThat(scored).hasSize(2);
    assertThat(cached(registry, "hit")).isEqualTo(18);
    assertThat(cached(registry, "miss")).isEqualTo(2);
    assertThat(registry.get(VerdictMeter.QUEUE_WAIT.meterName()).timer().count()).isEqualTo(20);
  }

  @Test
  void textComesAgainAfterASwapThenTheNewVersionScoresIt() throws Exception {
    try (Batcher caching = caching(new SimpleMeterRegistry())) {
      slot.swap(new FakeModel("v1"));
      ScoredReview before =
          caching.await(caching.submit(review("good"), BatcherTest::noId), TIMEOUT);

      slot.swap(FakeModel.wrong("v2"));
      ScoredReview after =
          caching.await(caching.submit(review("good"), BatcherTest::noId), TIMEOUT);

      assertThat(before.version().version()).isEqualTo("v1");
      assertThat(after.version().version()).isEqualTo("v2");
      assertThat(after.probabilities()).isNotEqualTo(before.probabilities());
    }
  }

  @Test
  void textThatFailsComesAgainThenEachIsRejected() throws Exception {
    slot.swap(new FakeModel("v1"));
    try (Batcher caching = caching(new SimpleMeterRegistry())) {
      List<PendingReview> pending =
          List.of(
              caching.submit(review("explode"), BatcherTest::noId),
              caching.submit(review("explode"), BatcherTest::noId),
              caching.submit(review("good"), BatcherTest::noId));

      assertThat(caching.await(pending.get(2), TIMEOUT)).isNotNull();
      for (PendingReview each : pending.subList(0, 2)) {
        assertThatThrownBy(() -> caching.await(each, TIMEOUT))
            .isInstanceOf(RejectedException.class);
      }
    }
  }

  @Test
  void cancelledThenTheModelNeverSeesIt() throws Exception {
    CountDownLatch firstBatch = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    AtomicReference<List<Integer>> second = new AtomicReference<>();
    slot.swap(new BlockingModel(firstBatch, go, second));
    batcher.submit(review("first"), BatcherTest::noId);
    firstBatch.await();
    List<PendingReview> revoked =
        List.of(
            batcher.offer(review("a b c"), BatcherTest::noId).orElseThrow(),
            batcher.offer(review("a b c"), BatcherTest::noId).orElseThrow());
    PendingReview kept = batcher.offer(review("kept"), BatcherTest::noId).orElseThrow();

    batcher.cancel(revoked);
    go.countDown();

    assertThat(batcher.await(kept, TIMEOUT)).isNotNull();
    assertThat(second.get()).containsExactly(1);
  }

  @Test
  void modelHangsThenCloseEndsAndItsMemoryIsNotFreedUnderTheCall() throws Exception {
    CountDownLatch reached = new CountDownLatch(1);
    Deaf model = new Deaf(reached);
    slot.swap(model);
    PendingReview pending = batcher.submit(review("hangs"), BatcherTest::noId);
    reached.await();

    batcher.close();
    slot.close();

    assertThat(model.closed).isFalse();
    assertThat(pending.score().isDone()).isFalse();
    model.go.countDown();
    Awaitility.await().until(() -> model.closed);
  }

  @Test
  void canaryIsUnderWayThenTheIdAloneDecidesWhichVersionServesAndNearTheShare() throws Exception {
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    TrialLimits quarter = new TrialLimits(25, 0, Duration.ofMillis(20), 10);
    slot.arrange(
        new Lineup(new FakeModel("v2"), Optional.of(new FakeModel("v1")), Optional.empty(), true));
    try (Batcher splitting =
            new Batcher(
                slot,
                new BatchLimits(512, 64, Duration.ofMillis(5)),
                1,
                quarter,
                100,
                1000,
                1,
                registry);
        Batcher elsewhere =
            new Batcher(
                slot, new BatchLimits(64, 4, Duration.ZERO), 1, quarter, 0, 1000, 1, registry)) {
      List<String> served = serving(splitting, 400);

      assertThat(serving(elsewhere, 400)).isEqualTo(served);
      IdShare share = new IdShare("canary", 25);
      for (int i = 0; i < served.size(); i++) {
        assertThat(served.get(i)).isEqualTo(share.contains(id(i)) ? "v2" : "v1");
      }
      assertThat(served.stream().filter("v2"::equals).count()).isBetween(65L, 135L);
    }
  }

  @Test
  void noChallengerOrNotOfItsShareThenNothingIsQueuedForIt() throws Exception {
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    slot.swap(new FakeModel("v1"));
    try (Batcher half =
        new Batcher(
            slot,
            new BatchLimits(512, 64, Duration.ofMillis(5)),
            1,
            new TrialLimits(10, 50, Duration.ofMillis(20), 1000),
            0,
            1000,
            1,
            registry)) {
      PendingReview answered = half.submit(review("good"), () -> id(0));
      half.await(answered, TIMEOUT);
      assertThat(IntStream.range(0, 100).filter(i -> half.shadow(answered, id(i)).isPresent()))
          .isEmpty();

      slot.arrange(
          new Lineup(
              new FakeModel("v1"),
              Optional.empty(),
              Optional.of(new Lineup.Challenger(new FakeModel("v2"), 1000)),
              false));
      IdShare share = new IdShare("shadow", 50);
      for (int i = 0; i < 100; i++) {
        assertThat(half.shadow(answered, id(i)).isPresent()).isEqualTo(share.contains(id(i)));
      }
    }
  }

  @Test
  void challengerHangsThenTheReviewIsAnsweredBeforeAndTheChallengerSeesItAfter() throws Exception {
    CountDownLatch reached = new CountDownLatch(1);
    Deaf challenger = new Deaf(reached);
    slot.arrange(
        new Lineup(
            new FakeModel("v1"),
            Optional.empty(),
            Optional.of(new Lineup.Challenger(challenger, 1000)),
            false));
    try (Batcher shadowing =
        new Batcher(
            slot,
            new BatchLimits(512, 64, Duration.ZERO),
            1,
            new TrialLimits(10, 100, Duration.ofMillis(20), 10),
            0,
            1000,
            1,
            new SimpleMeterRegistry())) {
      PendingReview first = shadowing.submit(review("good"), BatcherTest::noId);
      assertThat(shadowing.await(first, TIMEOUT).version().version()).isEqualTo("v1");
      ShadowReview shadow = shadowing.shadow(first, id(0)).orElseThrow();
      reached.await();
      assertThat(shadow.isDone()).isFalse();

      challenger.go.countDown();
      Awaitility.await().until(shadow::isDone);
      assertThat(shadow.result().orElseThrow().version().version()).isEqualTo("deaf");
    }
  }

  private static List<String> serving(Batcher splitting, int reviews) throws RejectedException {
    List<PendingReview> pending = new ArrayList<>();
    for (int i = 0; i < reviews; i++) {
      byte[] id = id(i);
      pending.add(splitting.submit(review("good " + i), () -> id));
    }
    List<String> served = new ArrayList<>();
    for (PendingReview each : pending) {
      served.add(splitting.await(each, TIMEOUT).version().version());
    }
    return served;
  }

  private static byte[] id(int i) {
    return ("r" + i).getBytes(StandardCharsets.UTF_8);
  }

  /** Sixty-four reviews in one batch, of which some hold a word; done when it returns. */
  private List<PendingReview> scoreTogether(Scripted model, Set<Integer> marked, String word) {
    slot.swap(model);
    List<PendingReview> pending = new ArrayList<>();
    try (Batcher wide =
        new Batcher(slot, new BatchLimits(256, 64, Duration.ofSeconds(20)), 1, 1000, 9, large)) {
      for (int i = 0; i < 64; i++) {
        pending.add(
            wide.submit(
                review(marked.contains(i) ? "it is " + word : "a good one"), BatcherTest::noId));
      }
      Awaitility.await().until(() -> pending.stream().allMatch(each -> each.score().isDone()));
    }
    return pending;
  }

  private static int firstOf(Set<Integer> numbers) {
    return numbers.iterator().next();
  }

  private Batcher caching(SimpleMeterRegistry registry) {
    return new Batcher(
        slot,
        new BatchLimits(64, 8, Duration.ofMillis(50)),
        1,
        TrialLimits.NONE,
        100,
        1000,
        1,
        registry);
  }

  private static double cached(SimpleMeterRegistry registry, String result) {
    return registry.get(VerdictMeter.CACHE.meterName()).tag("result", result).counter().count();
  }

  private static double closed(SimpleMeterRegistry registry, String reason) {
    return registry.get(VerdictMeter.BATCHES.meterName()).tag("reason", reason).counter().count();
  }

  private String scoredBy(String text) throws RejectedException {
    return batcher
        .await(batcher.submit(review(text), BatcherTest::noId), TIMEOUT)
        .version()
        .version();
  }

  private Optional<ScoredReview> waitFor(PendingReview pending) {
    try {
      return Optional.of(batcher.await(pending, TIMEOUT));
    } catch (RejectedException e) {
      return Optional.empty();
    }
  }

  /** Where one version serves all, nobody asks. */
  private static byte[] noId() {
    throw new AssertionError("asked for an id");
  }

  private static Review review(String text) {
    return new Review(text, Optional.empty(), Map.of());
  }

  /** Does first what the test says. */
  private static final class Scripted implements ServingModel {
    private final FakeModel model = new FakeModel("v1");
    private Consumer<List<String>> onEncode = texts -> {};
    private Consumer<List<TokenizedText>> onClassify = batch -> {};
    private volatile int calls;

    @Override
    public ModelManifest manifest() {
      return model.manifest();
    }

    @Override
    public List<TokenizedText> encode(List<String> texts) {
      onEncode.accept(texts);
      return model.encode(texts);
    }

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // Only the batcher's thread counts.
    public float[][] classify(List<TokenizedText> batch) {
      calls++;
      onClassify.accept(batch);
      return model.classify(batch);
    }

    @Override
    public void close() {
      model.close();
    }
  }

  /** Never answers and hears no interrupt, as native code. */
  private static final class Deaf implements ServingModel {
    private final FakeModel model = new FakeModel("deaf");
    private final CountDownLatch reached;
    private final CountDownLatch go = new CountDownLatch(1);
    private volatile boolean closed;

    Deaf(CountDownLatch reached) {
      this.reached = reached;
    }

    @Override
    public ModelManifest manifest() {
      return model.manifest();
    }

    @Override
    public List<TokenizedText> encode(List<String> texts) {
      return model.encode(texts);
    }

    @Override
    public float[][] classify(List<TokenizedText> batch) {
      reached.countDown();
      while (go.getCount() > 0) {
        try {
          go.await();
        } catch (InterruptedException e) {
          // Deaf.
        }
      }
      return model.classify(batch);
    }

    @Override
    public void close() {
      closed = true;
    }
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
    public ModelManifest manifest() {
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
