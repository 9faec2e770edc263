package dev.verdict.cli.simulate;

import picocli.CommandLine.Command;

/**
 * {@code verdict simulate}: whether what Verdict says with confidence holds as often as it says.
 */
@Command(
    name = "simulate",
    mixinStandardHelpOptions = true,
    description = "Check by simulation that statistical claims hold as often as they say.",
    subcommands = {
      IntervalsSimulation.class,
      DetectorsSimulation.class,
      EstimatedF1Simulation.class,
      ChallengerTrials.class
    })
public final class SimulateCommand {}
