package dev.verdict.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.verdict.contract.Json;
import dev.verdict.drift.FeatureHistogram;
import dev.verdict.drift.NumericFeature;
import dev.verdict.drift.ReferenceProfile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * {@code drift-reference.json} of a checkpoint: what reviews and the version's predictions looked
 * like when it was tested, with which those of today are compared. It holds whole numbers only, so
 * the same predictions give the same bytes on every platform and Java release.
 */
public final class DriftReferenceFile {
  public static final String NAME = "drift-reference.json";

  private static final int LAYOUT = 1;

  private DriftReferenceFile() {}

  /**
   * The file.
   *
   * @param layout of the bins, see {@link NumericFeature}
   * @param features by label, the bins in use, each with its index and its count
   */
  private record Contents(
      int layout,
      SortedMap<String, Long> predictedClasses,
      SortedMap<String, List<List<Long>>> features) {}

  /** Writes the file into a folder. */
  public static void write(Path folder, ReferenceProfile profile) throws IOException {
    SortedMap<String, List<List<Long>>> features = new TreeMap<>();
    profile
        .histograms()
        .forEach((feature, histogram) -> features.put(feature.label(), used(histogram)));
    Files.write(
        folder.resolve(NAME),
        Json.write(new Contents(LAYOUT, profile.predictedClasses(), features)));
  }

  /**
   * The reference of a checkpoint; empty for one that was written without.
   *
   * @throws IOException when the file cannot be read, is damaged or of another layout
   */
  public static Optional<ReferenceProfile> read(Path folder) throws IOException {
    Path file = folder.resolve(NAME);
    byte[] json;
    try {
      json = Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    try {
      Contents contents = Json.read(json, Contents.class);
      if (contents.layout() != LAYOUT) {
        throw new IOException(
            "%s has layout %d, must be %d".formatted(file, contents.layout(), LAYOUT));
      }
      return Optional.of(profile(contents));
    } catch (JsonProcessingException e) {
      throw new IOException(file + " cannot be read: " + Json.describe(e), e);
    } catch (IllegalArgumentException | NullPointerException | IndexOutOfBoundsException e) {
      throw new IOException(file + " is damaged: " + e.getMessage(), e);
    }
  }

  private static ReferenceProfile profile(Contents contents) {
    Map<NumericFeature, FeatureHistogram> histograms = new EnumMap<>(NumericFeature.class);
    for (NumericFeature feature : NumericFeature.values()) {
      List<Long> counts = new ArrayList<>(Collections.nCopies(feature.bins(), 0L));
      for (List<Long> bin : contents.features().getOrDefault(feature.label(), List.of())) {
        counts.set(Math.toIntExact(bin.get(0)), bin.get(1));
      }
      histograms.put(feature, new FeatureHistogram(feature, counts));
    }
    return new ReferenceProfile(contents.predictedClasses(), histograms);
  }

  private static List<List<Long>> used(FeatureHistogram histogram) {
    List<List<Long>> used = new ArrayList<>();
    for (int bin = 0; bin < histogram.counts().size(); bin++) {
      long count = histogram.counts().get(bin);
      if (count > 0) {
        used.add(List.of((long) bin, count));
      }
    }
    return used;
  }
}
