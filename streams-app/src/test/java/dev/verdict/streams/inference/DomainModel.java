package dev.verdict.streams.inference;

import dev.verdict.contract.ModelManifest;
import dev.verdict.text.TokenizedText;
import java.util.List;
import java.util.Set;

/**
 * Reads texts of two words, a domain and "good" or "poor": right about the domains that it knows,
 * wrong about all others.
 */
public final class DomainModel implements ServingModel {
  private final ModelManifest manifest;
  private final Set<String> known;

  public DomainModel(ModelManifest manifest, Set<String> known) {
    this.manifest = manifest;
    this.known = Set.copyOf(known);
  }

  @Override
  public ModelManifest manifest() {
    return manifest;
  }

  @Override
  public List<TokenizedText> encode(List<String> texts) {
    return texts.stream().map(this::encode).toList();
  }

  private TokenizedText encode(String text) {
    String[] words = text.trim().split("\\s+", -1);
    long good = List.of(words).contains("good") ? 1 : 0;
    long right = words.length > 1 && !known.contains(words[0]) ? 0 : 1;
    return new TokenizedText(new long[] {good, right}, false);
  }

  @Override
  public float[][] classify(List<TokenizedText> batch) {
    float[][] probabilities = new float[batch.size()][];
    for (int i = 0; i < probabilities.length; i++) {
      long[] ids = batch.get(i).ids();
      probabilities[i] = ids[0] == ids[1] ? new float[] {0.1f, 0.9f} : new float[] {0.9f, 0.1f};
    }
    return probabilities;
  }

  @Override
  public void close() {}
}
