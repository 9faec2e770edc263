package dev.verdict.batching;

import java.util.Locale;

/** Why a batch takes no more reviews. */
public enum CloseReason {
  /** More was there than its tokens or rows allow. */
  FULL,
  /** Its oldest review has waited as long as it may. */
  WAITED,
  /** Nothing more is coming: everyone who could send a review waits for one. */
  DRAINED,
  /** A new version took over: what comes from now on is the new one's. */
  SWAP;

  /** The name in metrics. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
