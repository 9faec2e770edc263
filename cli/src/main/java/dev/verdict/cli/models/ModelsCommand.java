package dev.verdict.cli.models;

import dev.verdict.checkpoint.CheckpointStore;
import dev.verdict.cli.ExitCodes;
import dev.verdict.cli.PrintableText;
import dev.verdict.cli.Rights;
import dev.verdict.cli.SettingsOptions;
import dev.verdict.cli.StandardErrorLog;
import dev.verdict.cli.Table;
import dev.verdict.config.Settings;
import dev.verdict.config.SettingsException;
import dev.verdict.contract.Json;
import dev.verdict.contract.ModelManifest;
import dev.verdict.registry.RegistryReader;
import dev.verdict.registry.RegistryState;
import dev.verdict.registry.access.ServiceRole;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code verdict models}: the published versions. */
@Command(
    name = "models",
    mixinStandardHelpOptions = true,
    description = {
      "List the published versions with their aliases, or show one of them whole.",
      "Macro F1 is that of the gate, on held-out reviews of its time: figures of different versions"
          + " are of different reviews. Sizes are known where checkpoints.dir is the trainer's."
    },
    exitCodeListHeading = ExitCodes.HEADING,
    exitCodeList = {
      ExitCodes.DONE,
      "2:An argument or setting cannot be used, there is no such version, Kafka cannot be reached,"
          + " or a topic is missing."
    },
    footer = {
      "",
      "Examples:",
      "  verdict models",
      "  verdict models @champion",
      "  verdict models --json | jq -r '.versions[] | [.version, .held_out_macro_f1] | @tsv'"
    })
public final class ModelsCommand implements Callable<Integer> {
  private static final int NAME = 100;

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private SettingsOptions options = new SettingsOptions();

  @Parameters(
      arity = "0..1",
      paramLabel = "VERSION",
      description = "A version, or an alias such as @champion, @previous, @challenger.")
  private Optional<String> name = Optional.empty();

  @Option(names = "--json", description = "As one JSON document.")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException {
    StandardErrorLog.use();
    Settings settings = options.read();
    String topic = settings.topics().modelRegistry();
    Rights.require(ServiceRole.MODELS, settings, List.of(topic));
    RegistryState state;
    try (RegistryReader reader =
        new RegistryReader(settings.kafkaClient(), topic, settings.modelName())) {
      state = reader.readToEnd();
    }
    try (CheckpointStore store = CheckpointStore.open(settings.checkpoints())) {
      StoreView view = new StoreView(store);
      print(state, settings.modelName(), view);
      view.fault()
          .ifPresent(
              reason -> spec.commandLine().getErr().println("Sizes are not known: " + reason));
    }
    return 0;
  }

  private void print(RegistryState state, String model, StoreView store) {
    PrintWriter out = spec.commandLine().getOut();
    if (name.isPresent()) {
      ModelVersion version = ModelVersion.of(find(state, name.get()), state, store);
      out.print(json ? document(version) : details(version));
    } else {
      List<ModelVersion> versions = ModelVersion.all(state, store);
      if (json) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("model", model);
        all.put("aliases", new TreeMap<>(state.aliases()));
        all.put("versions", versions);
        out.print(document(all));
      } else if (versions.isEmpty()) {
        out.printf("No version of %s is published yet%n", model);
      } else {
        out.print(table(versions));
      }
    }
    out.flush();
  }

  private static ModelManifest find(RegistryState state, String name) {
    String known = name.startsWith("@") ? name.substring(1) : name;
    return state
        .find(known)
        .orElseThrow(
            () ->
                new SettingsException(
                    "Invalid value %s for parameter VERSION: must be a published version or an alias (%s)"
                        .formatted(
                            name,
                            state.aliases().isEmpty()
                                ? "none is published yet"
                                : state.aliases().keySet().stream()
                                    .sorted()
                                    .map(alias -> "@" + alias)
                                    .collect(Collectors.joining(", ")))));
  }

  private static String document(Object value) {
    return new String(Json.writePretty(value), StandardCharsets.UTF_8) + System.lineSeparator();
  }

  private static String table(List<ModelVersion> versions) {
    Table table = new Table("version", "aliases", "created", "macro F1", "from", "classes", "size");
    for (ModelVersion each : versions) {
      table.row(
          plain(each.version()),
          aliases(each),
          time(each.createdAt()),
          figure(each.heldOutMacroF1()),
          plain(each.parent().orElse(each.base())),
          String.valueOf(each.classes().size()),
          size(each.bytes()));
    }
    return table.toString();
  }

  private static String details(ModelVersion version) {
    Map<String, String> lines = new LinkedHashMap<>();
    lines.put("version", plain(version.version()));
    lines.put("aliases", aliases(version));
    lines.put("created", time(version.createdAt()));
    lines.put("base", plain(version.base()));
    lines.put(
        "lineage",
        version.lineage().isEmpty()
            ? "-"
            : version.lineage().stream()
                .map(ModelsCommand::plain)
                .collect(Collectors.joining(" <- ")));
    lines.put("request", plain(version.requestId()));
    lines.put(
        "classes",
        version.classes().stream().map(ModelsCommand::plain).collect(Collectors.joining(", ")));
    lines.put(
        "macro F1",
        figure(version.heldOutMacroF1())
            + " on held-out reviews"
            + (version.championMacroF1().isPresent()
                ? ", the champion of then " + figure(version.championMacroF1())
                : ""));
    version
        .metrics()
        .forEach((name, value) -> lines.put("  " + plain(name), String.valueOf(value)));
    lines.put(
        "trained through",
        version.trainedThrough().isEmpty()
            ? "-"
            : version.trainedThrough().entrySet().stream()
                .map(each -> each.getKey() + ":" + each.getValue())
                .collect(Collectors.joining(",")));
    lines.put("path", plain(version.path()));
    lines.put("manifest SHA-256", plain(version.manifestSha256()));
    lines.put(
        "weights SHA-256",
        version.weightsSha256().map(ModelsCommand::plain).orElse("- (not in checkpoints.dir)"));
    lines.put("weights", size(version.weightsBytes()));
    lines.put("all files", size(version.bytes()));
    Table table = new Table("model", "");
    lines.forEach(table::row);
    // Without the header: what stands before each line is its name.
    return table.toString().lines().skip(1).collect(Collectors.joining("\n", "", "\n"));
  }

  private static String aliases(ModelVersion version) {
    return version.aliases().isEmpty()
        ? "-"
        : version.aliases().stream()
            .map(alias -> "@" + plain(alias))
            .collect(Collectors.joining(" "));
  }

  private static String plain(String text) {
    return PrintableText.of(text == null ? "-" : text, NAME);
  }

  private static String time(Instant time) {
    return time == null ? "-" : time.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  private static String figure(OptionalDouble value) {
    return value.isPresent() ? String.format(Locale.ROOT, "%.4f", value.getAsDouble()) : "-";
  }

  private static String size(OptionalLong bytes) {
    if (bytes.isEmpty()) {
      return "-";
    }
    double mebibytes = bytes.getAsLong() / (double) (1 << 20);
    return String.format(Locale.ROOT, mebibytes < 10 ? "%.1f MiB" : "%.0f MiB", mebibytes);
  }
}
