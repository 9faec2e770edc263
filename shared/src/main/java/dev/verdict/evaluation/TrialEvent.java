package dev.verdict.evaluation;

import java.time.Instant;
import java.util.Optional;

/** What a {@link ChallengerTrial} hears of. */
public sealed interface TrialEvent {

  /** When it happened. */
  Instant at();

  /**
   * The aliases as the registry has them, told at the start and after every whole transaction of
   * the registry. It names a challenger, confirms what the trial itself has caused and tells what
   * an operator did.
   *
   * @param revision grows with every change, such as the offset of the registry's last record; what
   *     is not newer than the last is ignored
   * @param champion version that serves
   * @param previous version that served before
   * @param challenger version on trial
   * @param canary version that serves its share only, the champion's; the previous serves the rest
   * @param pinned whether an operator holds a version fast
   */
  record AliasesChanged(
      long revision,
      Optional<String> champion,
      Optional<String> previous,
      Optional<String> challenger,
      Optional<String> canary,
      boolean pinned,
      Instant at)
      implements TrialEvent {

    /** Leaves out aliases that mean nothing, as the registry's readers do. */
    public AliasesChanged {
      Optional<String> serving = champion;
      previous = previous.filter(version -> !serving.equals(Optional.of(version)));
      challenger = challenger.filter(version -> !serving.equals(Optional.of(version)));
      canary =
          previous.isEmpty()
              ? Optional.empty()
              : canary.filter(serving.stream().toList()::contains);
    }
  }

  /**
   * A label met the answers of both versions to its review. Pairs of other versions than those on
   * trial are ignored.
   *
   * @param champion version that served the review
   * @param challenger version that scored it in shadow
   */
  record Paired(String champion, String challenger, PairedOutcome outcome, Instant at)
      implements TrialEvent {}

  /**
   * A label met the answer that was served; it counts while a canary is under way.
   *
   * @param version that served it
   * @param servedAt when; what was served before the canary began is ignored
   */
  record Graded(String version, String actual, String predicted, Instant servedAt, Instant at)
      implements TrialEvent {}

  /** Time went by. */
  record Tick(Instant at) implements TrialEvent {}
}
