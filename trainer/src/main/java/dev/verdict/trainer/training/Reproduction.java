package dev.verdict.trainer.training;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.verdict.batching.BatchLimits;
import dev.verdict.checkpoint.CheckpointFolder;
import dev.verdict.config.TrainerSettings;
import dev.verdict.contract.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/** Trains a checkpoint once more, by what its {@code training.json} says. */
public final class Reproduction {
  private static final String WEIGHTS = "model.safetensors";

  private final Path checkpoint;
  private final TrainingReport report;

  private Reproduction(Path checkpoint, TrainingReport report) {
    this.checkpoint = checkpoint;
    this.report = report;
  }

  /**
   * Reads how a checkpoint came to be.
   *
   * @throws IOException when its {@code training.json} is missing or of another format
   */
  public static Reproduction of(Path checkpoint) throws IOException {
    Path file = checkpoint.resolve("training.json");
    if (!Files.exists(file)) {
      throw new IOException(checkpoint + " holds no training.json: Verdict has not trained it");
    }
    try {
      return new Reproduction(
          checkpoint, Json.read(Files.readAllBytes(file), TrainingReport.class));
    } catch (JsonProcessingException e) {
      throw new IOException(file + " cannot be read: " + Json.describe(e), e);
    }
  }

  /** The seed of the run, by which its data was split too. */
  public long seed() {
    return report.seed();
  }

  /** Threads that computed; another number gives other roundings. */
  public int threads() {
    return report.threads();
  }

  /** What training started from, as it was written. */
  public String base() {
    return report.source().base();
  }

  /** Whether it started from a version, whose folder must be named. */
  public boolean fromAVersion() {
    return report.source().parent().isPresent();
  }

  /** Why the data is not that of the run, or empty. */
  public Optional<String> dataDiffers(Split split) {
    String fingerprint = DataFingerprint.of(split.trainable());
    return fingerprint.equals(report.data().fingerprint())
        ? Optional.empty()
        : Optional.of(
            "the data differs: its fingerprint is %s, that of the run %s (%d reviews, %d in the run)"
                .formatted(
                    fingerprint,
                    report.data().fingerprint(),
                    split.trainable().count(),
                    report.data().training() + report.data().validation()));
  }

  /**
   * What came of it.
   *
   * @param sha256 of the weights now
   * @param expected of the weights of the checkpoint
   * @param differences of the two runs that may explain other weights
   */
  public record Outcome(String sha256, String expected, List<String> differences) {
    /** Whether the weights are the same bit for bit. */
    public boolean same() {
      return sha256.equals(expected);
    }
  }

  /**
   * Trains.
   *
   * @param settings of which all that the checkpoint does not say is taken
   * @param base to start from
   * @param staged empty folder to work in
   * @throws TrainingStoppedException when it was asked to stop
   */
  public Outcome run(
      TrainerSettings settings,
      BatchLimits limits,
      BaseFetcher fetcher,
      String base,
      Split split,
      Path staged,
      Path state,
      ProgressListener listener,
      BooleanSupplier stopped)
      throws IOException {
    TrainingPlan plan =
        new TrainingPlan(
            report.model(),
            report.requestId(),
            base,
            Optional.empty(),
            report.classes(),
            split,
            report.data().offsets(),
            report.data().baseExamples(),
            report.seed());
    new CandidateTrainer(
            settings.with(report.arguments(), report.vocabulary()),
            report.maxLength(),
            limits,
            fetcher)
        .train(plan, staged, state, listener, stopped);
    TrainingReport now = of(staged).report;
    return new Outcome(
        CheckpointFolder.sha256(staged.resolve(WEIGHTS)),
        CheckpointFolder.sha256(checkpoint.resolve(WEIGHTS)),
        differences(now));
  }

  private List<String> differences(TrainingReport now) {
    List<String> differences = new ArrayList<>();
    if (!now.source().sha256().equals(report.source().sha256())) {
      differences.add(
          "the base is %s, was %s".formatted(now.source().sha256(), report.source().sha256()));
    }
    if (now.threads() != report.threads()) {
      differences.add("%d threads, were %d".formatted(now.threads(), report.threads()));
    }
    new TreeMap<>(report.libraries())
        .forEach(
            (name, version) -> {
              String here = now.libraries().getOrDefault(name, "absent");
              if (!here.equals(version)) {
                differences.add("%s is %s, was %s".formatted(name, here, version));
              }
            });
    return differences;
  }
}
