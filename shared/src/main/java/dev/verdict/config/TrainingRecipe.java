package dev.verdict.config;

import java.util.Objects;

/**
 * How a model is trained.
 *
 * @param epochs passes over the training split at most
 * @param maxSteps steps at most, 0 for as many as the epochs have
 * @param batches what a step learns from
 * @param optimizer how a step changes the weights
 * @param schedule the course of the learning rate
 * @param regularization what keeps the model from learning its examples by heart
 * @param evaluationSteps steps between two validations
 * @param patience validations without a better macro F1 after which training stops, 0 for never
 * @param transfer which weights are trained when
 * @param runs with other orders and dropout, whose best weights are averaged; 1 for a single one
 * @param distillation teachers that the model learns from beside the labels
 */
public record TrainingRecipe(
    int epochs,
    int maxSteps,
    Batches batches,
    Optimizer optimizer,
    Schedule schedule,
    Regularization regularization,
    int evaluationSteps,
    int patience,
    Transfer transfer,
    int runs,
    Distillation distillation) {

  /**
   * Checks a recipe that was read from elsewhere.
   *
   * @throws NullPointerException naming a part that is missing
   * @throws IllegalArgumentException if there is no run
   */
  public TrainingRecipe {
    Objects.requireNonNull(batches, "batches");
    Objects.requireNonNull(optimizer, "optimizer");
    Objects.requireNonNull(schedule, "schedule");
    Objects.requireNonNull(regularization, "regularization");
    Objects.requireNonNull(transfer, "transfer");
    Objects.requireNonNull(distillation, "distillation");
    if (runs < 1) {
      throw new IllegalArgumentException("Runs are " + runs + ", must be at least 1");
    }
  }

  /**
   * What a step learns from.
   *
   * @param rows reviews a batch at most
   * @param tokens of a batch at most, 0 for no bound
   * @param accumulation batches a step
   */
  public record Batches(int rows, int tokens, int accumulation) {}

  /**
   * AdamW.
   *
   * @param learningRate peak of the schedule
   * @param layerDecay the learning rate is multiplied by this for each layer away from the output
   * @param beta1 decay of the gradients' mean
   * @param beta2 decay of the gradients' square
   * @param epsilon added to the denominator
   * @param weightDecay decoupled weight decay
   * @param decayAll whether biases and LayerNorm weights decay too
   * @param gradientClipping largest norm of the whole gradient, 0 for none
   */
  public record Optimizer(
      double learningRate,
      double layerDecay,
      double beta1,
      double beta2,
      double epsilon,
      double weightDecay,
      boolean decayAll,
      double gradientClipping) {}

  /**
   * The course of the learning rate.
   *
   * @param warmupSteps steps over which it rises from 0
   * @param shape what it does then
   */
  public record Schedule(int warmupSteps, Shape shape) {}

  /** What the learning rate does after the warm-up. */
  public enum Shape {
    /** Falls to 0 with the last step. */
    LINEAR,
    /** Falls to 0 along half a cosine. */
    COSINE,
    /** Stays. */
    CONSTANT,
    /** Falls to a tenth when the validation loss has not fallen for two validations. */
    REDUCE_ON_PLATEAU
  }

  /**
   * What keeps the model from learning its examples by heart.
   *
   * @param dropout of embeddings and feed-forward
   * @param attentionDropout of attention
   * @param headDropout before the last layer of the head
   * @param tokenDropout share of the tokens of a training text that are masked, anew each time
   * @param labelSmoothing share of the target that is spread over all classes
   * @param consistency weight of the divergence between two passes of a text; 0 for one pass
   * @param classWeights what a class counts in the loss
   * @param averaging decay of a running average of the weights, which is then the model; 0 for none
   */
  public record Regularization(
      double dropout,
      double attentionDropout,
      double headDropout,
      double tokenDropout,
      double labelSmoothing,
      double consistency,
      ClassWeights classWeights,
      double averaging) {}

  /** What a class counts in the loss. */
  public enum ClassWeights {
    /** All the same. */
    NONE,
    /** Examples / (classes × examples of the class), as scikit-learn's {@code balanced}. */
    BALANCED
  }

  /**
   * Models that are trained first, whose mean probabilities the model then learns: Hinton, Vinyals
   * and Dean, arXiv:1503.02531.
   *
   * @param teachers trained by the same recipe with other seeds; 0 for none
   * @param share of the target that is the teachers'; the rest is the label's
   */
  public record Distillation(int teachers, double share) {}

  /** Which weights are trained when. */
  public enum Transfer {
    /** All from the start. */
    ALL,
    /** The head alone, on what the frozen encoder makes of the texts. */
    HEAD,
    /**
     * The head in the first epoch, with each further epoch one more layer from the top, at last the
     * embeddings (Howard and Ruder, arXiv:1801.06146, section 3.3).
     */
    GRADUAL
  }
}
