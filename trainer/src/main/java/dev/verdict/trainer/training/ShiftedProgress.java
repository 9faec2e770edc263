package dev.verdict.trainer.training;

import dev.verdict.trainer.training.TrainingResult.Validation;
import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.DoubleStream;

/**
 * Tells of one of several runs as of the part of a longer one.
 *
 * @param next is told
 * @param runs all of them
 * @param before the runs that are done
 * @param mayBeKept whether their weights may become the result, and their best score the best
 */
record ShiftedProgress(
    ProgressListener next, int runs, List<TrainingResult> before, boolean mayBeKept)
    implements ProgressListener {

  @Override
  public void resumed(List<Validation> curve) {
    next.resumed(TrainingResult.shifted(curve, steps(), epochs()));
  }

  @Override
  public void stepped(Progress progress) {
    next.stepped(shifted(progress));
  }

  @Override
  public void validated(Progress progress) {
    next.validated(shifted(progress));
  }

  private Progress shifted(Progress own) {
    int runsAfter = runs - before.size() - 1;
    Duration whole =
        before.stream().map(TrainingResult::elapsed).max(Duration::compareTo).orElse(own.eta());
    return new Progress(
        steps() + own.step(),
        steps() + own.steps() * (1 + runsAfter),
        epochs() + own.epoch(),
        own.learningRate(),
        own.loss(),
        own.validationLoss(),
        own.macroF1(),
        best(own.bestMacroF1()),
        own.samplesPerSecond(),
        own.eta().plus(whole.multipliedBy(runsAfter)));
  }

  private OptionalDouble best(OptionalDouble own) {
    if (!mayBeKept) {
      return own;
    }
    return DoubleStream.concat(
            own.stream(), before.stream().mapToDouble(result -> result.best().macroF1()))
        .max();
  }

  private int steps() {
    return before.stream().mapToInt(TrainingResult::steps).sum();
  }

  private double epochs() {
    return before.stream()
        .mapToDouble(result -> result.curve().get(result.curve().size() - 1).epoch())
        .sum();
  }
}
