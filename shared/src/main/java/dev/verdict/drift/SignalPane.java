package dev.verdict.drift;

import java.util.List;

/** What some predictions of one version look like, and how well they should do. */
public final class SignalPane {
  private static final int LAYOUT = 1;

  private final ProfileSketch profile;
  private final EstimatedPerformance estimate;

  /**
   * @param classes the version's, in the order of its probabilities
   */
  public SignalPane(List<String> classes) {
    this(new ProfileSketch(), new EstimatedPerformance(classes));
  }

  private SignalPane(ProfileSketch profile, EstimatedPerformance estimate) {
    this.profile = profile;
    this.estimate = estimate;
  }

  /**
   * Reads what {@link #toBytes} wrote.
   *
   * @throws IllegalArgumentException if the bytes are damaged or of another layout
   */
  public static SignalPane fromBytes(byte[] bytes) {
    StateInput in = new StateInput(bytes, "Pane", LAYOUT);
    SignalPane pane =
        new SignalPane(
            ProfileSketch.fromBytes(in.block()), EstimatedPerformance.fromBytes(in.block()));
    in.end();
    return pane;
  }

  /**
   * Counts one prediction.
   *
   * @param probabilities of each class, calibrated
   * @throws IllegalArgumentException if they are not one a class, each from 0 to 1
   */
  public void add(ReviewSignals review, List<? extends Number> probabilities) {
    estimate.add(probabilities);
    profile.add(review);
  }

  /**
   * Counts all that another pane has counted; the other is left as it is.
   *
   * @throws IllegalArgumentException if its classes are others, or in another order
   */
  public void merge(SignalPane other) {
    estimate.merge(other.estimate);
    profile.merge(other.profile);
  }

  public List<String> classes() {
    return estimate.classes();
  }

  /** Predictions counted. */
  public long reviews() {
    return profile.reviews();
  }

  /** What they look like. */
  public ReferenceProfile profile() {
    return profile.profile();
  }

  /** How well they should do. */
  public EstimatedPerformance estimate() {
    return estimate;
  }

  /** The same for the same predictions in any order; about a kilobyte. */
  public byte[] toBytes() {
    return new StateBytes()
        .number(LAYOUT)
        .block(profile.toBytes())
        .block(estimate.toBytes())
        .toBytes();
  }
}
