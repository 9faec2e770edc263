package dev.verdict.benchmarks.jmh;

import dev.verdict.batching.BatchPlanner;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Packing reviews into batches by length. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class BatchPlannerBenchmark {
  private static final int MAX_TOKENS = 8192;
  private static final int MAX_ROWS = 256;
  private static final int LONGEST = 128;

  private final BatchPlanner planner = new BatchPlanner(MAX_TOKENS, MAX_ROWS);
  private int[] lengths;

  /** Reviews that were gathered. */
  @Param({"64", "1024"})
  public int reviews;

  /** Draws lengths. */
  @Setup
  public void draw() {
    lengths = new Random(1).ints(reviews, 3, LONGEST + 1).toArray();
  }

  @Benchmark
  public List<List<Integer>> plan() {
    return planner.plan(lengths);
  }
}
