package dev.verdict.trainer.training;

import dev.verdict.config.TrainingRecipe.Schedule;

/**
 * The learning rate of every step of a run; immutable. All schedules rise linearly to the peak over
 * the warm-up, which takes at most half of the run.
 */
public sealed interface LearningRate {

  /**
   * A schedule for a run of so many steps.
   *
   * @param peak highest rate
   */
  static LearningRate of(double peak, Schedule schedule, int steps) {
    int warmup = Math.min(schedule.warmupSteps(), steps / 2);
    return switch (schedule.shape()) {
      case LINEAR -> new Linear(peak, warmup, steps);
      case COSINE -> new Cosine(peak, warmup, steps);
      case CONSTANT -> new Constant(peak, warmup);
      case REDUCE_ON_PLATEAU -> ReduceOnPlateau.start(peak, warmup);
    };
  }

  /**
   * The rate of a step, always above 0.
   *
   * @param step from 1
   */
  double at(int step);

  /** The schedule of the steps after a validation. */
  LearningRate after(double validationLoss);

  /**
   * Falls linearly after the warm-up; it would reach 0 one step after the last.
   *
   * <p>Example: peak 1, warm-up 2, 5 steps: 0.5, 1, 0.75, 0.5, 0.25.
   */
  record Linear(double peak, int warmup, int steps) implements LearningRate {
    @Override
    public double at(int step) {
      return step <= warmup
          ? peak * step / warmup
          : peak * Math.max(1, steps - step + 1) / (steps - warmup + 1);
    }

    @Override
    public LearningRate after(double validationLoss) {
      return this;
    }
  }

  /**
   * Falls along half a cosine after the warm-up (Loshchilov and Hutter, arXiv:1608.03983, without
   * restarts); it would reach 0 one step after the last.
   *
   * <p>Example: peak 1, no warm-up, 3 steps: 1, 0.75, 0.25.
   */
  record Cosine(double peak, int warmup, int steps) implements LearningRate {
    @Override
    public double at(int step) {
      if (step < warmup) {
        return peak * step / warmup;
      }
      int start = Math.max(1, warmup);
      double done = (double) Math.min(step - start, steps - start) / (steps + 1 - start);
      return peak * (1 + Math.cos(Math.PI * done)) / 2;
    }

    @Override
    public LearningRate after(double validationLoss) {
      return this;
    }
  }

  /** Stays at the peak after the warm-up. */
  record Constant(double peak, int warmup) implements LearningRate {
    @Override
    public double at(int step) {
      return step < warmup ? peak * step / warmup : peak;
    }

    @Override
    public LearningRate after(double validationLoss) {
      return this;
    }
  }

  /**
   * Falls to a tenth when the validation loss has not fallen below its least for two validations;
   * then the count begins anew. A fall of less than 0.01% does not count, as in PyTorch's {@code
   * ReduceLROnPlateau}.
   *
   * @param bestLoss the least validation loss so far
   * @param stalled validations since
   */
  record ReduceOnPlateau(double rate, int warmup, double bestLoss, int stalled)
      implements LearningRate {
    private static final double FACTOR = 0.1;
    private static final int PATIENCE = 2;
    private static final double THRESHOLD = 1e-4;

    static ReduceOnPlateau start(double peak, int warmup) {
      return new ReduceOnPlateau(peak, warmup, Double.POSITIVE_INFINITY, 0);
    }

    @Override
    public double at(int step) {
      return step < warmup ? rate * step / warmup : rate;
    }

    @Override
    public LearningRate after(double validationLoss) {
      if (validationLoss < bestLoss * (1 - THRESHOLD)) {
        return new ReduceOnPlateau(rate, warmup, validationLoss, 0);
      }
      return stalled + 1 < PATIENCE
          ? new ReduceOnPlateau(rate, warmup, bestLoss, stalled + 1)
          : new ReduceOnPlateau(rate * FACTOR, warmup, bestLoss, 0);
    }
  }
}
