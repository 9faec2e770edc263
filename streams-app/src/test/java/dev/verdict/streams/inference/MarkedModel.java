package dev.verdict.streams.inference;

import dev.verdict.contract.ModelManifest;
import dev.verdict.text.TokenizedText;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/**
 * Says positive of texts with "good" and negative of others, but the opposite of texts that hold
 * its own version as a word: so the text says which versions are mistaken about it.
 */
public record MarkedModel(ModelManifest manifest) implements ServingModel {
  @Override
  public List<TokenizedText> encode(List<String> texts) {
    return texts.stream()
        .map(text -> Arrays.stream(text.split(" ", -1)).mapToLong(MarkedModel::id).toArray())
        .map(ids -> new TokenizedText(ids, false))
        .toList();
  }

  private static long id(String word) {
    return Integer.toUnsignedLong(word.hashCode());
  }

  @Override
  public float[][] classify(List<TokenizedText> batch) {
    return batch.stream()
        .map(text -> says(text.ids()) ? new float[] {0.1f, 0.9f} : new float[] {0.8f, 0.2f})
        .toArray(float[][]::new);
  }

  private boolean says(long[] ids) {
    boolean good = LongStream.of(ids).anyMatch(id -> id == id("good"));
    boolean mistaken = LongStream.of(ids).anyMatch(id -> id == id(manifest.version()));
    return good != mistaken;
  }

  @Override
  public void close() {}
}
