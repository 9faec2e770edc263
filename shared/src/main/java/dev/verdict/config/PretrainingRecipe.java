package dev.verdict.config;

import dev.verdict.config.TrainingRecipe.Batches;
import dev.verdict.config.TrainingRecipe.Optimizer;
import dev.verdict.config.TrainingRecipe.Schedule;

/**
 * How a language model learns to fill in masked words.
 *
 * @param epochs passes over the texts at most
 * @param maxSteps steps at most, 0 for as many as the epochs have
 * @param batches what a step learns from
 * @param optimizer how a step changes the weights
 * @param schedule the course of the learning rate
 * @param dropout of embeddings, attention and feed-forward
 * @param masking share of the words to fill in
 * @param evaluationSteps steps between two validations
 * @param validationPercent share of the texts that is validated on
 */
public record PretrainingRecipe(
    int epochs,
    int maxSteps,
    Batches batches,
    Optimizer optimizer,
    Schedule schedule,
    double dropout,
    double masking,
    int evaluationSteps,
    int validationPercent) {}
