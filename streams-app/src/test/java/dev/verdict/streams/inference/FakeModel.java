package dev.verdict.streams.inference;

import dev.verdict.contract.ModelManifest;
import dev.verdict.text.TokenizedText;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** Says positive of texts with "good", negative of others; fails on texts with "explode". */
public final class FakeModel implements ServingModel {
  public static final List<String> LABELS = List.of("negative", "positive");

  private static final long GOOD = 1;
  private static final long EXPLODE = 2;
  private static final int MAX_LENGTH = 16;

  private final ModelManifest manifest;
  private final boolean wrong;
  private final AtomicBoolean closed = new AtomicBoolean();

  public FakeModel(String version) {
    this(version, Map.of());
  }

  public FakeModel(String version, Map<Integer, Long> trainedThrough) {
    this(version, trainedThrough, false);
  }

  /** A model that says the opposite of what it should. */
  public static FakeModel wrong(String version) {
    return new FakeModel(version, Map.of(), true);
  }

  private FakeModel(String version, Map<Integer, Long> trainedThrough, boolean wrong) {
    this.wrong = wrong;
    manifest =
        new ModelManifest(
            "reviews",
            version,
            1,
            "reviews/" + version,
            "0".repeat(64),
            LABELS,
            "scratch:tiny",
            Optional.empty(),
            "bootstrap",
            trainedThrough,
            Map.of(),
            Instant.EPOCH);
  }

  @Override
  public ModelManifest manifest() {
    return manifest;
  }

  @Override
  public List<TokenizedText> encode(List<String> texts) {
    return texts.stream().map(FakeModel::encode).toList();
  }

  private static TokenizedText encode(String text) {
    String[] words = text.trim().split("\\s+", -1);
    long[] ids = new long[Math.min(words.length, MAX_LENGTH)];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = words[i].equals("good") ? GOOD : words[i].equals("explode") ? EXPLODE : 0;
    }
    return new TokenizedText(ids, words.length > MAX_LENGTH);
  }

  @Override
  public float[][] classify(List<TokenizedText> batch) {
    float[][] probabilities = new float[batch.size()][];
    for (int i = 0; i < probabilities.length; i++) {
      boolean good = false;
      for (long id : batch.get(i).ids()) {
        if (id == EXPLODE) {
          throw new IllegalStateException("exploded");
        }
        good |= id == GOOD;
      }
      probabilities[i] = good != wrong ? new float[] {0.1f, 0.9f} : new float[] {0.8f, 0.2f};
    }
    return probabilities;
  }

  public boolean isClosed() {
    return closed.get();
  }

  @Override
  public void close() {
    closed.set(true);
  }
}
