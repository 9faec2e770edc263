package dev.verdict.cli.up;

import dev.verdict.cli.Terminal;
import dev.verdict.contract.RetrainRequest;
import dev.verdict.contract.TrainingRun;
import dev.verdict.evaluation.RetrainPolicy;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Shows the loop: refreshed in place on a terminal, as plain lines elsewhere. */
final class LiveView {
  private static final DateTimeFormatter CLOCK =
      DateTimeFormatter.ofPattern("HH:mm:ss").withZone(ZoneId.systemDefault());

  private static final String BARS = "▁▂▃▄▅▆▇█";
  private static final int SPARKLINE = 48;
  private static final int PROGRESS_BAR = 24;
  private static final String ESCAPE = "\u001B[";
  private static final String CLEAR_LINE = ESCAPE + "2K";

  private final PrintWriter out;
  private final String headline;
  private final boolean terminal;
  private int shownLines;
  private long lastReviews;
  private long lastPredictions;
  private Instant lastTime = Instant.now();

  private LiveView(PrintWriter out, String headline, boolean terminal) {
    this.out = out;
    this.headline = headline;
    this.terminal = terminal;
  }

  static LiveView on(PrintWriter out, String headline) {
    LiveView view = new LiveView(out, headline, Terminal.isThere());
    if (!view.terminal) {
      out.println(headline);
      out.flush();
    }
    return view;
  }

  /** How often it is worth showing. */
  Duration interval() {
    return terminal ? Duration.ofSeconds(1) : Duration.ofSeconds(5);
  }

  void show(
      ReviewFeed.Progress fed,
      Board board,
      List<Swap> swaps,
      RetrainPolicy policy,
      Optional<String> notReady) {
    Instant now = Instant.now();
    double seconds = Math.max(0.001, Duration.between(lastTime, now).toMillis() / 1000.0);
    double reviewRate = (fed.reviews() - lastReviews) / seconds;
    double predictionRate = (board.predictions() - lastPredictions) / seconds;
    lastReviews = fed.reviews();
    lastPredictions = board.predictions();
    lastTime = now;
    if (terminal) {
      refresh(lines(fed, board, swaps, policy, notReady, reviewRate, predictionRate));
    } else {
      out.println(line(fed, board, predictionRate));
      out.flush();
    }
  }

  void end() {
    out.flush();
  }

  private void refresh(List<String> lines) {
    StringBuilder text = new StringBuilder();
    if (shownLines > 0) {
      text.append(ESCAPE).append(shownLines).append('A');
    }
    lines.forEach(line -> text.append(CLEAR_LINE).append(line).append('\n'));
    shownLines = lines.size();
    out.print(text);
    out.flush();
  }

  private List<String> lines(
      ReviewFeed.Progress fed,
      Board board,
      List<Swap> swaps,
      RetrainPolicy policy,
      Optional<String> notReady,
      double reviewRate,
      double predictionRate) {
    List<String> lines = new ArrayList<>();
    lines.add("Verdict   " + headline);
    lines.add("");
    lines.add(
        row(
            "reviews",
            "%,d   %.0f/s   domain %s".formatted(fed.reviews(), reviewRate, domain(fed))));
    lines.add(
        row(
            "predictions",
            "%,d   %.0f/s   dead letters %,d"
                .formatted(board.predictions(), predictionRate, board.deadLetters())));
    lines.add(row("labels", "%,d   matched %,d".formatted(fed.labels(), board.labelsMatched())));
    lines.add(row("macro F1", macroF1(board, policy)));
    lines.add(row("", sparkline(board)));
    lines.add(row("champion", champion(board, notReady)));
    lines.add(row("last swap", lastSwap(swaps)));
    lines.add(row("last retrain", lastRequest(board)));
    lines.add(row("trainer", trainer(board)));
    return lines;
  }

