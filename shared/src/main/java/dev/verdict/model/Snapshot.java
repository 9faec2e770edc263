package dev.verdict.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The weights of a model at one moment, on the Java heap. */
public final class Snapshot {
  private final List<NamedTensor> weights;

  public Snapshot(List<NamedTensor> weights) {
    this.weights = weights.stream().map(NamedTensor::onHeap).toList();
  }

  /**
   * The mean of snapshots of one model.
   *
   * @throws IllegalArgumentException when there is none or they are of models of different shapes
   */
  public static Snapshot mean(List<Snapshot> snapshots) {
    if (snapshots.isEmpty()) {
      throw new IllegalArgumentException("There is no snapshot to take the mean of");
    }
    List<NamedTensor> first = snapshots.get(0).weights();
    List<NamedTensor> mean = new ArrayList<>();
    for (int i = 0; i < first.size(); i++) {
      NamedTensor tensor = first.get(i);
      double[] sum = new double[(int) tensor.size()];
      for (Snapshot snapshot : snapshots) {
        add(snapshot.weights().get(i), tensor, sum);
      }
      float[] data = new float[sum.length];
      for (int j = 0; j < data.length; j++) {
        data[j] = (float) (sum[j] / snapshots.size());
      }
      mean.add(new NamedTensor(tensor.name(), tensor.shape(), data));
    }
    return new Snapshot(mean);
  }

  private static void add(NamedTensor tensor, NamedTensor like, double[] sum) {
    if (!tensor.name().equals(like.name()) || !Arrays.equals(tensor.shape(), like.shape())) {
      throw new IllegalArgumentException("The snapshots are of models of different shapes");
    }
    float[] values = tensor.data();
    for (int j = 0; j < sum.length; j++) {
      sum[j] += values[j];
    }
  }

  /** In the order of the model. */
  public List<NamedTensor> weights() {
    return weights;
  }
}
