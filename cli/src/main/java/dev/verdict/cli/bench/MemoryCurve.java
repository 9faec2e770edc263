package dev.verdict.cli.bench;

import dev.verdict.telemetry.ResidentMemory;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** The memory of a process over the reviews that it has answered. */
final class MemoryCurve {
  private static final double MIB = 1L << 20;

  private final StreamsProcess process;
  private final ResidentMemory resident;
  private final NavigableMap<Integer, Double> residentMib = new TreeMap<>();
  private double heapCommittedMib;

  MemoryCurve(StreamsProcess process) {
    this.process = process;
    this.resident = new ResidentMemory(process.status());
  }

  /** Looks at what is resident now. */
  void sample(int answered) {
    resident.bytes().ifPresent(bytes -> residentMib.put(answered, bytes / MIB));
  }

  /** Looks at the heap now, which the process is asked for. */
  void sampleHeap() throws IOException {
    heapCommittedMib = sum(process.metrics(), "jvm_memory_committed_bytes", "area=\"heap\"") / MIB;
  }

  /** MiB when so many were answered, or soon after. */
  double residentMib(int answered) {
    Map.Entry<Integer, Double> entry = residentMib.ceilingEntry(answered);
    return entry == null ? residentMib.lastEntry().getValue() : entry.getValue();
  }

  /** All samples from so many on, MiB. */
  double[] residentMibFrom(int answered) {
    return residentMib.tailMap(answered, true).values().stream()
        .mapToDouble(Double::doubleValue)
        .toArray();
  }

  /** The heap's share at the last look, used or not, MiB. */
  double heapCommittedMib() {
    return heapCommittedMib;
  }

  /** The last sample in words. */
  String now() {
    return residentMib.isEmpty()
        ? "not sampled yet"
        : String.format(
            Locale.ROOT,
            "%.0f MiB resident, heap %.0f MiB",
            residentMib.lastEntry().getValue(),
            heapCommittedMib);
  }

  /** The sum of a metric's series that have a label. */
  static double sum(String metrics, String name, String label) {
    return metrics
        .lines()
        .filter(line -> line.startsWith(name + "{") && line.contains(label))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }
}
