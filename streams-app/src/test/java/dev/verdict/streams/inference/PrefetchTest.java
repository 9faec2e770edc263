package dev.verdict.streams.inference;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.verdict.batching.BatchLimits;
import dev.verdict.contract.ModelManifest;
import dev.verdict.contract.Review;
import dev.verdict.contract.ReviewDecoder;
import dev.verdict.telemetry.VerdictMeter;
import dev.verdict.text.TokenizedText;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PrefetchTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final ModelSlot slot = new ModelSlot();
  // Nothing is scored until a test waits for it.
  private final Batcher batcher =
      new Batcher(slot, new BatchLimits(1 << 20, 1024, Duration.ofHours(1)), 1, 1000, 1, meters);
  private final Prefetch prefetch =
      new Prefetch("reviews", new ReviewDecoder(1000, 100), batcher, 5, 100, meters);

  @BeforeEach
  void load() {
    slot.swap(new FakeModel("v1"));
  }

  @AfterEach
  void close() {
    batcher.close();
    slot.close();
  }

  @Test
  void polledThenTakenOnceAndItsRoomIsFreeAgain() throws Exception {
    polled(0, 7, "good");

    PendingReview taken = prefetch.take("reviews", 0, 7).orElseThrow();

    assertThat(batcher.await(taken, TIMEOUT).version().version()).isEqualTo("v1");
    assertThat(prefetch.take("reviews", 0, 7)).isEmpty();
    assertThat(prefetch.rows()).isZero();
    assertThat(prefetch.bytes()).isZero();
  }

  @Test
  void placeIsTakenThenThoseBeforeItInItsPartitionAreForgottenAndNeverScored() throws Exception {
    Seen model = new Seen();
    slot.swap(model);
    polled(1, 2, "kept");
    polled(0, 5, "stale");
    polled(0, 6, "stale");
    polled(0, 9, "taken");
    polled(0, 10, "next");

    PendingReview taken = prefetch.take("reviews", 0, 9).orElseThrow();
    batcher.await(taken, TIMEOUT);

    assertThat(prefetch.rows()).isEqualTo(2);
    assertThat(prefetch.take("reviews", 0, 5)).isEmpty();
    assertThat(prefetch.take("reviews", 0, 10)).isPresent();
    assertThat(prefetch.take("reviews", 1, 2)).isPresent();
    // The batcher had taken the first of all, and perhaps more, before any was forgotten.
    assertThat(model.rows).isBetween(3, 5);
  }

  @Test
  void placeBeforeAllIsTakenThenNothingIsForgotten() {
    polled(0, 5, "a");

    assertThat(prefetch.take("reviews", 0, 4)).isEmpty();
    assertThat(prefetch.take("reviews", 3, 5)).isEmpty();
    assertThat(prefetch.rows()).isEqualTo(1);
  }

  @Test
  void partitionsAreRevokedThenOnlyTheirReviewsAreForgottenAndCancelled() {
    polled(0, 1, "a");
    polled(0, 2, "b");
    polled(1, 1, "c");
    Optional<PendingReview> kept =
        Optional.of(
            batcher.submit(new Review("x", Optional.empty(), Map.of()), () -> new byte[] {1}));

    prefetch.retain(Set.of(new TopicPartition("reviews", 1), new TopicPartition("labels", 0)));

    assertThat(prefetch.rows()).isEqualTo(1);
    assertThat(prefetch.take("reviews", 0, 1)).isEmpty();
    assertThat(prefetch.take("reviews", 0, 2)).isEmpty();
    assertThat(prefetch.take("reviews", 1, 1)).isPresent();
    assertThat(kept.orElseThrow().score()).isNotDone();
    assertThat(prefetch.bytes()).isZero();
  }

  @Test
  void polledAgainAfterARebalanceThenKeptOnce() {
    polled(0, 1, "a");
    long bytes = prefetch.bytes();
    polled(0, 1, "a");

    assertThat(prefetch.rows()).isEqualTo(1);
    assertThat(prefetch.bytes()).isEqualTo(bytes);
  }

  @Test
  void rowsOrBytesAreUsedUpThenTheRestIsNotPrefetched() {
    for (int offset = 0; offset < 7; offset++) {
      polled(0, offset, "a");
    }
    assertThat(prefetch.rows()).isEqualTo(5);

    prefetch.retain(Set.of());
    polled(0, 100, "x".repeat(60));
    polled(0, 101, "x".repeat(60));
    assertThat(prefetch.rows()).isEqualTo(1);
    assertThat(meters.get(VerdictMeter.QUEUE_BYTES.meterName()).gauge().value())
        .isEqualTo("{\"text\":\"\"}".length() + 60.0);
    polled(0, 102, "a");
    assertThat(prefetch.rows()).isEqualTo(2);
  }

  @Test
  void otherTopicsTombstonesAndBadRecordsThenPassedOver() {
    prefetch.polled(new ConsumerRecord<>("labels", 0, 0, null, "{\"text\":\"a\"}".getBytes(UTF_8)));
    prefetch.polled(new ConsumerRecord<>("reviews", 0, 0, null, null));
    prefetch.polled(new ConsumerRecord<>("reviews", 0, 1, null, "no json".getBytes(UTF_8)));

    assertThat(prefetch.rows()).isZero();
  }

  private void polled(int partition, long offset, String text) {
    prefetch.polled(
        new ConsumerRecord<>(
            "reviews", partition, offset, null, ("{\"text\":\"" + text + "\"}").getBytes(UTF_8)));
  }

  /** Counts what it is given. */
  private static final class Seen implements ServingModel {
    private final FakeModel model = new FakeModel("v1");
    private volatile int rows;

    @Override
    public ModelManifest manifest() {
      return model.manifest();
    }

    @Override
    public List<TokenizedText> encode(List<String> texts) {
      return model.encode(texts);
    }

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // Only the batcher's thread counts.
    public float[][] classify(List<TokenizedText> batch) {
      rows += batch.size();
      return model.classify(batch);
    }

    @Override
    public void close() {
      model.close();
    }
  }
}
