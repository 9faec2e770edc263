package dev.verdict.config;

import java.nio.file.Path;
import java.util.List;

/**
 * Labelled files that every retraining learns from too, so that the model does not forget them.
 *
 * @param files as for {@code verdict train}; may be empty
 * @param examples of them a run at most
 */
public record BaseData(List<Path> files, int examples) {

  public BaseData {
    files = List.copyOf(files);
  }
}
