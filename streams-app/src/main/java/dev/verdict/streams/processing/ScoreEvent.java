package dev.verdict.streams.processing;

import dev.verdict.contract.GradedPair;
import dev.verdict.contract.GradedPrediction;
import dev.verdict.contract.RetrainRequest;
import dev.verdict.contract.TrainingRun;
import dev.verdict.evaluation.ServedCounts;

/** What the one place that keeps scores and decides hears of. */
sealed interface ScoreEvent {
  /** A served prediction has met its label. */
  record Graded(GradedPrediction prediction) implements ScoreEvent {}

  /** A partition tells how many predictions it has served. */
  record Served(ServedCounts.Count count) implements ScoreEvent {}

  /** A partition tells what its predictions look like. */
  record Profiled(ServedPane pane) implements ScoreEvent {}

  /** Champion and challenger have met the same label. */
  record Compared(GradedPair pair) implements ScoreEvent {}

  /** The trainer tells how a run stands. */
  record RunChanged(TrainingRun run) implements ScoreEvent {}

  /** Retraining was asked for, by the rules here or by people. */
  record Requested(RetrainRequest request) implements ScoreEvent {}
}
