package dev.verdict.drift;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/**
 * Two samples drawn with NumPy (seed 7), 800 and 600 reviews; in the second texts are longer,
 * unknown words more frequent, confidences lower and the third class twice as frequent. The figures
 * that tests expect of them were computed with NumPy from the values themselves, by formulas
 * written anew: deciles by {@code quantile(method="inverted_cdf")} and {@code searchsorted},
 * distribution functions at every value by {@code searchsorted}.
 */
final class DriftSamples {
  static final List<ReviewSignals> REFERENCE = read("reference.csv");
  static final List<ReviewSignals> CURRENT = read("current.csv");

  private DriftSamples() {}

  static ProfileSketch sketch(List<ReviewSignals> reviews) {
    ProfileSketch sketch = new ProfileSketch();
    reviews.forEach(sketch::add);
    return sketch;
  }

  private static List<ReviewSignals> read(String name) {
    try (InputStream in =
        Objects.requireNonNull(DriftSamples.class.getResourceAsStream("/drift/" + name))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .map(line -> line.split(",", -1))
          .map(
              row ->
                  new ReviewSignals(
                      row[0],
                      Double.parseDouble(row[1]),
                      Integer.parseInt(row[2]),
                      Integer.parseInt(row[3])))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
