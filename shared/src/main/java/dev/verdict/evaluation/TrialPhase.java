package dev.verdict.evaluation;

/** Where the trial of a challenger stands. */
public enum TrialPhase {
  /** It is scored beside the champion and serves nobody. */
  SHADOW,
  /** It serves its share of the reviews. */
  CANARY,
  /** It serves all. */
  PROMOTED,
  /** It was not shown to be better in shadow. */
  REJECTED,
  /** It was worse than its predecessor when it served. */
  ROLLED_BACK,
  /** Somebody else moved the aliases; nothing was decided. */
  ENDED
}
