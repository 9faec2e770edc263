package dev.verdict.config;

/**
 * How a model is trained.
 *
 * @param epochs passes over the training split at most
 * @param batchRows reviews a step
 * @param learningRate peak of the schedule
 * @param weightDecay AdamW's, not on biases and LayerNorm
 * @param warmupSteps steps over which the learning rate rises from 0
 * @param schedule what the learning rate does after the warm-up
 * @param evaluationSteps steps between two validations
 * @param dropout of embeddings, attention and feed-forward
 * @param gradientClipping largest norm of the whole gradient, 0 for none
 * @param patience validations without a better macro F1 after which training stops, 0 for never
 */
public record TrainingRecipe(
    int epochs,
    int batchRows,
    double learningRate,
    double weightDecay,
    int warmupSteps,
    Schedule schedule,
    int evaluationSteps,
    double dropout,
    double gradientClipping,
    int patience) {

  /** The course of the learning rate after the warm-up. */
  public enum Schedule {
    /** Falls to 0 with the last step. */
    LINEAR,
    /** Stays. */
    CONSTANT,
    /** Falls to a tenth when the validation loss has not fallen for two validations. */
    REDUCE_ON_PLATEAU
  }
}
