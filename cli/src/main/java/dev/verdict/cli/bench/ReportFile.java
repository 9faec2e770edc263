package dev.verdict.cli.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.verdict.config.SettingsException;
import dev.verdict.contract.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A report as {@code --json} writes it.
 *
 * @param bench the verb, such as {@code inference}
 * @param machine where it was measured
 * @param versions of Verdict and of what it computes with
 * @param threads of one matrix product
 * @param seed of everything drawn
 * @param settings the run's own, by name
 * @param startedAt when it began
 * @param rows what was measured
 * @param ratios rows in terms of others
 * @param notes what was not measured, and why
 */
record ReportFile(
    String bench,
    Machine machine,
    Map<String, String> versions,
    int threads,
    long seed,
    Map<String, Object> settings,
    Instant startedAt,
    List<Row> rows,
    List<Ratio> ratios,
    List<String> notes) {

  void write(Path file) throws IOException {
    Files.write(file, Json.writePretty(this));
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws SettingsException if the file is no report
   */
  static ReportFile read(Path file) throws IOException {
    try {
      ReportFile report = Json.read(Files.readAllBytes(file), ReportFile.class);
      if (report == null || report.ratios() == null) {
        throw new SettingsException(file + " is no report of a bench: it has no ratios");
      }
      return report;
    } catch (JsonProcessingException e) {
      throw new SettingsException(file + " is no report of a bench: " + Json.describe(e));
    }
  }
}
