package dev.verdict.drift;

import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/**
 * The profile of the last period, in panes: memory is bounded by the panes of the rule, whatever
 * the number of reviews. The caller keeps it as bytes, in a state store for example; what is read
 * back goes on exactly as the one that was written.
 *
 * <p>With panes of time, a review from the far future ends the period of all others: the caller
 * bounds event times, as it must for windows of any kind.
 */
public final class RollingProfile {
  private static final int LAYOUT = 1;

  private final PaneRule rule;
  private final TreeMap<Long, ProfileSketch> panes = new TreeMap<>();
  private long added;

  public RollingProfile(PaneRule rule) {
    this.rule = rule;
  }

  /**
   * Reads what {@link #toBytes} wrote under the same rule.
   *
   * @throws IllegalArgumentException if the bytes are damaged or of another rule; the caller then
   *     begins anew
   */
  public static RollingProfile fromBytes(PaneRule rule, byte[] bytes) {
    StateInput in = new StateInput(bytes, "Rolling profile", LAYOUT);
    RollingProfile profile = new RollingProfile(rule);
    if (!in.text().equals(rule.toString())) {
      throw new IllegalArgumentException("Rolling profile is of another rule than " + rule);
    }
    profile.added = in.number();
    for (int left = in.below(rule.panes() + 1); left > 0; left--) {
      profile.panes.put(in.number(), ProfileSketch.fromBytes(in.block()));
    }
    in.end();
    return profile;
  }

  /**
   * Counts one prediction and forgets the panes that are too old by then.
   *
   * @param at event time of the review; of no account where panes are of reviews
   * @return false for a review older than the period, which is not counted
   */
  public boolean add(ReviewSignals review, Instant at) {
    long pane = rule.pane(added, at);
    if (!panes.isEmpty() && pane <= panes.lastKey() - rule.panes()) {
      return false;
    }
    panes.computeIfAbsent(pane, number -> new ProfileSketch()).add(review);
    added++;
    panes.headMap(panes.lastKey() - rule.panes(), true).clear();
    return true;
  }

  /** What the period looks like, all panes merged. */
  public ReferenceProfile profile() {
    ProfileSketch all = new ProfileSketch();
    panes.values().forEach(all::merge);
    return all.profile();
  }

  /** Predictions in the period. */
  public long reviews() {
    return panes.values().stream().mapToLong(ProfileSketch::reviews).sum();
  }

  /** The same for the same reviews in the same order. */
  public byte[] toBytes() {
    StateBytes out = new StateBytes().number(LAYOUT).text(rule.toString());
    out.number(added).number(panes.size());
    for (Map.Entry<Long, ProfileSketch> pane : panes.entrySet()) {
      out.number(pane.getKey()).block(pane.getValue().toBytes());
    }
    return out.toBytes();
  }
}
