package dev.verdict.streams.status;

import dev.verdict.contract.Decision;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The newest decisions. One that says the same as the one before it, as a policy that goes on
 * waiting does, takes its place and is counted. Not safe for several threads.
 */
final class DecisionLog {
  private static final String WAIT = "wait";

  /**
   * A decision, or several of the same kind in a row.
   *
   * @param times how often in a row
   * @param at the last time
   * @param since the first time
   */
  record Entry(
      String decision,
      String rule,
      String version,
      String reason,
      Optional<String> outcome,
      Optional<String> phase,
      int times,
      Instant at,
      Instant since) {
    private boolean repeats(Entry before) {
      return decision.equals(WAIT)
          && before.decision.equals(WAIT)
          && Objects.equals(rule, before.rule)
          && Objects.equals(version, before.version)
          && outcome.equals(before.outcome);
    }
  }

  private final int kept;
  private final Deque<Entry> entries = new ArrayDeque<>();
  private Optional<String> phase = Optional.empty();

  DecisionLog(int kept) {
    this.kept = kept;
  }

  void add(Decision decision) {
    if (decision.decision() == null || decision.decidedAt() == null) {
      return;
    }
    phase = decision.phaseAfter().or(() -> phase);
    Entry entry =
        new Entry(
            decision.decision(),
            decision.rule(),
            decision.modelVersion(),
            decision.reason(),
            decision.outcome(),
            decision.phaseAfter(),
            1,
            decision.decidedAt(),
            decision.decidedAt());
    Optional<Entry> before = Optional.ofNullable(entries.peekLast()).filter(entry::repeats);
    before.ifPresent(each -> entries.removeLast());
    entries.addLast(before.map(each -> following(each, entry)).orElse(entry));
    if (entries.size() > kept) {
      entries.removeFirst();
    }
  }

  private static Entry following(Entry before, Entry entry) {
    return new Entry(
        entry.decision,
        entry.rule,
        entry.version,
        entry.reason,
        entry.outcome,
        entry.phase,
        before.times + 1,
        entry.at,
        before.since);
  }

  /** The phase in which retraining is, by the newest decision of its policy. */
  Optional<String> phase() {
    return phase;
  }

  /**
   * The newest, the newest first.
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
