package dev.verdict.model;

import dev.verdict.model.DistilBertParameters.Parameter;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The weights of a checkpoint under the names of a sequence classifier. A file saved from the bare
 * model has no {@code distilbert.} before its names; one converted from TensorFlow may say gamma
 * and beta. What else the file holds (a language model's head) is ignored.
 */
final class WeightFile implements Closeable {
  static final String NAME = "model.safetensors";

  private static final String PREFIX = "distilbert.";

  private final Path path;
  private final Safetensors file;
  private final Map<String, String> storedNames = new HashMap<>();

  private WeightFile(Path path, Safetensors file) {
    this.path = path;
    this.file = file;
    for (String stored : file.names()) {
      storedNames.put(canonical(stored), stored);
    }
  }

  static WeightFile open(Path folder) throws IOException {
    Path path = folder.resolve(NAME);
    if (!Files.exists(path)) {
      throw new IOException(folder + " holds no " + NAME);
    }
    return new WeightFile(path, Safetensors.open(path));
  }

  private static String canonical(String stored) {
    String name = stored;
    if (name.startsWith("embeddings.") || name.startsWith("transformer.")) {
      name = PREFIX + name;
    }
    if (name.endsWith(".gamma")) {
      name = name.substring(0, name.length() - ".gamma".length()) + ".weight";
    } else if (name.endsWith(".beta")) {
      name = name.substring(0, name.length() - ".beta".length()) + ".bias";
    }
    return name;
  }

  boolean holds(String name) {
    return storedNames.containsKey(name);
  }

  boolean holdsAll(List<Parameter> parameters) {
    return parameters.stream().allMatch(parameter -> holds(parameter.name()));
  }

  /**
   * Reads one weight.
   *
   * @throws IOException when the file is damaged
   * @throws ModelException when the file lacks it or it has another shape than the configuration
   *     asks for
   */
  float[] read(Parameter parameter) throws IOException {
    String stored = storedNames.get(parameter.name());
    if (stored == null) {
      throw new ModelException(path + " holds no tensor " + parameter.name());
    }
    long[] shape = file.shape(stored);
    if (!Arrays.equals(shape, parameter.shape())) {
      throw new ModelException(
          path
              + " holds "
              + stored
              + " of shape "
              + Arrays.toString(shape)
              + ", config.json asks for "
              + Arrays.toString(parameter.shape()));
    }
    return file.read(stored).data();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
