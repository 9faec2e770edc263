package dev.verdict.trainer.training;

import dev.verdict.model.ModelMemoryException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One step of training by one or several batches. A batch for which native memory does not suffice
 * is halved: the sum of the halves' gradients is that of the whole.
 */
final class GradientStep {
  private static final Logger LOG = LoggerFactory.getLogger(GradientStep.class);

  private final Learner learner;
  private int halved;

  /** A model that learns from examples by their index. */
  interface Learner {
    /** A step by one batch; returns its loss. */
    float step(List<Integer> batch);

    /** Adds the gradients of a batch that counts {@code share} in the sum; returns its loss. */
    float addGradients(List<Integer> batch, double share);

    /** Steps by the sum. */
    void apply(float loss);

    /** Forgets the sum. */
    void drop();

    /** What a batch counts beside others: its examples, or the sum of their classes' weights. */
    double weight(List<Integer> batch);
  }

  GradientStep(Learner learner) {
    this.learner = learner;
  }

  /**
   * Steps once.
   *
   * @return the mean loss of the batches, as each counts
   * @throws ModelMemoryException when not even a single example fits
   */
  float by(List<List<Integer>> batches) {
    if (batches.size() > 1) {
      return bySum(batches);
    }
    List<Integer> batch = batches.get(0);
    try {
      return learner.step(batch);
    } catch (ModelMemoryException e) {
      return bySum(halves(batch, e));
    }
  }

  private float bySum(List<List<Integer>> batches) {
    double whole = batches.stream().mapToDouble(learner::weight).sum();
    float loss = 0;
    try {
      for (List<Integer> batch : batches) {
        loss += add(batch, whole);
      }
    } catch (RuntimeException e) {
      learner.drop();
      throw e;
    }
    learner.apply(loss);
    return loss;
  }

  /** How many batches were halved. */
  int halved() {
    return halved;
  }

  private float add(List<Integer> batch, double whole) {
    double share = learner.weight(batch) / whole;
    try {
      return (float) (share * learner.addGradients(batch, share));
    } catch (ModelMemoryException e) {
      float loss = 0;
      for (List<Integer> half : halves(batch, e)) {
        loss += add(half, whole);
      }
      return loss;
    }
  }

  private List<List<Integer>> halves(List<Integer> batch, ModelMemoryException fault) {
    if (batch.size() == 1) {
      throw fault;
    }
    halved++;
    LOG.warn("A batch of {} is halved: {}", batch.size(), fault.getMessage());
    int middle = batch.size() / 2;
    return List.of(batch.subList(0, middle), batch.subList(middle, batch.size()));
  }
}
