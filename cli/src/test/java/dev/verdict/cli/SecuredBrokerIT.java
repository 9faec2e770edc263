package dev.verdict.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import dev.verdict.config.Settings;
import dev.verdict.config.SettingsLoader;
import dev.verdict.contract.ModelManifest;
import dev.verdict.registry.RegistryReader;
import dev.verdict.registry.access.AccessCheck;
import dev.verdict.registry.access.AccessList;
import dev.verdict.registry.access.Acl;
import dev.verdict.registry.access.ServiceRole;
import dev.verdict.streams.StreamsListener;
import dev.verdict.streams.StreamsService;
import dev.verdict.trainer.TrainerListener;
import dev.verdict.trainer.TrainerService;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicListing;
import org.apache.kafka.common.acl.AclOperation;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/**
 * A broker with an authorizer: with exactly the ACLs that {@code verdict acls} lists everything
 * runs, with one fewer it says which is missing. Each case has its own prefix and users.
 */
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SecuredBrokerIT {
  private static final String SECRET = "s3cr3t-0f-everybody";
  private static final int REVIEWS = 400;

  private final ConditionFactory soon =
      Awaitility.await().atMost(Duration.ofSeconds(90)).pollInterval(Duration.ofMillis(50));
  private final Log log = new Log();
  private Path folder = Path.of("");
  private SecuredBroker broker;

  /** Everything that is logged, as it would be written. */
  private static final class Log extends AppenderBase<ILoggingEvent> {
    private final Queue<String> lines = new ConcurrentLinkedQueue<>();

    @Override
    protected void append(ILoggingEvent event) {
      lines.add(
          event.getLoggerName()
              + " "
              + event.getFormattedMessage()
              + (event.getThrowableProxy() == null
                  ? ""
                  : ThrowableProxyUtil.asString(event.getThrowableProxy())));
    }
  }

  @BeforeAll
  void start(@TempDir Path temporary) throws Exception {
    folder = temporary;
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    log.setContext(context);
    log.start();
    // Kafka's clients print their whole configuration at this level.
    for (String name : List.of("org.apache.kafka", "dev.verdict")) {
      Logger logger = context.getLogger(name);
      logger.setLevel(name.equals("dev.verdict") ? Level.DEBUG : Level.INFO);
      logger.setAdditive(false);
      logger.addAppender(log);
    }
    broker = new SecuredBroker(folder);
  }

  @AfterAll
  void stop() {
    broker.close();
    assertThat(log.lines).noneMatch(line -> line.contains(SECRET));
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    for (String name : List.of("org.apache.kafka", "dev.verdict")) {
      Logger logger = context.getLogger(name);
      logger.detachAppender(log);
      logger.setAdditive(true);
      logger.setLevel(name.equals("dev.verdict") ? null : Level.WARN);
    }
  }

  /** Settings of a deployment of its own, as one user has them. */
  private Map<String, String> settings(String prefix, Map<String, String> client) {
    Map<String, String> all = new HashMap<>(client);
    all.put("topics.prefix", prefix + ".");
    all.put("topic.reviews", prefix + ".reviews");
    all.put("topic.labels", prefix + ".labels");
    all.put("topics.partitions", "1");
    all.put("topics.replication.factor", "1");
    all.put("num.stream.threads", "1");
    all.put("session.timeout.ms", "6000");
    all.put("checkpoints.dir", folder.resolve(prefix).resolve("checkpoints").toString());
    all.put("state.dir", folder.resolve(prefix).resolve("state").toString());
    all.put("http.host", "127.0.0.1");
    all.put("streams.http.port", "0");
    all.put("trainer.http.port", "0");
    all.put("model.max.length", "32");
    all.put("bootstrap.examples", "150");
    all.put("retrain.min.examples", "50");
    all.put("retrain.f1.min", "0");
    all.put("gate.confidence", "0.5");
    // A weak first champion, which a retraining beats.
    all.put("scratch.epochs", "4");
    all.put("scratch.batch.rows", "8");
    all.put("scratch.learning.rate", "0.001");
    all.put("scratch.warmup.steps", "10");
    all.put("fine.tune.epochs", "12");
    all.put("fine.tune.batch.rows", "16");
    all.put("fine.tune.learning.rate", "0.0005");
    all.put("evaluation.interval.ms", "200");
    return all;
  }

  private static Settings read(Map<String, String> settings) {
    return SettingsLoader.load(Optional.empty(), Map.of(), settings);
  }

  /** A user that may do exactly what the role needs. */
  private Map<String, String> user(String prefix, ServiceRole role) throws Exception {
    String name = prefix + "-" + role.id();
    broker.user(name, SECRET);
    Map<String, String> settings = settings(prefix, broker.scram(name, SECRET));
    broker.allow("User:" + name, AccessList.of(role, read(settings)));
    return settings;
  }

  /** What a run of the command printed and how it ended. */
  private record Ran(int status, String out, String err) {}

  private static Ran verdict(Map<String, String> settings, String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int status =
        Main.commandLine()
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .execute(
                Stream.concat(
                        Stream.of(arguments),
                        settings.entrySet().stream()
                            .map(each -> "-D" + each.getKey() + "=" + each.getValue()))
                    .toArray(String[]::new));
    return new Ran(status, out.toString(), err.toString());
  }

  private static StreamsService streams(Map<String, String> settings) {
    return new StreamsService(read(settings), new SimpleMeterRegistry(), StreamsListener.silent());
  }

  private static TrainerService trainer(Map<String, String> settings) {
    return new TrainerService(
        read(settings), new SimpleMeterRegistry(), TrainerListener.NONE, HubBases.create());
  }

  private Optional<String> champion(String prefix) {
    Settings administrator = read(settings(prefix, Map.of("bootstrap.servers", broker.plain())));
    try (RegistryReader registry =
        new RegistryReader(
            administrator.kafkaClient(), administrator.topics().modelRegistry(), "reviews")) {
      return registry.readToEnd().champion().map(ModelManifest::version);
    }
  }

  @Test
  void exactlyTheListedAclsThenEverythingRunsAndNoSecretIsTold() throws Exception {
    Map<String, String> streamsUser = user("whole", ServiceRole.STREAMS);
    Map<String, String> trainerUser = user("whole", ServiceRole.TRAINER);
    StringBuilder told = new StringBuilder();
    try (TrainerService trainer = trainer(trainerUser);
        StreamsService streams = streams(streamsUser)) {
      trainer.start();
      streams.start();
      Map<String, String> producer = user("whole", ServiceRole.PRODUCE);
      told.append(
          succeeds(verdict(producer, "produce", "--generate=" + REVIEWS, "--rate", "1000000")));
      soon.until(() -> champion("whole").isPresent());
      soon.until(() -> streams.notReady().isEmpty());
      String first = champion("whole").orElseThrow();
      Map<String, String> reader = user("whole", ServiceRole.TAIL);
      soon.until(
          () ->
              verdict(reader, "tail", "evaluations", "-n", "1", "--no-follow", "--json")
                  .out()
                  .contains("macro_f1"));
      soon.until(
          () ->
              verdict(reader, "tail", "training-examples", "--from=beginning", "--no-follow")
                  .out()
                  .lines()
                  .count(),
          examples -> examples >= REVIEWS);

      told.append(
          succeeds(
              verdict(
                  user("whole", ServiceRole.RETRAIN),
                  "retrain",
                  "--reason=ACLs",
                  "--wait",
                  "--timeout=60")));
      soon.until(() -> !champion("whole").equals(Optional.of(first)));
      told.append(succeeds(verdict(user("whole", ServiceRole.MODELS), "models")));
      told.append(succeeds(verdict(user("whole", ServiceRole.PROMOTE), "rollback")));
      soon.until(() -> champion("whole").equals(Optional.of(first)));
      told.append(
          succeeds(
              verdict(
                  user("whole", ServiceRole.REPLAY),
                  "replay",
                  "--output=" + AccessList.replayOutput(read(streamsUser)))));
      told.append(
          succeeds(verdict(user("whole", ServiceRole.DEAD_LETTERS_LIST), "dead-letters", "list")));
      told.append(
          succeeds(
              verdict(user("whole", ServiceRole.DEAD_LETTERS_REPLAY), "dead-letters", "replay")));
      told.append(
          succeeds(verdict(user("whole", ServiceRole.POLICY), "policy", "replay", "--from=1h")));
      told.append(succeeds(verdict(user("whole", ServiceRole.TOPICS), "topics", "check")));
      Ran metrics = verdict(user("whole", ServiceRole.VERIFY_METRICS), "verify-metrics");
      assertThat(metrics.err()).doesNotContain("uthoriz", "lacks");
      Ran doctor =
          verdict(user("whole", ServiceRole.DOCTOR), "doctor", "--service=doctor", "--json");
      told.append(metrics).append(doctor);
      assertThat(doctor.out()).doesNotContain("uthoriz", "lacks", "\"fail\"");
      assertThat(verdict(streamsUser, "doctor", "--service=streams").out())
          .contains("User:whole-streams may do all that verdict streams does");
      told.append(succeeds(verdict(streamsUser, "config", "show")));
      told.append(succeeds(verdict(streamsUser, "config")));
      assertThat(streams.hasEnded()).isFalse();
      assertThat(trainer.notReady()).isEmpty();
    }

    assertThat(told.toString()).contains("[hidden]").doesNotContain(SECRET);
    assertThat(log.lines)
        .anyMatch(line -> line.contains("ProducerConfig values"))
        .noneMatch(line -> line.contains(SECRET))
        .noneMatch(line -> line.startsWith("dev.verdict") && line.contains("User:whole-"));
  }

  private static String succeeds(Ran ran) {
    assertThat(ran.status()).as(ran.err()).isZero();
    return ran.out() + ran.err();
  }

  @ParameterizedTest
  @EnumSource(ServiceRole.class)
  void oneFewerThenThatOneIsMissing(ServiceRole role) throws Exception {
    Map<String, String> settings = user("fewer", role);
    String principal = "User:fewer-" + role.id();
    makeTopics(settings);
    List<Acl> all = AccessList.of(role, read(settings));
    AccessCheck check = new AccessCheck(role, read(settings));
    awaitMissing(check, List.of());
    Set<String> kinds = new HashSet<>();
    for (Acl acl : all) {
      boolean service = role == ServiceRole.STREAMS || role == ServiceRole.TRAINER;
      String kind = acl.operation() + " " + acl.resource().resourceType() + acl.isPrefix();
      // Of a verb one of each kind; what is to be made is the next test's.
      if (acl.need() == Acl.Need.TO_MAKE || !(kinds.add(kind) || service)) {
        continue;
      }
      broker.forbid(principal, List.of(acl));
      awaitMissing(check, List.of(acl));
      assertThat(check.sentence(List.of(acl)))
          .isEqualTo(
              "%s lacks %s, which %s needs".formatted(principal, acl.text(), role.command()));
      broker.allow(principal, List.of(acl));
    }
    awaitMissing(check, List.of());
  }

  @ParameterizedTest
  @EnumSource(
      value = ServiceRole.class,
      names = {"STREAMS", "TRAINER", "TOPICS", "DEAD_LETTERS_REPLAY", "REPLAY"})
  void mayNotMakeWhatIsNotThereThenThatOneIsMissing(ServiceRole role) throws Exception {
    Map<String, String> settings = user("unmade", role);
    String principal = "User:unmade-" + role.id();
    AccessCheck check = new AccessCheck(role, read(settings));
    awaitMissing(check, List.of());
    for (Acl acl : AccessList.of(role, read(settings))) {
      if (acl.operation() == AclOperation.CREATE) {
        broker.forbid(principal, List.of(acl));
        awaitMissing(check, List.of(acl));
        broker.allow(principal, List.of(acl));
      }
    }
  }

  @Test
  void servicesLackRightsThenAllAreNamedWithTheCommandsAndStatusTwo() throws Exception {
    Map<String, String> streamsUser = user("lacking", ServiceRole.STREAMS);
    Map<String, String> trainerUser = user("lacking", ServiceRole.TRAINER);
    Settings settings = read(streamsUser);
    List<Acl> predictions =
        AccessList.of(ServiceRole.STREAMS, settings).stream()
            .filter(acl -> acl.resource().name().equals("lacking.predictions"))
            .toList();
    broker.forbid("User:lacking-streams", predictions);
    List<Acl> group =
        AccessList.of(ServiceRole.TRAINER, settings).stream()
            .filter(acl -> acl.text().contains("on group"))
            .toList();
    broker.forbid("User:lacking-trainer", group);
    awaitMissing(new AccessCheck(ServiceRole.STREAMS, settings), predictions);
    awaitMissing(new AccessCheck(ServiceRole.TRAINER, read(trainerUser)), group);

    Ran streams = verdict(streamsUser, "streams");
    assertThat(streams.status()).isEqualTo(2);
    assertThat(streams.err())
        .isEqualTo(
            """
            User:lacking-streams lacks Write and Create on topic lacking.predictions, which verdict streams needs:
            kafka-acls.sh --bootstrap-server %s --add --allow-principal User:lacking-streams --operation Write --operation Create --topic lacking.predictions
            """
                .formatted(settings.kafkaClient().get("bootstrap.servers")));
    Ran trainer = verdict(trainerUser, "trainer");
    assertThat(trainer.status()).isEqualTo(2);
    assertThat(trainer.err())
        .startsWith(
            "User:lacking-trainer lacks Read on group verdict-trainer-lacking.reviews, which verdict trainer needs:\n");
  }

  @Test
  void rightIsTakenAwayWhileItRunsThenOneSentenceSaysWhich() throws Exception {
    Map<String, String> streamsUser = user("taken", ServiceRole.STREAMS);
    Map<String, String> trainerUser = user("taken", ServiceRole.TRAINER);
    Settings administrator = read(settings("taken", Map.of("bootstrap.servers", broker.plain())));
    makeTopics(streamsUser);
    TinyVersion.publish(administrator, 1, Map.of());
    try (TrainerService trainer = trainer(trainerUser);
        StreamsService streams = streams(streamsUser)) {
      trainer.start();
      streams.start();
      soon.until(() -> streams.notReady().isEmpty() && trainer.notReady().isEmpty());

      broker.forbid(
          "User:taken-streams",
          writing(AccessList.of(ServiceRole.STREAMS, administrator), "taken.predictions"));
      broker.forbid(
          "User:taken-trainer",
          reading(AccessList.of(ServiceRole.TRAINER, administrator), "taken.retrain-requests"));
      succeeds(
          verdict(
              settings("taken", Map.of("bootstrap.servers", broker.plain())),
              "produce",
              "--generate=20",
              "--rate",
              "1000"));

      soon.until(streams::hasEnded);
      assertThat(streams.notReady())
          .contains(
              "User:taken-streams lacks Write on topic taken.predictions, which verdict streams needs");
      soon.until(() -> trainer.notReady().isPresent());
      assertThat(trainer.notReady())
          .contains(
              "trainer lost Kafka: User:taken-trainer lacks Read on topic taken.retrain-requests, which verdict trainer needs");
      broker.allow(
          "User:taken-trainer",
          reading(AccessList.of(ServiceRole.TRAINER, administrator), "taken.retrain-requests"));
      soon.until(() -> trainer.notReady().isEmpty());
    }
    assertThat(log.lines)
        .filteredOn(line -> line.contains("User:taken-trainer lacks Read"))
        .hasSize(1);
  }

  @Test
  void passwordIsWrongThenOneSentenceAndNotThePassword() throws Exception {
    broker.user("stranger", SECRET);
    Ran ran = verdict(settings("strange", broker.scram("stranger", "wrong-" + SECRET)), "streams");

    assertThat(ran.status()).isEqualTo(2);
    assertThat(ran.err().lines()).hasSize(1);
    assertThat(ran.err()).contains("Authentication failed").doesNotContain(SECRET);
  }

  @Test
  void passwordInAFileThenReadFromThere() throws Exception {
    Map<String, String> settings = user("file", ServiceRole.MODELS);
    makeTopics(settings);
    Path file = folder.resolve("kafka.properties");
    Files.writeString(file, "password=" + SECRET + "\n");
    Map<String, String> referring = new HashMap<>(settings);
    referring.compute(
        "kafka.sasl.jaas.config",
        (key, jaas) -> jaas.replace(SECRET, "${file:" + file + ":password}"));

    Ran ran = verdict(referring, "models");
    assertThat(ran.status()).as(ran.err()).isZero();
  }

  @Test
  void certificateOfTheClientThenItsSubjectIsThePrincipal() throws Exception {
    Map<String, String> settings = settings("mutual", broker.mutualTls());
    makeTopics(settings);
    List<Acl> acls = AccessList.of(ServiceRole.MODELS, read(settings));
    broker.allow(SecuredBroker.MUTUAL_TLS_PRINCIPAL, acls);
    AccessCheck check = new AccessCheck(ServiceRole.MODELS, read(settings));
    awaitMissing(check, List.of());

    assertThat(verdict(settings, "models").status()).isZero();
    broker.forbid(SecuredBroker.MUTUAL_TLS_PRINCIPAL, acls);
    awaitMissing(check, acls);
    assertThat(verdict(settings, "models").err())
        .startsWith(
            SecuredBroker.MUTUAL_TLS_PRINCIPAL
                + " lacks Read on topic mutual.model-registry, which verdict models needs:\n")
        .contains("--allow-principal '" + SecuredBroker.MUTUAL_TLS_PRINCIPAL + "'");
  }

  @Test
  void tokenOfAnIdentityProviderThenItsSubjectIsThePrincipal() throws Exception {
    Map<String, String> settings = settings("token", broker.oauth("verdict", "of-verdict"));
    makeTopics(settings);
    List<Acl> acls = AccessList.of(ServiceRole.MODELS, read(settings));
    broker.allow("User:verdict", acls);
    awaitMissing(new AccessCheck(ServiceRole.MODELS, read(settings)), List.of());

    assertThat(verdict(settings, "models").status()).isZero();
    Ran refused = verdict(settings("token", broker.oauth("verdict", SECRET)), "models");
    assertThat(refused.status()).isEqualTo(2);
    assertThat(refused.err()).doesNotContain(SECRET);
  }

  private static List<Acl> writing(List<Acl> acls, String topic) {
    return of(acls, AclOperation.WRITE, topic);
  }

  private static List<Acl> reading(List<Acl> acls, String topic) {
    return of(acls, AclOperation.READ, topic);
  }

  private static List<Acl> of(List<Acl> acls, AclOperation operation, String topic) {
    return acls.stream()
        .filter(acl -> acl.operation() == operation && acl.resource().name().equals(topic))
        .toList();
  }

  /** By the administrator: the deployment's, one that Kafka Streams would make, and a replay's. */
  private void makeTopics(Map<String, String> settings)
      throws ExecutionException, InterruptedException {
    Settings deployment = read(settings);
    List<NewTopic> made = new ArrayList<>();
    deployment
        .topicPlan()
        .specifications()
        .forEach(
            topic ->
                made.add(
                    new NewTopic(topic.name(), topic.partitions(), (short) 1)
                        .configs(topic.configs())));
    for (String name :
        List.of(
            deployment.topics().replayedDeadLetters(),
            AccessList.replayOutput(deployment),
            deployment.applicationId() + "-by-review-id-repartition")) {
      made.add(new NewTopic(name, 1, (short) 1));
    }
    Set<String> present = new HashSet<>();
    for (TopicListing topic : broker.admin.listTopics().listings().get()) {
      present.add(topic.name());
    }
    made.removeIf(topic -> present.contains(topic.name()));
    broker.admin.createTopics(made).all().get();
  }

  /** Brokers hear of a change of ACLs a moment later. */
  private void awaitMissing(AccessCheck check, List<Acl> expected) {
    Set<Acl> wanted = new LinkedHashSet<>(expected);
    soon.untilAsserted(() -> assertThat(new LinkedHashSet<>(check.missing())).isEqualTo(wanted));
  }
}
