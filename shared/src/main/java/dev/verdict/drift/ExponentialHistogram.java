package dev.verdict.drift;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The last so many numbers in logarithmic memory: buckets of 1, 2, 4, … numbers, the older the
 * larger, each with the sum and the variance of its numbers. At most a fixed number of buckets of
 * one size: one more, and the two oldest become one of the next size.
 *
 * <p>Bifet and Gavaldà, Learning from time-changing data with adaptive windowing, SDM 2007, section
 * 4; the variance of joined buckets: Babcock, Datar, Motwani and O'Callaghan, Maintaining variance
 * and k-medians over data stream windows, PODS 2003.
 */
final class ExponentialHistogram {
  /** More than any stream fills. */
  private static final int MAX_LEVELS = 50;

  private final int maxBuckets;
  private final List<Level> levels = new ArrayList<>();

  /** How many numbers it holds. */
  private long width;

  private double total;

  /** Sum of the squared distances from the mean. */
  private double squares;

  ExponentialHistogram(int maxBuckets) {
    this.maxBuckets = maxBuckets;
  }

  /** Buckets of one size, the oldest first. */
  private static final class Level {
    final double[] totals;
    final double[] squares;
    int size;

    Level(int capacity) {
      totals = new double[capacity];
      squares = new double[capacity];
    }

    void add(double total, double squaresOfIt) {
      totals[size] = total;
      squares[size] = squaresOfIt;
      size++;
    }

    void removeOldest(int number) {
      size -= number;
      System.arraycopy(totals, number, totals, 0, size);
      System.arraycopy(squares, number, squares, 0, size);
    }
  }

  long width() {
    return width;
  }

  double total() {
    return total;
  }

  double variance() {
    return width == 0 ? 0 : Math.max(0, squares / width);
  }

  int levels() {
    return levels.size();
  }

  /** How many buckets of 2 to the power of {@code level} numbers there are. */
  int buckets(int level) {
    return levels.get(level).size;
  }

  /** Sum of a bucket's numbers; bucket 0 is the oldest of its level. */
  double total(int level, int bucket) {
    return levels.get(level).totals[bucket];
  }

  int buckets() {
    return levels.stream().mapToInt(level -> level.size).sum();
  }

  void add(double value) {
    if (width > 0) {
      squares += squaresBetween((double) width, total / width, 1, value);
    }
    width++;
    total += value;
    level(0).add(value, 0);
    for (int i = 0; i < levels.size() && levels.get(i).size > maxBuckets; i++) {
      joinOldest(i);
    }
  }

  private void joinOldest(int index) {
    Level level = levels.get(index);
    double size = size(index);
    double between = squaresBetween(size, level.totals[0] / size, size, level.totals[1] / size);
    level(index + 1)
        .add(level.totals[0] + level.totals[1], level.squares[0] + level.squares[1] + between);
    level.removeOldest(2);
  }

  /** Forgets the oldest bucket; there must be one. */
  void removeOldest() {
    int last = levels.size() - 1;
    Level level = levels.get(last);
    double size = size(last);
    double sum = level.totals[0];
    width -= 1L << last;
    total -= sum;
    squares -= level.squares[0];
    if (width > 0) {
      squares -= squaresBetween(size, sum / size, (double) width, total / width);
    }
    level.removeOldest(1);
    while (!levels.isEmpty() && levels.get(levels.size() - 1).size == 0) {
      levels.remove(levels.size() - 1);
    }
  }

  /** What two parts add to the squared distances, besides their own, by lying apart. */
  private static double squaresBetween(double size, double mean, double otherSize, double other) {
    return size * otherSize * (mean - other) * (mean - other) / (size + otherSize);
  }

  private static double size(int level) {
    return 1L << level;
  }

  private Level level(int index) {
    while (levels.size() <= index) {
      levels.add(new Level(maxBuckets + 1));
    }
    return levels.get(index);
  }

  private double totalOfBuckets() {
    return levels.stream()
        .mapToDouble(level -> Arrays.stream(level.totals, 0, level.size).sum())
        .sum();
  }

  void write(List<Double> state) {
    state.addAll(List.of(total, squares, (double) levels.size()));
    for (Level level : levels) {
      state.add((double) level.size);
      Arrays.stream(level.totals, 0, level.size).forEach(state::add);
      Arrays.stream(level.squares, 0, level.size).forEach(state::add);
    }
  }

  static ExponentialHistogram read(int maxBuckets, StateReader state) {
    ExponentialHistogram read = new ExponentialHistogram(maxBuckets);
    // Rounding may leave either a little below 0.
    read.total = state.number(-1, Double.MAX_VALUE);
    read.squares = state.number(-1, Double.MAX_VALUE);
    int levels = (int) state.count(MAX_LEVELS);
    for (int i = 0; i < levels; i++) {
      Level level = read.level(i);
      boolean oldest = i == levels - 1;
      level.size = (int) state.count(oldest ? 1 : 0, maxBuckets);
      for (int j = 0; j < level.size; j++) {
        level.totals[j] = state.number(0, size(i));
      }
      for (int j = 0; j < level.size; j++) {
        level.squares[j] = state.number(0, size(i));
      }
      read.width += (1L << i) * level.size;
    }
    state.require(
        Math.abs(read.total - read.totalOfBuckets()) <= 1e-6 * (1 + read.width),
        "has a total of %s, its buckets %s".formatted(read.total, read.totalOfBuckets()));
    return read;
  }
}
