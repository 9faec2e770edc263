package dev.verdict.cli.doctor;

import dev.verdict.cli.ClientNames;
import dev.verdict.cli.Colours;
import dev.verdict.cli.ExitCodes;
import dev.verdict.cli.PrintableText;
import dev.verdict.cli.ServiceRoleConverter;
import dev.verdict.cli.SettingsOptions;
import dev.verdict.cli.StandardErrorLog;
import dev.verdict.config.ClientKind;
import dev.verdict.config.Settings;
import dev.verdict.config.SettingsDefinition;
import dev.verdict.contract.Json;
import dev.verdict.registry.access.ServiceRole;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code verdict doctor}: what is wrong with a deployment, seen from this machine. */
@Command(
    name = "doctor",
    mixinStandardHelpOptions = true,
    description = {
      "Check the deployment from this machine, with the settings of the services: brokers, topics,"
          + " rights, champion, schema registry, disk, checkpoint store, clock, group, dead letters,"
          + " evaluations. Nothing is written.",
      "A line a check: ok, warn (it works, look at it), fail (it does not work), skip (it could not"
          + " be looked at), with the remedy."
    },
    exitCodeListHeading = ExitCodes.HEADING,
    exitCodeList = {
      "0:No check fails; some may warn.",
      "1:A check fails.",
      "2:An argument or setting cannot be used."
    },
    footer = {
      "",
      "Examples:",
      "  verdict doctor -c verdict.properties",
      "  verdict doctor --json | jq '.checks[] | select(.level != \"ok\")'"
    })
public final class DoctorCommand implements Callable<Integer> {
  private static final int API_TIMEOUT_MS = 10_000;
  private static final int REQUEST_TIMEOUT_MS = 5_000;
  private static final int LENGTH = 1000;

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private SettingsOptions options = new SettingsOptions();

  @Option(
      names = "--service",
      paramLabel = "SERVICE",
      split = ",",
      converter = ServiceRoleConverter.class,
      completionCandidates = ServiceRoleConverter.Candidates.class,
      description =
          "Whose rights this user must have; streams and trainer without it. One of"
              + " ${COMPLETION-CANDIDATES}.")
  private List<ServiceRole> services = List.of(ServiceRole.STREAMS, ServiceRole.TRAINER);

  @Option(names = "--json", description = "As one JSON document.")
  private boolean json;

  /** A check that may meet a fault of Kafka's. */
  private interface Check {
    List<Finding> look() throws InterruptedException;
  }

  @Override
  public Integer call() throws InterruptedException {
    StandardErrorLog.use();
    Settings settings = options.read();
    Report report = new Report(spec.commandLine().getOut(), json, Colours.here());
    check(settings, report);
    report.end();
    return report.failed() ? 1 : 0;
  }

  private void check(Settings settings, Report report) throws InterruptedException {
    Properties properties = ClientKind.ADMIN.of(settings.kafkaClient());
    properties.putIfAbsent(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, API_TIMEOUT_MS);
    properties.putIfAbsent(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_TIMEOUT_MS);
    for (String unknown : ClientNames.unknown(settings)) {
      report.add(List.of(Finding.warn("settings", unknown, "correct it, or leave it out")));
    }
    boolean topics = false;
    ClusterChecks cluster = new ClusterChecks(settings);
    WorkChecks work = new WorkChecks(settings);
    try (Admin admin = Admin.create(properties)) {
      Finding reachable = cluster.cluster(admin);
      report.add(List.of(reachable));
      if (reachable.level() == Finding.Level.OK) {
        List<Finding> found = cluster.topics();
        report.add(found);
        topics = found.stream().noneMatch(each -> each.level() == Finding.Level.FAIL);
        report.add("partitions", () -> List.of(cluster.partitions(admin)));
        report.add("rights", () -> cluster.rights(services));
        report.add("group", () -> List.of(work.group(admin)));
      }
    } catch (KafkaException e) {
      report.add(
          List.of(
              Finding.fail(
                  "kafka",
                  String.valueOf(e.getCause() == null ? e.getMessage() : e.getCause().getMessage()),
                  "check bootstrap.servers and the settings that begin with kafka.")));
    }
    if (topics) {
      ModelChecks model = new ModelChecks(settings);
      report.add("champion", () -> List.of(model.champion()));
      report.add("dead letters", () -> List.of(work.deadLetters(Instant.now())));
      report.add("evaluations", () -> List.of(work.evaluations(Instant.now())));
      report.add("clock", () -> List.of(work.clock(Instant.now())));
    } else {
      for (String name : List.of("champion", "dead letters", "evaluations", "clock")) {
        report.add(List.of(Finding.skip(name, "needs Kafka and the topics")));
      }
    }
    report.add(RegistryChecks.of(settings).stream().toList());
    report.add(List.of(DiskChecks.folder(SettingsDefinition.STATE_DIR, settings.stateDir())));
    report.add(StoreChecks.of(settings.checkpoints()));
  }

  /** Prints each finding as it comes, or all at the end as JSON. */
  private static final class Report {
    private final PrintWriter out;
    private final boolean json;
    private final Colours colours;
    private final List<Finding> findings = new ArrayList<>();

    Report(PrintWriter out, boolean json, Colours colours) {
      this.out = out;
      this.json = json;
      this.colours = colours;
    }

    void add(String name, Check check) throws InterruptedException {
      List<Finding> found;
      try {
        found = check.look();
      } catch (KafkaException e) {
        found = List.of(Finding.skip(name, String.valueOf(e.getMessage())));
      }
      add(found);
    }

    void add(List<Finding> found) {
      findings.addAll(found);
      if (!json) {
        found.forEach(each -> out.println(line(each)));
        out.flush();
      }
    }

    boolean failed() {
      return count(Finding.Level.FAIL) > 0;
    }

    void end() {
      long warnings = count(Finding.Level.WARN);
      long failures = count(Finding.Level.FAIL);
      if (json) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("ok", failures == 0);
        document.put("warnings", warnings);
        document.put("failures", failures);
        document.put(
            "checks",
            findings.stream()
                .map(
                    each -> {
                      Map<String, Object> fields = new LinkedHashMap<>();
                      fields.put("check", each.check());
                      fields.put("level", each.level().wireName());
                      fields.put("message", each.message());
                      each.remedy().ifPresent(remedy -> fields.put("remedy", remedy));
                      return fields;
                    })
                .toList());
        out.println(new String(Json.writePretty(document), StandardCharsets.UTF_8));
      } else {
        out.printf(
            "%d %s, %d %s%n",
            failures,
            failures == 1 ? "failure" : "failures",
            warnings,
            warnings == 1 ? "warning" : "warnings");
      }
      out.flush();
    }

    private long count(Finding.Level level) {
      return findings.stream().filter(each -> each.level() == level).count();
    }

    private String line(Finding finding) {
      String level = "%-4s".formatted(finding.level().wireName());
      String coloured =
          switch (finding.level()) {
            case OK -> colours.good(level);
            case WARN -> colours.doubtful(level);
            case FAIL -> colours.bad(level);
            case SKIP -> colours.dim(level);
          };
      return "%s  %-12s  %s%s"
          .formatted(
              coloured,
              finding.check(),
              PrintableText.of(finding.message(), LENGTH),
              finding.remedy().map(text -> "; remedy: " + text).orElse(""));
    }
  }
}
