package dev.verdict.model;

import java.util.List;
import java.util.function.Consumer;

/**
 * How one step of training changes the weights: AdamW (Loshchilov and Hutter, arXiv:1711.05101).
 *
 * @param learningRate above 0
 * @param layerDecay the learning rate is multiplied by this for the last layer, once more for each
 *     layer below it and for the embeddings (Howard and Ruder, arXiv:1801.06146, section 3.2); 1
 *     gives all the same
 * @param beta1 decay of the gradients' mean, 0 to 1
 * @param beta2 decay of the gradients' square, 0 to 1
 * @param epsilon added to the denominator
 * @param weightDecay decoupled weight decay, 0 or more
 * @param decayAll whether biases and LayerNorm weights decay too
 * @param maxGradientNorm gradients are scaled down to this global norm; 0 turns it off
 * @param classWeights weight of each class in the loss, or empty for 1 each
 * @param labelSmoothing 0 to 1
 * @param consistency weight of the divergence between the two halves of a batch, which then holds
 *     every text twice (R-Drop, Liang et al., arXiv:2106.14448, where the whole loss is double); 0
 *     for batches of single texts
 * @param dropout whether dropout is on
 * @param seed seed of this step's dropout
 * @param frozen prefixes of the names of weights that this step leaves alone
 */
public record StepSettings(
    double learningRate,
    double layerDecay,
    double beta1,
    double beta2,
    double epsilon,
    double weightDecay,
    boolean decayAll,
    double maxGradientNorm,
    List<Float> classWeights,
    double labelSmoothing,
    double consistency,
    boolean dropout,
    int seed,
    List<String> frozen) {

  public StepSettings {
    classWeights = List.copyOf(classWeights);
    frozen = List.copyOf(frozen);
  }

  /** Betas 0.9 and 0.999, epsilon 1e-8, no decay, no clipping, dropout on, seed 0. */
  public static StepSettings of(double learningRate) {
    return new StepSettings(
        learningRate, 1, 0.9, 0.999, 1e-8, 0, false, 0, List.of(), 0, 0, true, 0, List.of());
  }

  public StepSettings withLearningRate(double newLearningRate) {
    return changed(draft -> draft.learningRate = newLearningRate);
  }

  public StepSettings withLayerDecay(double newLayerDecay) {
    return changed(draft -> draft.layerDecay = newLayerDecay);
  }

  public StepSettings withMoments(double newBeta1, double newBeta2, double newEpsilon) {
    return changed(
        draft -> {
          draft.beta1 = newBeta1;
          draft.beta2 = newBeta2;
          draft.epsilon = newEpsilon;
        });
  }

  public StepSettings withWeightDecay(double newWeightDecay, boolean newDecayAll) {
    return changed(
        draft -> {
          draft.weightDecay = newWeightDecay;
          draft.decayAll = newDecayAll;
        });
  }

  public StepSettings withMaxGradientNorm(double newMaxGradientNorm) {
    return changed(draft -> draft.maxGradientNorm = newMaxGradientNorm);
  }

  /** One weight a class, in the order of the model's labels. */
  public StepSettings withClassWeights(List<Float> newClassWeights) {
    return changed(draft -> draft.classWeights = newClassWeights);
  }

  public StepSettings withLabelSmoothing(double newLabelSmoothing) {
    return changed(draft -> draft.labelSmoothing = newLabelSmoothing);
  }

  /** Batches hold every text twice, the second half again in the order of the first. */
  public StepSettings withConsistency(double newConsistency) {
    return changed(draft -> draft.consistency = newConsistency);
  }

  public StepSettings withoutDropout() {
    return changed(draft -> draft.dropout = false);
  }

  /** The seed of this step's dropout; give every step of a run its own. */
  public StepSettings withSeed(int newSeed) {
    return changed(draft -> draft.seed = newSeed);
  }

  /** Freezes weights by prefix of their name; see {@link TrainableClassifier#frozenBelow}. */
  public StepSettings withFrozen(List<String> newFrozen) {
    return changed(draft -> draft.frozen = newFrozen);
  }

  private StepSettings changed(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.settings();
  }

  /** The same fields, to be changed. */
  private static final class Draft {
    private double learningRate;
    private double layerDecay;
    private double beta1;
    private double beta2;
    private double epsilon;
    private double weightDecay;
    private boolean decayAll;
    private double maxGradientNorm;
    private List<Float> classWeights;
    private double labelSmoothing;
    private double consistency;
    private boolean dropout;
    private int seed;
    private List<String> frozen;

    Draft(StepSettings from) {
      learningRate = from.learningRate;
      layerDecay = from.layerDecay;
      beta1 = from.beta1;
      beta2 = from.beta2;
      epsilon = from.epsilon;
      weightDecay = from.weightDecay;
      decayAll = from.decayAll;
      maxGradientNorm = from.maxGradientNorm;
      classWeights = from.classWeights;
      labelSmoothing = from.labelSmoothing;
      consistency = from.consistency;
      dropout = from.dropout;
      seed = from.seed;
      frozen = from.frozen;
    }

    StepSettings settings() {
      return new StepSettings(
          learningRate,
          layerDecay,
          beta1,
          beta2,
          epsilon,
          weightDecay,
          decayAll,
          maxGradientNorm,
          classWeights,
          labelSmoothing,
          consistency,
          dropout,
          seed,
          frozen);
    }
  }
}
