package dev.verdict.config;

import java.time.Duration;

/**
 * What the trainer needs besides its recipes.
 *
 * @param base where the first champion starts: {@code scratch:<preset>}, a folder or {@code hf://}
 * @param retrainBase where later versions start: {@code champion} or a base
 * @param scratch recipe for random weights
 * @param fineTune recipe for a pretrained base or a parent
 * @param bootstrapExamples labelled reviews the first champion waits for
 * @param maxExamples newest and replayed examples of a retraining
 * @param recentShare share of {@code maxExamples} taken from the newest, the rest replayed at
 *     random from the older
 * @param baseData mixed into every retraining
 * @param minExamples fewest examples a retraining needs
 * @param holdoutPercent share of ids never trained on
 * @param validationPercent share of the trainable examples used to choose the checkpoint
 * @param gateExamples newest held-out reviews on which champion and challenger are compared
 * @param gateConfidence least probability that a challenger is better than the champion
 * @param gatePolicy what becomes of a challenger that is
 * @param vocabulary learned from the training texts for random weights
 * @param quotedExamples most held-out reviews answered wrongly that a version's card quotes
 * @param stateInterval least time between two writes of a run's state
 * @param seed of split, order, weights and dropout
 */
public record TrainerSettings(
    String base,
    String retrainBase,
    TrainingRecipe scratch,
    TrainingRecipe fineTune,
    int bootstrapExamples,
    int maxExamples,
    double recentShare,
    BaseData baseData,
    int minExamples,
    int holdoutPercent,
    int validationPercent,
    int gateExamples,
    double gateConfidence,
    GatePolicy gatePolicy,
    VocabularySettings vocabulary,
    int quotedExamples,
    Duration stateInterval,
    long seed) {

  /** The same with one recipe for whatever base, and another vocabulary. */
  public TrainerSettings with(TrainingRecipe recipe, VocabularySettings newVocabulary) {
    return new TrainerSettings(
        base,
        retrainBase,
        recipe,
        recipe,
        bootstrapExamples,
        maxExamples,
        recentShare,
        baseData,
        minExamples,
        holdoutPercent,
        validationPercent,
        gateExamples,
        gateConfidence,
        gatePolicy,
        newVocabulary,
        quotedExamples,
        stateInterval,
        seed);
  }

  /** What becomes of a challenger that passes the gate. */
  public enum GatePolicy {
    /** It is the champion at once. */
    CHAMPION,
    /** It is published as {@code @challenger}; the champion serves on until live labels decide. */
    CHALLENGER
  }
}
