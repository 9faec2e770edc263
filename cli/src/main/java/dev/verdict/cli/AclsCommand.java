package dev.verdict.cli;

import dev.verdict.config.Settings;
import dev.verdict.config.SettingsLoader;
import dev.verdict.registry.Brokers;
import dev.verdict.registry.access.AccessList;
import dev.verdict.registry.access.Acl;
import dev.verdict.registry.access.AclCommands;
import dev.verdict.registry.access.ServiceRole;
import java.io.PrintWriter;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code verdict acls}: what each service has to be allowed at the brokers. */
@Command(
    name = "acls",
    mixinStandardHelpOptions = true,
    description = {
      "Print the least ACLs that a service or verb needs, with the names of these settings, as"
          + " commands of Kafka's kafka-acls.sh. Kafka is not asked.",
      "With topics.create=false the services do not need Create on their topics."
    },
    exitCodeListHeading = ExitCodes.HEADING,
    exitCodeList = {ExitCodes.DONE, "2:An argument or setting cannot be used."},
    footer = {
      "",
      "Examples:",
      "  verdict acls --service streams --principal User:verdict-streams -c verdict.properties",
      "  verdict acls --service trainer --principal User:verdict-trainer -D topics.create=false",
      "  verdict acls --service produce,tail --principal User:alice --command-config admin.properties"
    })
final class AclsCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private SettingsOptions options = new SettingsOptions();

  @Option(
      names = "--service",
      paramLabel = "SERVICE",
      split = ",",
      converter = ServiceRoleConverter.class,
      completionCandidates = ServiceRoleConverter.Candidates.class,
      description = {
        "Who is to be allowed; streams and trainer without it.",
        "One of ${COMPLETION-CANDIDATES}."
      })
  private List<ServiceRole> services = List.of(ServiceRole.STREAMS, ServiceRole.TRAINER);

  @Option(
      names = "--principal",
      paramLabel = "PRINCIPAL",
      defaultValue = "User:verdict",
      description = "As the brokers see it, such as User:verdict or User:CN=verdict.")
  private String principal = "";

  @Option(
      names = "--command-config",
      paramLabel = "FILE",
      description = "Put into each command: the client settings of whoever may grant.")
  private Optional<String> administrator = Optional.empty();

  @Option(names = "--markdown", description = "The tables of docs/security.md, for all services.")
  private boolean markdown;

  @Override
  public void run() {
    PrintWriter out = spec.commandLine().getOut();
    if (markdown) {
      out.print(AclCommands.markdown(SettingsLoader.load(Optional.empty(), Map.of(), Map.of())));
    } else {
      Settings settings = options.read();
      Set<Acl> acls = new LinkedHashSet<>();
      services.forEach(service -> acls.addAll(AccessList.of(service, settings)));
      AclCommands.grant(
              new Brokers(settings.kafkaClient()).addresses(),
              administrator,
              principal,
              List.copyOf(acls))
          .forEach(out::println);
    }
    out.flush();
  }
}
