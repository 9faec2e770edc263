package dev.verdict.trainer.training;

/** Seeds of the parts of a run, made of the run's own. */
final class Seeds {
  private Seeds() {}

  /** Spread by the finalizer of SplitMix64: neighbouring parts get unlike seeds. */
  static long mixed(long seed, long part) {
    long mixed = seed + part * 0x9E3779B97F4A7C15L;
    mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    return mixed ^ (mixed >>> 31);
  }

  /** As the engine takes it: 0 or more. */
  static int ofStep(long seed, int step) {
    return (int) mixed(seed, step) & Integer.MAX_VALUE;
  }
}
