package dev.verdict.evaluation;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * All that a {@link ChallengerTrial} remembers.
 *
 * @param revision of the aliases it knows; -1 for none
 * @param pinned whether an operator holds a version fast
 * @param current the trial under way
 * @param last how the one before ended
 */
public record TrialState(
    long revision, boolean pinned, Optional<Trial> current, Optional<Outcome> last) {

  /** The same with the trial gone on. */
  TrialState with(Trial trial) {
    return new TrialState(revision, pinned, Optional.of(trial), last);
  }

  /** Before anything is known. */
  public static final TrialState NONE =
      new TrialState(-1, false, Optional.empty(), Optional.empty());

  /**
   * A trial under way.
   *
   * @param phase shadow or canary
   * @param version on trial
   * @param champion the version it is compared with: the champion, then the champion of before
   * @param since when the phase began
   * @param evidence from the pairs in shadow
   * @param canary live answers of the version while it is canary
   * @param former live answers of the champion of before in that time
   * @param pending what was decided and is not yet seen in the aliases; may be carried out again,
   *     after a crash say, until it is
   */
  public record Trial(
      TrialPhase phase,
      String version,
      String champion,
      Instant since,
      PairedSequentialTest.State evidence,
      Live canary,
      Live former,
      Optional<TrialDecision> pending) {

    static Trial begin(TrialPhase phase, String version, String champion, Instant since) {
      return new Trial(
          phase,
          version,
          champion,
          since,
          PairedSequentialTest.start(),
          Live.NONE,
          Live.NONE,
          Optional.empty());
    }

    Trial asCanary(Instant now) {
      return new Trial(
          TrialPhase.CANARY,
          version,
          champion,
          now,
          evidence,
          Live.NONE,
          Live.NONE,
          Optional.empty());
    }

    Trial with(PairedSequentialTest.State newEvidence) {
      return new Trial(phase, version, champion, since, newEvidence, canary, former, pending);
    }

    Trial with(Live newCanary, Live newFormer) {
      return new Trial(phase, version, champion, since, evidence, newCanary, newFormer, pending);
    }

    Trial with(Optional<TrialDecision> newPending) {
      return new Trial(phase, version, champion, since, evidence, canary, former, newPending);
    }
  }

  /**
   * How a trial ended.
   *
   * @param phase promoted, rejected, rolled back or ended
   */
  public record Outcome(
      TrialPhase phase, String version, String champion, String reason, Instant at) {}

  /**
   * A confusion matrix as plain values.
   *
   * @param rows row: actual class, column: predicted class
   */
  public record Live(List<String> classes, List<List<Long>> rows) {
    public static final Live NONE = new Live(List.of(), List.of());

    public Live {
      classes = List.copyOf(classes);
      rows = rows.stream().map(List::copyOf).toList();
    }

    ConfusionMatrix matrix() {
      return ConfusionMatrix.of(classes, rows);
    }

    Live plus(String actual, String predicted) {
      ConfusionMatrix matrix = matrix();
      matrix.add(actual, predicted);
      return new Live(matrix.classes(), matrix.rows());
    }
  }
}
