package dev.verdict.streams;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verdict.embedded.testing.TestBroker;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.junit.jupiter.api.Test;

class AbortIsFinalProducerIT {
  @Test
  void transactionAbortedThenItBeginsNoOther() throws Exception {
    try (TestBroker broker = TestBroker.start();
        Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
        AbortIsFinalProducer producer =
            new AbortIsFinalProducer(
                Map.of(
                    "bootstrap.servers", broker.bootstrapServers(), "transactional.id", "test"))) {
      admin.createTopics(List.of(new NewTopic("t", Optional.of(1), Optional.empty()))).all().get();
      producer.initTransactions();
      for (int i = 0; i < 2; i++) {
        producer.beginTransaction();
        producer.send(record()).get();
        producer.commitTransaction();
      }
      producer.beginTransaction();
      producer.send(record()).get();
      producer.abortTransaction();

      assertThatThrownBy(producer::beginTransaction).isInstanceOf(ProducerFencedException.class);
    }
  }

  private static ProducerRecord<byte[], byte[]> record() {
    return new ProducerRecord<>("t", "value".getBytes(StandardCharsets.UTF_8));
  }
}
