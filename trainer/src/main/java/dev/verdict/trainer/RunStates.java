package dev.verdict.trainer;

import dev.verdict.checkpoint.CheckpointFolder;
import dev.verdict.contract.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where the runs of a model keep what they need to be taken up again after a crash: a folder beside
 * the checkpoints, one subfolder a run.
 *
 * @param folder of the model
 */
record RunStates(Path folder) {
  private static final String EXAMPLES = "examples.json";

  /** Of a model in a store. */
  static RunStates of(Path store, String model) {
    return new RunStates(store.resolve(".runs").resolve(model));
  }

  /**
   * What a run began with.
   *
   * @param champion that it was to beat
   * @param ends next offset by partition of the examples that it reads
   */
  record Beginning(String champion, Map<Integer, Long> ends) {}

  /** The state of one run; those of others, which are answered, are removed. */
  State of(String runId) throws IOException {
    Path own = folder.resolve(HexFormat.of().formatHex(runId.getBytes(StandardCharsets.UTF_8)));
    Files.createDirectories(own);
    try (Stream<Path> all = Files.list(folder)) {
      for (Path other : all.filter(path -> !path.equals(own)).toList()) {
        CheckpointFolder.deleteRecursively(other);
      }
    }
    return new State(own);
  }

  /** Removes all: no run is unfinished. */
  void clear() throws IOException {
    CheckpointFolder.deleteRecursively(folder);
  }

  /**
   * The state of one run.
   *
   * @param folder of the run alone
   */
  record State(Path folder) {

    /** The file of the training itself. */
    Path training() {
      return folder.resolve("training.safetensors");
    }

    /** How the run began before the crash; empty if it is new or what it wrote is damaged. */
    Optional<Beginning> beginning() {
      try {
        return Optional.of(
            Json.read(Files.readAllBytes(folder.resolve(EXAMPLES)), Beginning.class));
      } catch (IOException | RuntimeException e) {
        return Optional.empty();
      }
    }

    void begin(Beginning beginning) throws IOException {
      Path aside = folder.resolve(EXAMPLES + ".new");
      Files.write(aside, Json.write(beginning));
      Files.move(
          aside,
          folder.resolve(EXAMPLES),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    }
  }
}
