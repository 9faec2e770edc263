package dev.verdict.contract;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A published version, the value of {@code model-registry} under {@code <model>/<version>}.
 *
 * @param version {@code v000007-<first 8 hex of the SHA-256 of model.safetensors>}
 * @param number the version's number, from 1
 * @param path the checkpoint's folder, relative to the checkpoint store
 * @param manifestSha256 of the checkpoint's own {@code MANIFEST.json}, which holds every file's
 * @param labels the classes in the model's order
 * @param base what training started from
 * @param parent the version it was fine-tuned from, if any
 * @param requestId the retrain request it answers
 * @param trainedThrough last offset of each partition of {@code reviews} the trainer has read
 *     itself; predictions of reviews up to there do not count in F1
 * @param metrics figures of the run such as {@code validation_macro_f1}
 */
public record ModelManifest(
    String model,
    String version,
    long number,
    String path,
    String manifestSha256,
    List<String> labels,
    String base,
    Optional<String> parent,
    String requestId,
    Map<Integer, Long> trainedThrough,
    Map<String, Double> metrics,
    Instant createdAt) {

  /**
   * Checks what every reader relies on; older manifests may lack the maps.
   *
   * @throws NullPointerException naming the field that is missing
   */
  public ModelManifest {
    Objects.requireNonNull(model, "model");
    Objects.requireNonNull(version, "version");
    Objects.requireNonNull(path, "path");
    Objects.requireNonNull(manifestSha256, "manifest_sha256");
    labels = List.copyOf(Objects.requireNonNull(labels, "labels"));
    trainedThrough =
        trainedThrough == null
            ? Map.of()
            : Collections.unmodifiableMap(new TreeMap<>(trainedThrough));
    metrics = Figures.finite(metrics);
  }

  /** Whether this version may have been trained on the review at that place. */
  public boolean hasSeen(int partition, long offset) {
    return offset <= trainedThrough.getOrDefault(partition, -1L);
  }
}
