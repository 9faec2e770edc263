package dev.verdict.trainer.data;

import dev.verdict.config.BaseData;
import dev.verdict.evaluation.HoldOut;
import dev.verdict.trainer.training.Example;
import dev.verdict.trainer.training.SampledExamples;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** A random sample of labelled files, in the memory of the sample alone. */
public record BaseExamples(BaseData settings) {

  /**
   * Reads the files.
   *
   * @param classes whose rows count
   * @param holdOut whose ids no version is ever trained on
   * @param seed of the sample
   * @return rows of the split {@code train} or of none; each has an id
   * @throws DataException if a file cannot be read or has a row that cannot be used
   */
  public List<Example> sample(Set<String> classes, HoldOut holdOut, long seed) {
    SampledExamples sample = new SampledExamples(settings.examples(), seed);
    DataFiles files = DataFiles.labelled(DataColumns.DEFAULT);
    settings
        .files()
        .forEach(
            file ->
                files.forEach(
                    file,
                    row -> {
                      boolean trained = row.part().map(Part.TRAIN::equals).orElse(true);
                      if (trained
                          && !holdOut.contains(row.id())
                          && classes.contains(row.example().label())) {
                        sample.add(row.example(), Instant.EPOCH);
                      }
                    }));
    return sample.inRandomOrder();
  }
}
