package dev.verdict.trainer.training;

import dev.verdict.evaluation.HoldOut;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Chooses what a retraining learns from, in one pass and bounded memory: the newest examples, and a
 * random sample of the older ones, replayed so that the model does not forget them. Held-out
 * examples go aside, the newest of them for the gate.
 */
public final class ReplaySelection {
  private final HoldOut holdOut;
  private final int maxExamples;
  private final NewestExamples recent;
  private final SampledExamples sample;
  private final NewestExamples heldOut;

  /**
   * @param maxExamples to learn from, the newest and the replayed together
   * @param recentShare share of {@code maxExamples} that are the newest
   * @param gateExamples held-out examples at most
   */
  public ReplaySelection(
      HoldOut holdOut, int maxExamples, double recentShare, int gateExamples, long seed) {
    this.holdOut = holdOut;
    this.maxExamples = maxExamples;
    this.recent = new NewestExamples((int) Math.round(maxExamples * recentShare));
    // What is recent in the end is not known yet, so the sample is of all and large enough to
    // leave recent ones out.
    this.sample = new SampledExamples(maxExamples, seed);
    this.heldOut = new NewestExamples(gateExamples);
  }

  /**
   * Counts an example.
   *
   * @param time that makes it new or old
   */
  public void add(Example example, Instant time) {
    if (holdOut.contains(example.id())) {
      heldOut.add(example, time);
    } else {
      recent.add(example, time);
      sample.add(example, time);
    }
  }

  /** What may be learned from: every id once, at most {@code maxExamples}. */
  public List<Example> trainable() {
    Map<String, Example> chosen = new LinkedHashMap<>();
    recent.oldestFirst().forEach(example -> chosen.put(example.id(), example));
    for (Example example : sample.inRandomOrder()) {
      if (chosen.size() == maxExamples) {
        break;
      }
      chosen.putIfAbsent(example.id(), example);
    }
    return new ArrayList<>(chosen.values());
  }

  /** The newest held-out examples, oldest first. */
  public List<Example> heldOut() {
    return heldOut.oldestFirst();
  }
}
