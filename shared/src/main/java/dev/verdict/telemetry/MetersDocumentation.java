package dev.verdict.telemetry;

import java.util.Arrays;
import java.util.List;

/** Verdict's meters as Markdown tables, from their declaration: what docs/metrics.md shows. */
public final class MetersDocumentation {
  private MetersDocumentation() {}

  /** One table for each group. */
  public static String markdown() {
    StringBuilder text = new StringBuilder();
    for (VerdictMeter.Group group : VerdictMeter.Group.values()) {
      text.append("**%s** (service: %s)%n%n".formatted(group.title(), group.services()));
      text.append("| metric | type | labels | what it says |\n");
      text.append("| --- | --- | --- | --- |\n");
      for (VerdictMeter meter : of(group)) {
        text.append(
            "| `%s` | %s | %s | %s |%n"
                .formatted(
                    meter.prometheusName(),
                    meter.prometheusType(),
                    String.join(", ", meter.labels()),
                    meter.description()));
      }
      text.append('\n');
    }
    return text.toString().replace("\r\n", "\n");
  }

  private static List<VerdictMeter> of(VerdictMeter.Group group) {
    return Arrays.stream(VerdictMeter.values()).filter(meter -> meter.group() == group).toList();
  }
}
