package dev.verdict.model;

import java.util.List;

/** The weights of a model at one moment, on the Java heap. */
public final class Snapshot {
  private final List<NamedTensor> weights;

  public Snapshot(List<NamedTensor> weights) {
    this.weights = List.copyOf(weights);
  }

  /** In the order of the model. */
  public List<NamedTensor> weights() {
    return weights;
  }
}
