package dev.verdict.trainer.training;

import dev.verdict.contract.Json;
import dev.verdict.model.NamedTensor;
import dev.verdict.model.Safetensors;
import dev.verdict.model.Snapshot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where a run stands between two steps: one file of all tensors that the next step depends on, with
 * the rest as JSON in its header. Written aside and renamed, so there is always a whole one.
 *
 * @param standing all but the tensors
 * @param tensors weights, optimizer's state, average, and the best weights so far; read one by one
 */
record ResumePoint<S>(S standing, List<NamedTensor> tensors) {
  private static final String RUN = "run";
  private static final String STANDING = "verdict";
  private static final String BEST = "best/";

  /**
   * Where a run stands now.
   *
   * @param state of the model and its optimizer
   * @param best weights so far, where there was a validation
   */
  static <S> ResumePoint<S> of(S standing, List<NamedTensor> state, Optional<Snapshot> best) {
    Stream<NamedTensor> kept =
        best.stream()
            .flatMap(weights -> weights.weights().stream())
            .map(weight -> weight.named(BEST + weight.name()));
    return new ResumePoint<>(standing, Stream.concat(state.stream(), kept).toList());
  }

  /**
   * Writes the file in the place of an older one.
   *
   * @param run tells whether it is the same run: recipe, data, seed and base
   */
  void write(Path file, String run) throws IOException {
    Path aside = file.resolveSibling(file.getFileName() + ".new");
    Safetensors.write(
        aside,
        tensors,
        Map.of(RUN, run, STANDING, new String(Json.write(standing), StandardCharsets.UTF_8)));
    try (FileChannel written = FileChannel.open(aside, StandardOpenOption.WRITE)) {
      written.force(true);
    }
    Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /**
   * Reads the file of the same run.
   *
   * @param run as it was written
   * @param type of the standing
   * @return empty when there is no file, or it is of another run
   * @throws IOException when it is damaged
   */
  static <S> Optional<ResumePoint<S>> read(Path file, String run, Class<S> type)
      throws IOException {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try (Safetensors stored = Safetensors.open(file)) {
      String json = stored.metadata().get(STANDING);
      if (json == null) {
        throw new IOException(file + " holds no state of a training");
      }
      if (!run.equals(stored.metadata().get(RUN))) {
        return Optional.empty();
      }
      S standing = Json.read(json.getBytes(StandardCharsets.UTF_8), type);
      List<NamedTensor> tensors = new ArrayList<>();
      for (String name : stored.names()) {
        tensors.add(new NamedTensor(name, stored.shape(name), () -> values(file, name)));
      }
      return Optional.of(new ResumePoint<>(standing, tensors));
    }
  }

  private static float[] values(Path file, String name) {
    try (Safetensors stored = Safetensors.open(file)) {
      return stored.read(name).data();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Map<String, NamedTensor> byName() {
    Map<String, NamedTensor> byName = new HashMap<>();
    tensors.forEach(tensor -> byName.put(tensor.name(), tensor));
    return byName;
  }

  /** The best weights so far. */
  Snapshot best() {
    return new Snapshot(
        tensors.stream()
            .filter(tensor -> tensor.name().startsWith(BEST))
            .map(tensor -> tensor.named(tensor.name().substring(BEST.length())))
            .toList());
  }
}
