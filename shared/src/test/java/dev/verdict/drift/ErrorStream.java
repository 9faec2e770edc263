package dev.verdict.drift;

import java.util.Arrays;
import java.util.List;
import java.util.function.DoublePredicate;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Errors that any language can make again: a 64-bit linear congruential generator, x ←
 * 6364136223846793005 x + 1442695040888963407 modulo 2^64 from x = seed on, whose upper 31 bits are
 * the draw. An error is a draw below the rate times 2^31.
 */
final class ErrorStream {
  private static final double DRAWS = 1L << 31;

  private final double[] errors;

  private ErrorStream(double[] errors) {
    this.errors = errors;
  }

  /** 4,000 labels of which a fifth is wrong. */
  static ErrorStream still() {
    return of(1, constant(0.2, 4000));
  }

  /** From 0.1 to 0.3 at 2,000 of 3,500 labels. */
  static ErrorStream abrupt() {
    return of(2, constant(0.1, 2000), constant(0.3, 1500));
  }

  /** From 0.1 at 2,000 of 4,000 labels to 0.4 at 3,500. */
  static ErrorStream gradual() {
    return of(
        3,
        constant(0.1, 2000),
        IntStream.range(0, 1500).mapToDouble(i -> 0.1 + (0.4 - 0.1) * i / 1500),
        constant(0.4, 500));
  }

  /** From 0.4 to 0.1 at 2,000 of 3,500 labels. */
  static ErrorStream falling() {
    return of(4, constant(0.4, 2000), constant(0.1, 1500));
  }

  /** 0.2, 0.5, 0.1 and 0.4 for 1,000 labels each. */
  static ErrorStream steps() {
    return of(
        5, constant(0.2, 1000), constant(0.5, 1000), constant(0.1, 1000), constant(0.4, 1000));
  }

  static List<ErrorStream> all() {
    return List.of(still(), abrupt(), gradual(), falling(), steps(), fractions());
  }

  /** Errors between 0 and 1: draw / 2^32, and 0.4 more from 1,500 of 2,500 labels on. */
  static ErrorStream fractions() {
    double[] draws = draws(6, 2500);
    return new ErrorStream(
        IntStream.range(0, draws.length)
            .mapToDouble(i -> draws[i] / (2 * DRAWS) + (i >= 1500 ? 0.4 : 0))
            .toArray());
  }

  private static ErrorStream of(long seed, DoubleStream... parts) {
    double[] rates = Arrays.stream(parts).flatMapToDouble(part -> part).toArray();
    double[] draws = draws(seed, rates.length);
    return new ErrorStream(
        IntStream.range(0, rates.length)
            .mapToDouble(i -> draws[i] < rates[i] * DRAWS ? 1 : 0)
            .toArray());
  }

  private static DoubleStream constant(double rate, int labels) {
    return DoubleStream.generate(() -> rate).limit(labels);
  }

  private static double[] draws(long seed, int labels) {
    double[] draws = new double[labels];
    long x = seed;
    for (int i = 0; i < labels; i++) {
      x = x * 6364136223846793005L + 1442695040888963407L;
      draws[i] = (double) (x >>> 33);
    }
    return draws;
  }

  double[] errors() {
    return errors.clone();
  }

  /** Where the detector says drift. */
  int[] drifts(DriftDetector detector) {
    return where(detector, error -> detector.drift());
  }

  /** Where the detector warns. */
  int[] warnings(DriftDetector detector) {
    return where(detector, error -> detector.warning());
  }

  private int[] where(DriftDetector detector, DoublePredicate said) {
    return IntStream.range(0, errors.length)
        .filter(
            i -> {
              detector.update(errors[i]);
              return said.test(errors[i]);
            })
        .toArray();
  }
}
