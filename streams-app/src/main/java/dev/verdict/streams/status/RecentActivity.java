package dev.verdict.streams.status;

import dev.verdict.config.StatusPageSettings;
import dev.verdict.contract.Prediction;
import dev.verdict.contract.RejectedException;
import dev.verdict.streams.processing.ProcessingListener;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * The last predictions with their texts and the last dead letters of this instance, in memory
 * alone. Of a fast stream predictions are a sample, so that one can be read, and perhaps gets its
 * label, before it is gone.
 */
public final class RecentActivity implements ProcessingListener {
  /** Between two predictions that are kept. */
  static final Duration PACE = Duration.ofMillis(500);

  private static final int TEXT_CHARACTERS = 600;
  private static final int ID_CHARACTERS = 200;
  private static final int LETTERS = 10;

  /**
   * A prediction.
   *
   * @param text its first 600 characters
   * @param shortened whether the text is longer
   * @param actual its label, if that came while the prediction was kept
   */
  public record Predicted(
      String id,
      String text,
      boolean shortened,
      String label,
      double probability,
      String version,
      Instant predictedAt,
      boolean truncated,
      boolean seenInTraining,
      Optional<String> actual) {

    private Predicted labelled(String label) {
      return new Predicted(
          id,
          text,
          shortened,
          this.label,
          probability,
          version,
          predictedAt,
          truncated,
          seenInTraining,
          Optional.of(label));
    }
  }

  /** A dead letter: where the record is, and why it could not be processed. */
  public record Letter(
      String topic,
      int partition,
      long offset,
      String stage,
      String reason,
      String message,
      Instant at) {}

  private final int kept;
  private final LongSupplier nanoTime;
  private final AtomicLong next;
  private final Deque<Predicted> predictions = new ArrayDeque<>();
  private final Deque<Letter> letters = new ArrayDeque<>();

  /** As much as a page needs, nothing without one. */
  public static RecentActivity of(StatusPageSettings page) {
    return new RecentActivity(page.enabled() ? page.lastPredictions() : 0, System::nanoTime);
  }

  /**
   * @param predictions kept; 0 for none
   */
  RecentActivity(int predictions, LongSupplier nanoTime) {
    this.kept = predictions;
    this.nanoTime = nanoTime;
    this.next = new AtomicLong(nanoTime.getAsLong());
  }

  @Override
  public void predicted(byte[] id, String text, Prediction prediction) {
    long now = nanoTime.getAsLong();
    long due = next.get();
    if (kept == 0 || now - due < 0 || !next.compareAndSet(due, now + PACE.toNanos())) {
      return;
    }
    String shown = shortened(text, TEXT_CHARACTERS);
    Predicted predicted =
        new Predicted(
            shortened(new String(id, StandardCharsets.UTF_8), ID_CHARACTERS),
            shown,
            shown.length() < text.length(),
            prediction.label(),
            prediction.probability(),
            prediction.modelVersion(),
            prediction.predictedAt(),
            prediction.truncated(),
            prediction.seenInTraining(),
            Optional.empty());
    synchronized (this) {
      predictions.addFirst(predicted);
      if (predictions.size() > kept) {
        predictions.removeLast();
      }
    }
  }

  @Override
  public void rejected(String topic, int partition, long offset, RejectedException fault) {
    Letter letter =
        new Letter(
            topic,
            partition,
            offset,
            fault.stage().wireName(),
            fault.reason().wireName(),
            shortened(String.valueOf(fault.getMessage()), TEXT_CHARACTERS),
            Instant.now());
    synchronized (this) {
      letters.addFirst(letter);
      if (letters.size() > LETTERS) {
        letters.removeLast();
      }
    }
  }

  /** Whether predictions are kept at all. */
  boolean keepsPredictions() {
    return kept > 0;
  }

  /** Whether the prediction of a review is among those that are kept. */
  synchronized boolean isKept(String id) {
    return predictions.stream().anyMatch(each -> each.id().equals(id));
  }

  /** The label of a review came. */
  synchronized void labelled(String id, String label) {
    List<Predicted> all = new ArrayList<>(predictions);
    all.replaceAll(each -> each.id().equals(id) ? each.labelled(label) : each);
    predictions.clear();
    predictions.addAll(all);
  }

  /** The newest first. */
  synchronized List<Predicted> predictions() {
    return new ArrayList<>(predictions);
  }

  /** The newest first. */
  synchronized List<Letter> letters() {
    return new ArrayList<>(letters);
  }

  /** Never half of a character that is two in UTF-16. */
  private static String shortened(String text, int characters) {
    if (text.length() <= characters) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(characters - 1)) ? characters - 1 : characters;
    return text.substring(0, end);
  }
}
