package dev.verdict.cli.faults;

/**
 * Something that is done to a running deployment; it returns when the deployment has got over it.
 */
record Fault(String name, Action action) {

  /** What is done. */
  @FunctionalInterface
  interface Action {
    /**
     * Does it.
     *
     * @return kills with SIGKILL, and what else is worth saying
     */
    Outcome inject() throws InterruptedException;
  }

  /**
   * How it went.
   *
   * @param kills processes ended with SIGKILL
   * @param remark what was seen, in a few words
   */
  record Outcome(int kills, String remark) {}
}
