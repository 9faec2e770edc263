package dev.verdict.streams.replay;

/** Told how far a replay has come; whoever shows it decides how often. */
public interface ReplayProgress {
  /**
   * So much is done.
   *
   * @param done records, from 0 to {@code total}
   */
  void at(long done, long total);

  /** Shows nothing. */
  static ReplayProgress silent() {
    return (done, total) -> {};
  }
}
