package dev.verdict.trainer;

import dev.verdict.evaluation.HoldOut;
import dev.verdict.trainer.training.Example;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Joins reviews and labels by id until there are enough for the first champion: of one id the last
 * review and the last label count, in either order.
 *
 * <p>Memory is bounded: reviews whose label has not come are kept up to a number of characters and
 * then forgotten, the oldest first. Once so many labels have come for reviews it does not know that
 * they could fill what is missing, the reviews must be read again ({@link #mustReadAgain}).
 */
final class LabelledReviews {
  private static final int MAX_WAITING_LABELS = 1_000_000;

  private final int wanted;
  private final Set<String> classes;
  private final HoldOut holdOut;
  private final long maxWaitingCharacters;

  private final LinkedHashMap<String, PlacedReview> waiting = new LinkedHashMap<>();
  private final LinkedHashMap<String, String> labels = new LinkedHashMap<>();
  private final LinkedHashMap<String, LabelledReview> labelled = new LinkedHashMap<>();
  private long waitingCharacters;
  private boolean forgotten;
  private int labelsSinceReading;

  /** A review and where it stands in its topic. */
  record PlacedReview(String text, int partition, long offset) {}

  private record LabelledReview(PlacedReview review, String label) {}

  /**
   * @param wanted labelled reviews
   * @param classes whose labels count; empty for all
   * @param maxWaitingCharacters of the texts of reviews without a label
   */
  LabelledReviews(int wanted, Set<String> classes, HoldOut holdOut, long maxWaitingCharacters) {
    this.wanted = wanted;
    this.classes = Set.copyOf(classes);
    this.holdOut = holdOut;
    this.maxWaitingCharacters = maxWaitingCharacters;
  }

  void addReview(String id, PlacedReview review) {
    forget(id);
    LabelledReview known = labelled.get(id);
    if (known != null) {
      labelled.put(id, new LabelledReview(review, known.label()));
    } else if (labels.containsKey(id)) {
      join(id, review, labels.remove(id));
    } else {
      waiting.put(id, review);
      waitingCharacters += review.text().length();
      while (waitingCharacters > maxWaitingCharacters) {
        forget(waiting.keySet().iterator().next());
        forgotten = true;
      }
    }
  }

  void addLabel(String id, String label) {
    if (!classes.isEmpty() && !classes.contains(label)) {
      return;
    }
    LabelledReview known = labelled.get(id);
    PlacedReview review = waiting.get(id);
    if (known != null) {
      labelled.put(id, new LabelledReview(known.review(), label));
    } else if (review != null) {
      forget(id);
      join(id, review, label);
    } else {
      labels.put(id, label);
      labelsSinceReading++;
      if (labels.size() > MAX_WAITING_LABELS) {
        removeEldest(labels);
      }
    }
  }

  int size() {
    return labelled.size();
  }

  int wanted() {
    return wanted;
  }

  /** Whether there are enough, of at least two classes, to train a first champion. */
  boolean complete() {
    return labelled.size() >= wanted
        && labelled.entrySet().stream()
                .filter(entry -> !holdOut.contains(entry.getKey()))
                .map(entry -> entry.getValue().label())
                .distinct()
                .limit(2)
                .count()
            == 2;
  }

  /**
   * Whether labels have come for reviews that may have been forgotten; asked once, the count begins
   * anew.
   */
  boolean mustReadAgain() {
    if (!forgotten || labelsSinceReading < wanted - labelled.size()) {
      return false;
    }
    forgotten = false;
    labelsSinceReading = 0;
    return true;
  }

  /** In the order in which they became complete. */
  List<Example> examples() {
    return labelled.entrySet().stream()
        .map(
            entry ->
                new Example(
                    entry.getKey(), entry.getValue().review().text(), entry.getValue().label()))
        .toList();
  }

  /**
   * The last offset by partition of the reviews learned from.
   *
   * @param trainable some of {@link #examples}
   */
  Map<Integer, Long> lastOffsets(Stream<Example> trainable) {
    Map<Integer, Long> offsets = new HashMap<>();
    trainable.forEach(
        example -> {
          PlacedReview review = labelled.get(example.id()).review();
          offsets.merge(review.partition(), review.offset(), Math::max);
        });
    return offsets;
  }

  private void join(String id, PlacedReview review, String label) {
    if (labelled.size() == wanted) {
      // All so far are of one class: make room for another.
      removeEldest(labelled);
    }
    labelled.put(id, new LabelledReview(review, label));
  }

  private void forget(String id) {
    PlacedReview review = waiting.remove(id);
    if (review != null) {
      waitingCharacters -= review.text().length();
    }
  }

  private static void removeEldest(Map<String, ?> map) {
    Iterator<String> keys = map.keySet().iterator();
    keys.next();
    keys.remove();
  }
}
