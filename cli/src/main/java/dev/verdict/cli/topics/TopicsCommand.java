package dev.verdict.cli.topics;

import dev.verdict.cli.ExitCodes;
import dev.verdict.cli.SettingsOptions;
import dev.verdict.cli.StandardErrorLog;
import dev.verdict.config.Settings;
import dev.verdict.contract.TopicPlan;
import dev.verdict.contract.Topics.Specification;
import dev.verdict.registry.RefusedStartException;
import dev.verdict.registry.TopicCheck;
import dev.verdict.registry.TopicCreator;
import dev.verdict.registry.access.AccessCheck;
import dev.verdict.registry.access.AccessList;
import dev.verdict.registry.access.Acl;
import dev.verdict.registry.access.ServiceRole;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code verdict topics}. */
@Command(
    name = "topics",
    mixinStandardHelpOptions = true,
    description = "Make or check the topics, as the services do when they start.",
    exitCodeListHeading = ExitCodes.HEADING,
    exitCodeList = {
      ExitCodes.DONE,
      "1:A topic is missing or cannot hold what it is for.",
      ExitCodes.BAD_ARGUMENT
    },
    footer = {
      "",
      "Examples:",
      "  verdict topics check",
      "  verdict topics create -D topics.partitions=16 -D topics.replication.factor=3"
    },
    subcommands = {TopicsCommand.Create.class, TopicsCommand.Check.class})
public final class TopicsCommand {

  /** {@code verdict topics create}. */
  @Command(
      name = "create",
      mixinStandardHelpOptions = true,
      description = {
        "Make the topics that are missing and print their names, then check all of them.",
        "It makes them also where topics.create is false, so that services may run without the"
            + " right to."
      },
      exitCodeListHeading = ExitCodes.HEADING,
      exitCodeList = {
        "0:Every topic is there as it must be.",
        "1:One of those that were there cannot hold what it is for.",
        "2:A setting cannot be used, Kafka cannot be reached, or a topic cannot be made."
      },
      footer = {
        "",
        "Examples:",
        "  verdict topics create -D topics.partitions=16 -D topics.replication.factor=3"
      })
  static final class Create implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();
    @Mixin private SettingsOptions options = new SettingsOptions();

    @Override
    public Integer call() throws InterruptedException {
      StandardErrorLog.use();
      Settings settings = options.read();
      TopicPlan plan = settings.topicPlan();
      new AccessCheck(ServiceRole.TOPICS, settings).require();
      List<String> made =
          new TopicCreator(settings.kafkaClient(), plan.replicationFactor())
              .ensure(plan.specifications(), true);
      PrintWriter out = spec.commandLine().getOut();
      plan.specifications().stream()
          .filter(topic -> made.contains(topic.name()))
          .forEach(topic -> out.println(line(topic)));
      return check(settings, out);
    }

    private static String line(Specification topic) {
      return "made %s, %d %s%s"
          .formatted(
              topic.name(),
              topic.partitions(),
              topic.partitions() == 1 ? "partition" : "partitions",
              topic.configs().isEmpty() ? "" : " " + topic.configs());
    }
  }

  /** {@code verdict topics check}. */
  @Command(
      name = "check",
      mixinStandardHelpOptions = true,
      description = {
        "Check the topics and print all for which a service would refuse its start. Nothing is"
            + " made."
      },
      exitCodeListHeading = ExitCodes.HEADING,
      exitCodeList = {
        "0:Every topic is there as it must be.",
        "1:One is missing or cannot hold what it is for.",
        "2:A setting cannot be used, or Kafka cannot be reached."
      },
      footer = {"", "Examples:", "  verdict topics check && verdict streams"})
  static final class Check implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();
    @Mixin private SettingsOptions options = new SettingsOptions();

    @Override
    public Integer call() throws InterruptedException {
      StandardErrorLog.use();
      Settings settings = options.read();
      new AccessCheck(
              ServiceRole.TOPICS,
              settings,
              AccessList.of(ServiceRole.TOPICS, settings).stream()
                  .filter(acl -> acl.need() != Acl.Need.TO_MAKE)
                  .toList())
          .require();
      return check(settings, spec.commandLine().getOut());
    }
  }

  private static int check(Settings settings, PrintWriter out) throws InterruptedException {
    TopicPlan plan = settings.topicPlan();
    TopicCheck check = new TopicCheck(settings.kafkaClient(), plan);
    TopicCheck.Findings findings = check.findings();
    List<String> faults = new ArrayList<>(findings.faults());
    if (faults.isEmpty()) {
      try {
        check.ensureInternal(settings.applicationId());
      } catch (RefusedStartException e) {
        faults.add(e.getMessage());
      }
    }
    faults.forEach(out::println);
    findings
        .unchecked()
        .forEach(
            (what, topics) ->
                out.printf(
                    "The %s of topics %s may not be described and is not checked (needs the rights"
                        + " Describe and DescribeConfigs)%n",
                    what, topics));
    if (faults.isEmpty()) {
      out.printf("%d topics are as they must be%n", plan.specifications().size());
    }
    out.flush();
    return faults.isEmpty() ? 0 : 1;
  }
}
