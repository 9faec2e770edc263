package dev.verdict.cli.registry;

import dev.verdict.cli.Rights;
import dev.verdict.cli.SettingsOptions;
import dev.verdict.cli.StandardErrorLog;
import dev.verdict.config.Settings;
import dev.verdict.registry.OperatorRegistry;
import dev.verdict.registry.OperatorRegistry.Changed;
import dev.verdict.registry.RegistryChange;
import dev.verdict.registry.RegistryChange.Request;
import dev.verdict.registry.RegistryState;
import dev.verdict.registry.access.ServiceRole;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What the verbs that change an alias have in common. */
final class AliasOptions {
  @Mixin private SettingsOptions options = new SettingsOptions();

  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      description = "Why, for those who read the decisions later; who it was stands before it.")
  private Optional<String> reason = Optional.empty();

  /**
   * Changes the registry and prints which aliases point elsewhere now.
   *
   * @param verb works the change out on the registry's state
   */
  void change(BiFunction<Request, RegistryState, RegistryChange> verb, PrintWriter out)
      throws InterruptedException {
    StandardErrorLog.use();
    Settings settings = options.read();
    Rights.require(
        ServiceRole.PROMOTE,
        settings,
        List.of(settings.topics().modelRegistry(), settings.topics().decisions()));
    String who = System.getProperty("user.name", "unknown");
    Request request =
        new Request(
            settings.topics().modelRegistry(),
            settings.modelName(),
            "by " + who + reason.map(text -> ": " + text).orElse(""),
            Instant.now().truncatedTo(ChronoUnit.MILLIS));
    Changed changed =
        new OperatorRegistry(settings.kafkaClient(), settings.topics(), settings.modelName())
            .change(state -> verb.apply(request, state));
    print(changed, out);
  }

  private static void print(Changed changed, PrintWriter out) {
    Set<String> aliases = new TreeSet<>(changed.before().aliases().keySet());
    aliases.addAll(changed.after().aliases().keySet());
    for (String alias : aliases) {
      Optional<String> before = Optional.ofNullable(changed.before().aliases().get(alias));
      Optional<String> after = Optional.ofNullable(changed.after().aliases().get(alias));
      if (!before.equals(after)) {
        out.printf("@%-11s%s -> %s%n", alias, before.orElse("none"), after.orElse("none"));
      }
    }
    out.flush();
  }
}
