package dev.verdict.streams.status;

import dev.verdict.contract.Decision;
import dev.verdict.contract.RetrainDecisions;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The newest decisions that did something, and where retraining stands. A policy that goes on
 * waiting says so again and again; only the last time is kept, or all others would be buried. Not
 * safe for several threads.
 */
final class DecisionLog {
  /** A decision that did something. */
  record Entry(String decision, String rule, String version, String reason, Instant at) {
    private static Entry of(Decision decision) {
      return new Entry(
          decision.decision(),
          decision.rule(),
          decision.modelVersion(),
          decision.reason(),
          decision.decidedAt());
    }
  }

  /**
   * Why no request is made now.
   *
   * @param times that the same was said in a row
   * @param since the first of them
   */
  record Standing(
      String rule,
      String version,
      String reason,
      Optional<String> outcome,
      int times,
      Instant at,
      Instant since) {

    private static Standing of(Decision decision, Optional<Standing> before) {
      Optional<Standing> same =
          before.filter(
              each ->
                  Objects.equals(each.rule, decision.rule())
                      && Objects.equals(each.version, decision.modelVersion())
                      && each.outcome.equals(decision.outcome()));
      return new Standing(
          decision.rule(),
          decision.modelVersion(),
          decision.reason(),
          decision.outcome(),
          same.map(each -> each.times + 1).orElse(1),
          decision.decidedAt(),
          same.map(Standing::since).orElse(decision.decidedAt()));
    }
  }

  private final int kept;
  private final Deque<Entry> entries = new ArrayDeque<>();
  private Optional<Standing> standing = Optional.empty();
  private Optional<String> phase = Optional.empty();

  /**
   * @param kept decisions at most
   */
  DecisionLog(int kept) {
    this.kept = kept;
  }

  void add(Decision decision) {
    if (decision.decision() == null || decision.decidedAt() == null) {
      return;
    }
    phase = decision.phaseAfter().or(() -> phase);
    if (decision.decision().equals(RetrainDecisions.WAIT)) {
      // That of a trial has no phase, and says nothing of retraining.
      if (decision.phaseAfter().isPresent()) {
        standing = Optional.of(Standing.of(decision, standing));
      }
      return;
    }
    if (decision.decision().equals(RetrainDecisions.RETRAIN)) {
      standing = Optional.empty();
    }
    entries.addLast(Entry.of(decision));
    if (entries.size() > kept) {
      entries.removeFirst();
    }
  }

  /** The phase in which retraining is, by the newest decision of its policy. */
  Optional<String> phase() {
    return phase;
  }

  /** Why no request is made now; empty after one was. */
  Optional<Standing> standing() {
    return standing;
  }

  /**
   * The newest first.
   *
   * @param most at most
   */
  List<Entry> newest(int most) {
    Iterator<Entry> newestFirst = entries.descendingIterator();
    List<Entry> newest = new ArrayList<>();
    while (newestFirst.hasNext() && newest.size() < most) {
      newest.add(newestFirst.next());
    }
    return newest;
  }
}
