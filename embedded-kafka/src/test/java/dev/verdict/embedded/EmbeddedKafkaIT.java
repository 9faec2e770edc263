package dev.verdict.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class EmbeddedKafkaIT {

  @TempDir private Path folder;

  @Test
  void transactionAbortedThenOnlyCommittedRecordsAreRead() throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.start(folder, 0)) {
      Topic topic = Topic.create(kafka.bootstrapServers(), "reviews");
      try (KafkaProducer<String, String> producer = topic.transactionalProducer()) {
        write(producer, "reviews", "aborted", false);
        write(producer, "reviews", "committed", true);
      }

      assertThat(topic.readCommitted("reader", 1)).containsExactly("committed");
    }
  }

  @Test
  void restartOnTheSameFolderThenRecordsAndOffsetsAreKept() throws Exception {
    String cluster;
    try (EmbeddedKafka kafka = EmbeddedKafka.start(folder, 0)) {
      cluster = clusterId(kafka);
      Topic topic = Topic.create(kafka.bootstrapServers(), "reviews");
      try (KafkaProducer<String, String> producer = topic.transactionalProducer()) {
        write(producer, "reviews", "first", true);
        assertThat(topic.readCommitted("reader", 1)).containsExactly("first");
        write(producer, "reviews", "second", true);
      }
    }

    try (EmbeddedKafka kafka = EmbeddedKafka.start(folder, 0)) {
      Topic topic = new Topic(kafka.bootstrapServers(), "reviews");
      assertThat(clusterId(kafka)).isEqualTo(cluster);
      assertThat(topic.readCommitted("reader", 1)).containsExactly("second");
      assertThat(topic.readCommitted("newcomer", 2)).containsExactly("first", "second");
    }
  }

  @Test
  void twoBrokersThenEachKeepsItsOwnRecordsAndTheirFoldersAreTheirOwn() throws Exception {
    try (EmbeddedKafka one = EmbeddedKafka.start(folder.resolve("one"), 0)) {
      Topic kept = Topic.create(one.bootstrapServers(), "reviews");
      try (EmbeddedKafka two = EmbeddedKafka.start(folder.resolve("two"), 0)) {
        assertThat(two.bootstrapServers()).isNotEqualTo(one.bootstrapServers());
        Topic other = Topic.create(two.bootstrapServers(), "reviews");
        try (KafkaProducer<String, String> producer = other.transactionalProducer()) {
          write(producer, "reviews", "of two", true);
        }
        assertThat(other.readCommitted("reader", 1)).containsExactly("of two");

        assertThatThrownBy(() -> EmbeddedKafka.start(folder.resolve("one"), 0))
            .isInstanceOf(EmbeddedKafkaException.class)
            .hasMessage(
                "Another broker uses the folder %s: stop it or choose another folder.",
                folder.resolve("one"));
      }
      try (KafkaProducer<String, String> producer = kept.transactionalProducer()) {
        write(producer, "reviews", "of one", true);
      }
      assertThat(kept.readCommitted("reader", 1)).containsExactly("of one");
    }
  }

  @Test
  void busyPortThenOneSentenceNamesItAndTheFolderStaysUntouched() throws IOException {
    try (ServerSocket taken =
        new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
      int port = taken.getLocalPort();

      assertThatThrownBy(() -> EmbeddedKafka.start(folder.resolve("log"), port))
          .isInstanceOf(EmbeddedKafkaException.class)
          .hasMessageStartingWith("Port %d of 127.0.0.1 cannot be used", port)
          .hasMessageEndingWith("choose another port, or 0 for any free one.");
      assertThat(folder.resolve("log")).doesNotExist();
    }
  }

  @Test
  void closedTwiceThenItIsStoppedAndItsPortIsFreeAgain() {
    EmbeddedKafka kafka = EmbeddedKafka.start(folder, 0);
    int port = Integer.parseInt(kafka.bootstrapServers().replaceAll(".*:", ""));
    kafka.close();
    kafka.close();

    try (EmbeddedKafka again = EmbeddedKafka.start(folder, port)) {
      assertThat(again.bootstrapServers()).isEqualTo("127.0.0.1:" + port);
    }
  }

  @Test
  void portOutOfRangeThenTheRangeIsNamed() {
    assertThatThrownBy(() -> EmbeddedKafka.start(folder, 70_000))
        .isInstanceOf(EmbeddedKafkaException.class)
        .hasMessage(
            "Port 70000 is not a port: it must be between 0 and 65535, 0 for any free one.");
  }

  @Test
  void folderWithOtherFilesThenItIsRefusedAndLeftAlone() throws IOException {
    Files.writeString(folder.resolve("diary.txt"), "mine");

    assertThatThrownBy(() -> EmbeddedKafka.start(folder, 0))
        .isInstanceOf(EmbeddedKafkaException.class)
        .hasMessageContaining("is not empty and holds no Kafka data");
    assertThat(folder).isDirectoryNotContaining("glob:**meta.properties");
  }

  @Test
  void folderThatIsAFileThenItIsNamed() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");

    assertThatThrownBy(() -> EmbeddedKafka.start(file, 0))
        .isInstanceOf(EmbeddedKafkaException.class)
        .hasMessageStartingWith("The broker's folder %s cannot be prepared", file);
  }

  private static void write(
      KafkaProducer<String, String> producer, String topic, String value, boolean commit)
      throws ExecutionException, InterruptedException {
    producer.beginTransaction();
    // Waited for, so that an aborted record is hidden by the abort and not by never being sent.
    producer.send(new ProducerRecord<>(topic, "r1", value)).get();
    if (commit) {
      producer.commitTransaction();
    } else {
      producer.abortTransaction();
    }
  }

  private static String clusterId(EmbeddedKafka kafka)
      throws ExecutionException, InterruptedException {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      return admin.describeCluster().clusterId().get();
    }
  }
}
