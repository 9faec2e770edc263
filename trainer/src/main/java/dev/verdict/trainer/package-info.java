/**
 * The trainer as a service: retrain requests in, published checkpoints out. The path is {@link
 * dev.verdict.trainer.TrainerService}, which trains on what {@code BootstrapExamples} or {@code
 * RetrainExamples} read, and publishes through {@code Publisher}.
 */
package dev.verdict.trainer;
