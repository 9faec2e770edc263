package dev.verdict.benchmarks.jmh;

import dev.verdict.evaluation.ConfusionMatrix;
import dev.verdict.evaluation.GradedOutcome;
import dev.verdict.evaluation.RollingEvaluation;
import dev.verdict.evaluation.RollingEvaluation.Content;
import dev.verdict.evaluation.RollingEvaluation.Entry;
import dev.verdict.evaluation.RollingEvaluation.Journal;
import dev.verdict.evaluation.RollingEvaluation.Totals;
import dev.verdict.evaluation.Tally;
import dev.verdict.evaluation.WindowSpec;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What one graded prediction costs: a count in a matrix, and the default windows. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class EvaluationBenchmark {
  private static final List<String> CLASSES = List.of("negative", "neutral", "positive");

  private final ConfusionMatrix matrix = new ConfusionMatrix(CLASSES);
  private RollingEvaluation rolling;
  private long next;

  /** Empty windows. */
  @Setup
  public void begin() {
    rolling =
        new RollingEvaluation(
            List.of(new WindowSpec.Last(1000), new WindowSpec.Rolling("1h", Duration.ofHours(1))),
            0,
            Content.NONE,
            new NoJournal());
  }

  @Benchmark
  public double confusionMatrix() {
    matrix.add(CLASSES.get((int) (next % 3)), CLASSES.get((int) (next % 2)));
    next++;
    return matrix.macroF1();
  }

  @Benchmark
  public long rollingEvaluation() {
    GradedOutcome outcome =
        new GradedOutcome(
            CLASSES.get((int) (next % 3)), CLASSES.get((int) (next % 2)), 0.7, 0.6, 1000, next);
    rolling.add("review-" + next, outcome, next);
    next++;
    return rolling.labelled();
  }

  /** What keeps the state is measured elsewhere. */
  private static final class NoJournal implements Journal {
    @Override
    public void putRecent(long sequence, Entry entry) {}

    @Override
    public void removeRecent(long sequence) {}

    @Override
    public void putBucket(String window, long start, Tally.Snapshot tally) {}

    @Override
    public void removeBucket(String window, long start) {}

    @Override
    public void putTotals(Totals totals) {}
  }
}
