package dev.verdict.model;

import java.util.List;

/**
 * How one step of training changes the weights: AdamW (Loshchilov and Hutter, arXiv:1711.05101).
 *
 * @param learningRate above 0
 * @param beta1 decay of the gradients' mean, 0 to 1
 * @param beta2 decay of the gradients' square, 0 to 1
 * @param epsilon added to the denominator
 * @param weightDecay decoupled weight decay, 0 or more
 * @param decayAll whether biases and LayerNorm weights decay too
 * @param maxGradientNorm gradients are scaled down to this global norm; 0 turns it off
 * @param classWeights weight of each class in the loss, or empty for 1 each
 * @param labelSmoothing 0 to 1
 * @param dropout whether dropout is on
 * @param seed seed of this step's dropout
 * @param frozen prefixes of the names of weights that this step leaves alone
 */
public record StepSettings(
    double learningRate,
    double beta1,
    double beta2,
    double epsilon,
    double weightDecay,
    boolean decayAll,
    double maxGradientNorm,
    List<Float> classWeights,
    double labelSmoothing,
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
        learningRate, 0.9, 0.999, 1e-8, 0, false, 0, List.of(), 0, true, 0, List.of());
  }

  public StepSettings withLearningRate(double newLearningRate) {
    return new StepSettings(
        newLearningRate,
        beta1,
        beta2,
        epsilon,
        weightDecay,
        decayAll,
        maxGradientNorm,
        classWeights,
        labelSmoothing,
        dropout,
        seed,
        frozen);
  }

  public StepSettings withWeightDecay(double newWeightDecay, boolean newDecayAll) {
    return new StepSettings(
        learningRate,
        beta1,
        beta2,
        epsilon,
        newWeightDecay,
        newDecayAll,
        maxGradientNorm,
        classWeights,
        labelSmoothing,
        dropout,
        seed,
        frozen);
  }

  public StepSettings withMaxGradientNorm(double newMaxGradientNorm) {
    return new StepSettings(
        learningRate,
        beta1,
        beta2,
        epsilon,
        weightDecay,
        decayAll,
        newMaxGradientNorm,
        classWeights,
        labelSmoothing,
        dropout,
        seed,
        frozen);
  }

  /** One weight a class, in the order of the model's labels. */
  public StepSettings withClassWeights(List<Float> newClassWeights) {
    return new StepSettings(
        learningRate,
        beta1,
        beta2,
        epsilon,
        weightDecay,
        decayAll,
        maxGradientNorm,
        newClassWeights,
        labelSmoothing,
        dropout,
        seed,
        frozen);
  }

  public StepSettings withLabelSmoothing(double newLabelSmoothing) {
    return new StepSettings(
        learningRate,
        beta1,
        beta2,
        epsilon,
        weightDecay,
        decayAll,
        maxGradientNorm,
        classWeights,
        newLabelSmoothing,
        dropout,
        seed,
        frozen);
  }

  public StepSettings withoutDropout() {
    return new StepSettings(
        learningRate,
        beta1,
        beta2,
        epsilon,
        weightDecay,
        decayAll,
        maxGradientNorm,
        classWeights,
        labelSmoothing,
        false,
        seed,
        frozen);
  }

  /** The seed of this step's dropout; give every step of a run its own. */
  public StepSettings withSeed(int newSeed) {
    return new StepSettings(
        learningRate,
        beta1,
        beta2,
        epsilon,
        weightDecay,
        decayAll,
        maxGradientNorm,
        classWeights,
        labelSmoothing,
        dropout,
        newSeed,
        frozen);
  }

  /** Freezes weights by prefix of their name; see {@link TrainableClassifier#frozenBelow}. */
  public StepSettings withFrozen(List<String> newFrozen) {
    return new StepSettings(
        learningRate,
        beta1,
        beta2,
        epsilon,
        weightDecay,
        decayAll,
        maxGradientNorm,
        classWeights,
        labelSmoothing,
        dropout,
        seed,
        newFrozen);
  }
}
