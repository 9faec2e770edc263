package dev.verdict.cli.bench;

import dev.verdict.telemetry.ResidentMemory;
import dev.verdict.telemetry.VerdictMeter;
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
  private final Figures heapMib = new Figures();
  private final Figures storesMib = new Figures();
  private final Figures restMib = new Figures();

  MemoryCurve(StreamsProcess process) {
    this.process = process;
    this.resident = new ResidentMemory(process.status());
  }

  /** Looks at what is resident now. */
  void sample(int answered) {
    resident.bytes().ifPresent(bytes -> residentMib.put(answered, bytes / MIB));
  }

  /** Looks at what is resident, and asks the process what of it are the heap and the stores. */
  void sampleParts(int answered) throws IOException {
    sample(answered);
    String metrics = process.metrics();
    double heap = sum(metrics, "jvm_memory_committed_bytes", "area=\"heap\"") / MIB;
    double stores = sum(metrics, VerdictMeter.STATE_MEMORY.prometheusName(), "") / MIB;
    heapMib.add(heap);
    storesMib.add(stores);
    restMib.add(residentMib(answered) - heap - stores);
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

  /** The heap's share at each look at the parts, used or not, MiB. */
  Figures heapMib() {
    return heapMib;
  }

  /** The state stores' share, caches and write buffers, MiB. */
  Figures storesMib() {
    return storesMib;
  }

  /** What is resident less these, MiB: too little by as much of the heap as was never used. */
  Figures restMib() {
    return restMib;
  }

  /** The last look at the parts in words. */
  String now() {
    return heapMib.values().isEmpty()
        ? "not sampled yet"
        : String.format(
            Locale.ROOT,
            "%.0f MiB resident, heap %.0f MiB, state stores %.0f MiB",
            residentMib.lastEntry().getValue(),
            last(heapMib),
            last(storesMib));
  }

  private static double last(Figures figures) {
    return figures.values().get(figures.values().size() - 1);
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
