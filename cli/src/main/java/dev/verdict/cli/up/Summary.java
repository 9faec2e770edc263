package dev.verdict.cli.up;

import dev.verdict.contract.TrainingRun;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What came of the loop, as a table. */
record Summary(
    ReviewFeed.Progress fed,
    Board board,
    List<Swap> swaps,
    Audit audit,
    List<ChampionComparison> champions) {

  void print(PrintWriter out) {
    out.println();
    row(out, "reviews", "%,d".formatted(audit.reviews()));
    row(out, "predictions", "%,d".formatted(audit.predictions()));
    row(out, "dead letters", "%,d".formatted(board.deadLetters()));
    row(
        out,
        "exactly once",
        audit.exact()
            ? "yes: every review has exactly one prediction or dead letter"
            : "NO: %,d without, %,d with more than one"
                .formatted(audit.missing(), audit.doubled()));
    row(out, "labels matched", "%,d of %,d".formatted(board.labelsMatched(), fed.labels()));
    Optional<Instant> drift = drift();
    row(
        out,
        "macro F1 before the drift",
        drift.flatMap(this::before).map(Summary::score).orElse("-"));
    row(out, "macro F1 at its lowest", drift.flatMap(this::lowest).map(Summary::score).orElse("-"));
    row(
        out,
        "macro F1 at the end",
        board.latest().map(Summary::score).orElse("-") + ", " + versions() + " versions served");
    row(out, "retrain requests", String.valueOf(board.requests().size()));
    for (TrainingRun run : board.endedRuns()) {
      row(out, "  " + run.requestId(), outcome(run));
    }
    row(out, "versions published", String.valueOf(board.champions().size()));
    for (ChampionComparison each : champions) {
      row(
          out,
          "held-out " + each.domain(),
          String.format(
              Locale.ROOT,
              "macro F1 %.4f by the first champion, %.4f by the last (%,d reviews never trained on)",
              each.first(),
              each.last(),
              each.reviews()));
    }
    out.flush();
  }

  private long versions() {
    return swaps.stream().map(Swap::version).distinct().count();
  }

  private Optional<Instant> drift() {
    return fed.domains().size() < 2 ? Optional.empty() : Optional.of(fed.domains().get(1).at());
  }

  private Optional<Board.Score> before(Instant drift) {
    return board.macroF1().stream()
        .filter(score -> score.latestReview().isBefore(drift))
        .reduce((earlier, later) -> later);
  }

  private Optional<Board.Score> lowest(Instant drift) {
    return board.macroF1().stream()
        .filter(score -> !score.latestReview().isBefore(drift))
        .min(Comparator.comparingDouble(Board.Score::macroF1));
  }

  private static String score(Board.Score score) {
    return String.format(Locale.ROOT, "%.4f on %,d labels", score.macroF1(), score.labels());
  }

  private static String outcome(TrainingRun run) {
    return run.state().wireName()
        + run.modelVersion().map(version -> " " + version).orElse("")
        + run.detail().map(detail -> ": " + detail).orElse("");
  }

  private static void row(PrintWriter out, String name, String value) {
    out.printf("%-28s %s%n", name, value);
  }
}
