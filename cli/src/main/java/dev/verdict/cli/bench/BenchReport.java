package dev.verdict.cli.bench;

import dev.verdict.cli.Table;
import dev.verdict.model.TorchRuntime;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.common.utils.AppInfoParser;

/**
 * What a bench has measured: rows, and rows in terms of others. Printed, it has each figure beside
 * its limit.
 */
final class BenchReport {
  private final String bench;
  private final long seed;
  private final String verdictVersion;
  private final Instant startedAt;
  private final Map<String, Object> settings = new LinkedHashMap<>();
  private final Map<String, Row> rows = new LinkedHashMap<>();
  private final Map<String, Ratio> ratios = new LinkedHashMap<>();
  private final List<String> notes = new ArrayList<>();

  /**
   * @param bench the verb, such as {@code inference}
   * @param seed of everything drawn
   * @param verdictVersion as {@code verdict --version} says it
   * @param startedAt when it began
   */
  BenchReport(String bench, long seed, String verdictVersion, Instant startedAt) {
    this.bench = bench;
    this.seed = seed;
    this.verdictVersion = verdictVersion;
    this.startedAt = startedAt;
  }

  /** Keeps a setting of the run: a number, a text, a boolean or a list of them. */
  void setting(String name, Object value) {
    settings.put(name, value);
  }

  /**
   * Adds a row.
   *
   * @param id unique in this report, snake_case
   * @param unit such as reviews/s
   */
  void row(String id, String name, String unit, Figures figures) {
    put(Row.of(id, name, unit, figures, Optional.empty()));
  }

  /** Adds a row with a bound of its own, for what does not depend on the machine. */
  void row(String id, String name, String unit, Figures figures, Goal goal) {
    put(Row.of(id, name, unit, figures, Optional.of(goal)));
  }

  private void put(Row row) {
    if (rows.putIfAbsent(row.id(), row) != null) {
      throw new IllegalArgumentException("Row " + row.id() + " is already in the report");
    }
  }

  /**
   * Puts a row beside its limit, by their medians.
   *
   * @param id unique in this report, snake_case
   * @param subject id of the row that is judged
   * @param limit id of the row that it stands beside
   */
  void ratio(String id, String subject, String limit, Goal goal) {
    double value = known(subject).median() / known(limit).median();
    if (ratios.putIfAbsent(id, new Ratio(id, subject, limit, value, goal)) != null) {
      throw new IllegalArgumentException("Ratio " + id + " is already in the report");
    }
  }

  private Row known(String id) {
    return Optional.ofNullable(rows.get(id))
        .orElseThrow(() -> new IllegalArgumentException("Row " + id + " is not in the report"));
  }

  /** Says in one line what was not measured, and why. */
  void note(String sentence) {
    notes.add(sentence);
  }

  List<Ratio> ratios() {
    return List.copyOf(ratios.values());
  }

  /** As it is written to a file. */
  ReportFile file() {
    return new ReportFile(
        bench,
        Machine.here(),
        versions(),
        TorchRuntime.threads(),
        seed,
        settings,
        startedAt,
        List.copyOf(rows.values()),
        ratios(),
        List.copyOf(notes));
  }

  private Map<String, String> versions() {
    Map<String, String> versions = new TreeMap<>();
    versions.put("verdict", verdictVersion);
    versions.put("java", System.getProperty("java.vm.version"));
    versions.put("pytorch", TorchRuntime.version());
    versions.put("djl", TorchRuntime.djlVersion());
    versions.put("kafka", AppInfoParser.getVersion());
    return versions;
  }

  /** Prints the table, and writes the file that the options ask for. */
  void finish(BenchOptions options, PrintWriter out) throws IOException {
    print(out);
    if (options.json().isPresent()) {
      file().write(options.json().get());
    }
  }

  /** Prints where it was measured, then a line a row, each beside its limits. */
  void print(PrintWriter out) {
    Machine machine = Machine.here();
    out.printf(
        Locale.ROOT,
        "%s, %d cores, %.1f GiB; PyTorch %s, %d threads%n",
        machine.cpu(),
        machine.cores(),
        machine.memoryBytes() / (double) (1L << 30),
        TorchRuntime.version(),
        TorchRuntime.threads());
    out.print(table());
    notes.forEach(out::println);
    out.flush();
  }

  String table() {
    Table table = new Table("measured", "median", "lowest to highest", "beside", "goal");
    for (Row row : rows.values()) {
      String name = row.name();
      String median = Figures.number(row.median()) + " " + row.unit();
      String range = Figures.number(row.min()) + " to " + Figures.number(row.max());
      String own = row.goal().map(goal -> goal.text(row.median())).orElse("");
      List<Ratio> beside =
          ratios.values().stream().filter(ratio -> ratio.subject().equals(row.id())).toList();
      if (beside.isEmpty() || !own.isEmpty()) {
        table.row(name, median, range, "", own);
        name = "";
        median = "";
        range = "";
      }
      for (Ratio ratio : beside) {
        String times =
            Figures.number(ratio.value()) + " of " + apart(known(ratio.limit()).name(), row.name());
        table.row(name, median, range, times, ratio.goal().text(ratio.value()));
        name = "";
        median = "";
        range = "";
      }
    }
    return table.toString();
  }

  /** A name without the words, up to commas, that it begins with like another. */
  private static String apart(String name, String other) {
    int begin = 0;
    int comma = name.indexOf(", ");
    while (comma >= 0 && other.startsWith(name.substring(0, comma + 2))) {
      begin = comma + 2;
      comma = name.indexOf(", ", begin);
    }
    return name.substring(begin);
  }
}
