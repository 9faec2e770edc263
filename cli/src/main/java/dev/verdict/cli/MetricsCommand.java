package dev.verdict.cli;

import dev.verdict.telemetry.MetersDocumentation;
import dev.verdict.telemetry.VerdictMeter;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code verdict metrics}: lists what /metrics shows of Verdict itself. */
@Command(
    name = "metrics",
    mixinStandardHelpOptions = true,
    description = "List the metrics of Verdict's own, as Prometheus shows them.",
    exitCodeListHeading = ExitCodes.HEADING,
    exitCodeList = {ExitCodes.DONE},
    footer = {"", "Examples:", "  verdict metrics --markdown > metrics.md"})
final class MetricsCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--markdown", description = "Document them as Markdown tables.")
  private boolean markdown;

  @Override
  public void run() {
    PrintWriter out = spec.commandLine().getOut();
    if (markdown) {
      out.print(MetersDocumentation.markdown());
    } else {
      for (VerdictMeter meter : VerdictMeter.values()) {
        out.printf(
            "%s{%s} %s: %s%n",
            meter.prometheusName(),
            String.join(",", meter.labels()),
            meter.prometheusType(),
            meter.description());
      }
    }
    out.flush();
  }
}
