package dev.verdict.cli.bench;

import java.util.ArrayList;
import java.util.List;

/**
 * Measurements that take turns: what disturbs a machine for a while disturbs all of them. Each
 * round begins with the next of them, so that none is always the one after the other's heat.
 */
final class Rounds {
  private static final double LEAST_SECONDS = 0.2;

  private final List<Turn> turns = new ArrayList<>();

  /** Measures once. */
  @FunctionalInterface
  interface Measurement {
    double measure() throws Exception;
  }

  private record Turn(Measurement measurement, Figures figures) {}

  /** Adds a measurement. Its figures fill as the rounds run. */
  Figures add(Measurement measurement) {
    Figures figures = new Figures();
    turns.add(new Turn(measurement, figures));
    return figures;
  }

  /** Runs every measurement once a round. */
  void run(int rounds) throws Exception {
    for (int round = 0; round < rounds; round++) {
      for (int i = 0; i < turns.size(); i++) {
        Turn turn = turns.get((round + i) % turns.size());
        turn.figures().add(turn.measurement().measure());
      }
    }
  }

  /**
   * Seconds that one pass of work takes, of as many as fill a turn: the first after another's turn
   * finds caches cold and threads asleep.
   */
  static double secondsAPass(Measurement pass) throws Exception {
    double seconds = 0;
    int passes = 0;
    while (passes == 0 || seconds < LEAST_SECONDS) {
      seconds += pass.measure();
      passes++;
    }
    return seconds / passes;
  }

  /** Seconds that work takes. */
  static double seconds(Runnable work) {
    long start = System.nanoTime();
    work.run();
    return (System.nanoTime() - start) / 1e9;
  }
}
