package dev.verdict.cli.bench;

import dev.verdict.config.Settings;
import dev.verdict.model.Preset;
import java.io.IOException;
import java.util.List;

/** A champion of random weights, there at once where what it says does not matter. */
public final class RandomChampion {
  public static final List<String> LABELS = BenchModel.LABELS;

  private RandomChampion() {}

  /** Makes the topics and publishes it. */
  public static void publish(Settings settings) throws IOException, InterruptedException {
    try (BenchModel model = BenchModel.random(Preset.TINY)) {
      BenchCluster.publish(settings, model);
    }
  }
}