  private static String line(ReviewFeed.Progress fed, Board board, double predictionRate) {
    return String.format(
        Locale.ROOT,
        "%s reviews=%d predictions=%d (%.0f/s) labels=%d matched=%d macro_f1=%s champion=%s"
            + " retrain_requests=%d dead_letters=%d trainer=%s",
        CLOCK.format(Instant.now()),
        fed.reviews(),
        board.predictions(),
        predictionRate,
        fed.labels(),
        board.labelsMatched(),
        board.latest().map(LiveView::figure).orElse("-"),
        board.champion().map(version -> version.version()).orElse("none"),
        board.requests().size(),
        board.deadLetters(),
        trainer(board));
  }

  private static String domain(ReviewFeed.Progress fed) {
    return String.join(" → ", fed.domains().stream().map(ReviewFeed.DomainChange::domain).toList());
  }

  private static String macroF1(Board board, RetrainPolicy policy) {
    return board
        .latest()
        .map(
            score ->
                String.format(
                    Locale.ROOT,
                    "%.4f   %s, %,d labels, retrain below %.2f",
                    score.macroF1(),
                    policy.window().name(),
                    score.labels(),
                    policy.macroF1Min()))
        .orElse("no labels yet");
  }

  private static String champion(Board board, Optional<String> notReady) {
    String version = board.champion().map(each -> each.version()).orElse("none yet");
    String score =
        board
            .championMacroF1()
            .map(each -> "   macro F1 %s on %,d labels".formatted(figure(each), each.labels()))
            .orElse("");
    return version + score + notReady.map(reason -> "   (" + reason + ")").orElse("");
  }

  private static String lastSwap(List<Swap> swaps) {
    if (swaps.size() < 2) {
      return "none";
    }
    Swap last = swaps.get(swaps.size() - 1);
    return "%s   %s in the place of %s"
        .formatted(CLOCK.format(last.at()), last.version(), swaps.get(swaps.size() - 2).version());
  }

  private static String lastRequest(Board board) {
    if (board.requests().isEmpty()) {
      return "none";
    }
    RetrainRequest last = board.requests().get(board.requests().size() - 1);
    return "%s   %s"
        .formatted(
            last.requestedAt().map(CLOCK::format).orElse("?"),
            last.reason().orElse(last.trigger().wireName()));
  }

  private static String trainer(Board board) {
    if (board.activeRun().isPresent()) {
      return progress(board.activeRun().get());
    }
    if (board.endedRuns().isEmpty()) {
      return "waiting";
    }
    TrainingRun last = board.endedRuns().get(board.endedRuns().size() - 1);
    return "idle, last run " + last.state().wireName();
  }

  private static String progress(TrainingRun run) {
    if (run.step().isEmpty() || run.steps().isEmpty()) {
      return run.state().wireName() + run.detail().map(detail -> " " + detail).orElse("");
    }
    int filled =
        (int)
            Math.min(
                PROGRESS_BAR,
                PROGRESS_BAR * run.step().getAsLong() / Math.max(1, run.steps().getAsLong()));
    return String.format(
        Locale.ROOT,
        "[%s%s] step %d/%d  loss %.3f  F1 %.3f  %.0f samples/s  ETA %.0f s",
        "#".repeat(filled),
        "-".repeat(PROGRESS_BAR - filled),
        run.step().getAsLong(),
        run.steps().getAsLong(),
        run.loss().orElse(0),
        run.validationMacroF1().orElse(0),
        run.samplesPerSecond().orElse(0),
        run.etaSeconds().orElse(0));
  }

  /** The course of macro F1 so far, squeezed into one line of bars from 0 to 1. */
  private static String sparkline(Board board) {
    List<Board.Score> scores = board.macroF1();
    StringBuilder bars = new StringBuilder();
    int columns = Math.min(SPARKLINE, scores.size());
    for (int i = 0; i < columns; i++) {
      double value = scores.get((int) ((long) (i + 1) * scores.size() / columns) - 1).macroF1();
      bars.append(BARS.charAt((int) Math.min(BARS.length() - 1, value * BARS.length())));
    }
    return bars.toString();
  }

  private static String figure(Board.Score score) {
    return String.format(Locale.ROOT, "%.4f", score.macroF1());
  }

  private static String row(String name, String value) {
    return "%-14s %s".formatted(name, value);
  }
}
