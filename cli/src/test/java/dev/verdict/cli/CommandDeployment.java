package dev.verdict.cli;

import dev.verdict.cli.faults.TopicRecords;
import dev.verdict.config.Settings;
import dev.verdict.config.SettingsLoader;
import dev.verdict.contract.Topics;
import dev.verdict.embedded.testing.TestBroker;
import dev.verdict.registry.TopicCreator;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A broker with Verdict's topics, and the {@code verdict} command with its settings. */
final class CommandDeployment implements AutoCloseable {
  final Map<String, String> options = new HashMap<>();
  final Settings settings;
  final Topics topics;
  private final TestBroker broker = TestBroker.start();
  private final Producer<byte[], byte[]> producer;

  CommandDeployment(Path folder, Map<String, String> changes) throws InterruptedException {
    options.put("bootstrap.servers", broker.bootstrapServers());
    options.put("topics.replication.factor", "1");
    options.put("topics.partitions", "2");
    options.put("checkpoints.dir", folder.resolve("checkpoints").toString());
    options.put("state.dir", folder.resolve("state").toString());
    options.put("session.timeout.ms", "6000");
    options.putAll(changes);
    settings = SettingsLoader.load(Optional.empty(), Map.of(), options);
    topics = settings.topics();
    new TopicCreator(settings.kafkaClient(), (short) 1)
        .ensure(topics.specifications(2, settings.deadLetterMaxBytes()), true);
    Properties properties = settings.kafkaClient();
    properties.put("compression.type", "gzip");
    properties.put("max.request.size", 1 << 30);
    producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /** What a run of the command printed and how it ended. */
  record Ran(int status, String out, String err) {}

  Ran verdict(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int status =
        Main.commandLine()
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .execute(
                Stream.concat(
                        Stream.of(arguments),
                        options.entrySet().stream()
                            .map(each -> "-D" + each.getKey() + "=" + each.getValue()))
                    .toArray(String[]::new));
    return new Ran(status, out.toString(), err.toString());
  }

  void write(ProducerRecord<byte[], byte[]> record) throws InterruptedException {
    try {
      producer.send(record).get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  boolean topicExists(String topic) {
    try (Admin admin = Admin.create(settings.kafkaClient())) {
      return admin.listTopics().names().get().contains(topic);
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Every committed record of a topic, partition by partition in order. */
  List<ConsumerRecord<byte[], byte[]>> read(String topic) {
    return TopicRecords.all(settings.kafkaClient(), topic);
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    producer.close();
    broker.close();
  }
}
