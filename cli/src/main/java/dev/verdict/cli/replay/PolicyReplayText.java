package dev.verdict.cli.replay;

import dev.verdict.cli.PrintableText;
import dev.verdict.contract.Json;
import dev.verdict.evaluation.RetrainReplay.Made;
import dev.verdict.evaluation.RetrainReplay.PhaseChange;
import dev.verdict.evaluation.RetrainReplay.Report;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A replay of the retrain policy for people or programs.
 *
 * @param labelsExact whether the labels of each version were recorded, not counted at least
 * @param recorded requests made in fact
 * @param replayed requests that the policy makes
 */
record PolicyReplayText(
    Instant from,
    Instant to,
    Map<String, String> set,
    boolean labelsExact,
    List<Row> recorded,
    List<Row> replayed,
    List<PhaseRow> phases) {
  private static final int REASON = 160;

  /**
   * A request.
   *
   * @param runKnown whether its run is one that was made in fact
   */
  record Row(Instant at, String trigger, String requestId, String reason, boolean runKnown) {}

  /** A change of the phase in the replay. */
  record PhaseRow(Instant at, String before, String after, String reason) {}

  static PolicyReplayText of(
      Instant from, Instant to, Map<String, String> set, PolicyHistory history, Report report) {
    return new PolicyReplayText(
        from,
        to,
        set,
        history.labelsExact(),
        history.asked().stream()
            .filter(each -> !each.at().isBefore(from) && each.at().isBefore(to))
            .map(
                each ->
                    new Row(
                        each.at(),
                        each.trigger().wireName(),
                        each.requestId(),
                        each.reason(),
                        true))
            .toList(),
        report.requests().stream()
            .filter(each -> !each.request().at().isBefore(from))
            .map(PolicyReplayText::row)
            .toList(),
        report.phases().stream()
            .filter(each -> !each.at().isBefore(from))
            .map(PolicyReplayText::row)
            .toList());
  }

  private static Row row(Made made) {
    return new Row(
        made.request().at(),
        made.request().trigger().wireName(),
        made.request().id(),
        made.request().reason(),
        made.recorded());
  }

  private static PhaseRow row(PhaseChange change) {
    return new PhaseRow(
        change.at(),
        change.before().name().toLowerCase(Locale.ROOT),
        change.after().name().toLowerCase(Locale.ROOT),
        change.reason());
  }

  String json() {
    return new String(Json.write(this), StandardCharsets.UTF_8);
  }

  String table() {
    StringBuilder text = new StringBuilder();
    text.append("from %s to %s%n".formatted(from, to));
    set.forEach((key, value) -> text.append("with %s=%s%n".formatted(key, value)));
    if (!labelsExact) {
      text.append("labels of each version are not recorded, counted at least%n".formatted());
    }
    text.append("%n%-25s%-10s%-10s%s%n".formatted("time", "", "trigger", "reason"));
    Stream.concat(
            recorded.stream().map(row -> new Line(row, "recorded")),
            replayed.stream().map(row -> new Line(row, "replayed")))
        .sorted(Comparator.comparing(line -> line.row().at()))
        .forEach(
            line ->
                text.append(
                    "%-25s%-10s%-10s%s%n"
                        .formatted(
                            line.row().at(),
                            line.side(),
                            line.row().trigger(),
                            PrintableText.of(line.row().reason(), REASON))));
    text.append(
        "%n%,d requests recorded, %,d replayed (%,d of them on the same evidence)%n"
            .formatted(
                recorded.size(), replayed.size(), replayed.stream().filter(Row::runKnown).count()));
    if (!phases.isEmpty()) {
      text.append("%n%-25s%-10s   %-10s%s%n".formatted("replayed phases", "", "", ""));
      phases.forEach(
          each ->
              text.append(
                  "%-25s%-10s-> %-10s%s%n"
                      .formatted(
                          each.at(),
                          each.before(),
                          each.after(),
                          PrintableText.of(each.reason(), REASON))));
    }
    return text.toString();
  }

  private record Line(Row row, String side) {}
}
