import io.apicurio.registry.serde.avro.AvroKafkaDeserializer;
import io.apicurio.registry.serde.avro.AvroKafkaSerializer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Writes reviews of a shop's own schema by Apicurio's serializer and reads the predictions by its
 * deserializer, with nothing of Verdict's on the class path.
 */
public final class RegistryRoundTrip {
  private static final int REVIEWS = 50;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final Schema FEEDBACK =
      new Schema.Parser()
          .parse(
              """
              {"type": "record", "name": "Feedback", "namespace": "com.shop", "fields": [
                {"name": "stars", "type": "int"},
                {"name": "text", "type": ["null", "string"], "default": null},
                {"name": "timestamp",
                 "type": ["null", {"type": "long", "logicalType": "timestamp-micros"}],
                 "default": null},
                {"name": "attributes", "type": {"type": "map", "values": "string"}}]}
              """);

  private RegistryRoundTrip() {}

  public static void main(String[] arguments) throws Exception {
    String brokers = arguments[0];
    Map<String, Object> registry = new HashMap<>();
    registry.put("bootstrap.servers", brokers);
    registry.put("apicurio.registry.url", arguments[1] + "/apis/registry/v2");
    registry.put("apicurio.registry.auto-register", true);
    // What its documentation says makes it write as Confluent's serializers do.
    registry.put(
        "apicurio.registry.id-handler", "io.apicurio.registry.serde.Legacy4ByteIdHandler");
    registry.put("apicurio.registry.use-id", "contentId");
    registry.put("apicurio.registry.headers.enabled", false);
    registry.put("isolation.level", "read_committed");
    String run = UUID.randomUUID().toString().substring(0, 8);
    Map<String, Long> times = write(registry, run);
    TreeSet<String> open = new TreeSet<>(times.keySet());
    read(registry, times, open);
    if (!open.isEmpty()) {
      System.err.println("No prediction of " + open);
      System.exit(1);
    }
    System.out.printf(
        "%d reviews of %s written by Apicurio's serializer, %d predictions read by its"
            + " deserializer%n",
        REVIEWS, FEEDBACK.getFullName(), times.size());
  }

  private static Map<String, Long> write(Map<String, Object> registry, String run)
      throws Exception {
    Map<String, Long> times = new HashMap<>();
    AvroKafkaSerializer<GenericRecord> serializer = new AvroKafkaSerializer<>();
    serializer.configure(registry, false);
    try (KafkaProducer<String, GenericRecord> producer =
        new KafkaProducer<>(registry, new StringSerializer(), serializer)) {
      for (int i = 0; i < REVIEWS; i++) {
        long time = System.currentTimeMillis() - i;
        GenericRecord review = new GenericData.Record(FEEDBACK);
        review.put("stars", 5);
        review.put("text", "The kettle is quiet and boils fast, I love it.");
        review.put("timestamp", time * 1000);
        review.put("attributes", Map.of("line", "kettles"));
        String id = "shop-" + run + "-" + i;
        producer.send(new ProducerRecord<>("reviews", id, review)).get();
        times.put(id, time);
      }
    }
    return times;
  }

  private static void read(
      Map<String, Object> registry, Map<String, Long> times, TreeSet<String> open) {
    AvroKafkaDeserializer<GenericRecord> deserializer = new AvroKafkaDeserializer<>();
    deserializer.configure(registry, false);
    try (KafkaConsumer<String, GenericRecord> consumer =
        new KafkaConsumer<>(registry, new StringDeserializer(), deserializer)) {
      List<TopicPartition> partitions =
          consumer.partitionsFor("predictions").stream()
              .map(each -> new TopicPartition(each.topic(), each.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      while (!open.isEmpty() && System.nanoTime() < deadline) {
        consumer
            .poll(Duration.ofMillis(200))
            .forEach(
                record -> {
                  if (open.remove(record.key())) {
                    check(record.value(), times.get(record.key()));
                  }
                });
      }
    }
  }

  private static void check(GenericRecord prediction, long time) {
    double sum =
        ((Map<?, ?>) prediction.get("probabilities"))
            .values().stream().mapToDouble(each -> (Double) each).sum();
    if (!prediction.getSchema().getFullName().equals("dev.verdict.Prediction")
        || !(prediction.get("review_timestamp") instanceof Long written)
        || written != time
        || Math.abs(sum - 1) > 1e-3
        || prediction.get("model_version").toString().getBytes(StandardCharsets.UTF_8).length == 0) {
      throw new IllegalStateException("Not the prediction of that review: " + prediction);
    }
  }
}
