package dev.verdict.cli.faults;

import dev.verdict.cli.source.SourcedReview;
import dev.verdict.cli.source.SyntheticReviews;
import dev.verdict.contract.Json;
import dev.verdict.contract.Label;
import dev.verdict.contract.Review;
import dev.verdict.contract.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Users of every kind, from a seed: most write good reviews and, a little later, labels; some write
 * rubbish, repeat themselves, label before they review, or have a wrong clock.
 */
final class Traffic implements AutoCloseable {
  /** Header that says what must come of a review. */
  static final String EXPECTED = "expected";

  static final String PREDICTION = "prediction";
  static final String DEAD_LETTER = "dead-letter";

  private static final int HOT_KEYS = 8;
  private static final int LABEL_DELAY = 40;
  private static final long DAY = Duration.ofDays(1).toMillis();

  private final Topics topics;
  private final int perSecond;
  private final Random random;
  private final SyntheticReviews source;
  private final Producer<byte[], byte[]> producer;
  private final Deque<SourcedReview> unlabelled = new ArrayDeque<>();
  private final CountDownLatch stop = new CountDownLatch(1);
  private final Thread thread = new Thread(this::run, "traffic");

  Traffic(Properties kafka, Topics topics, long seed, int perSecond) {
    this.topics = topics;
    this.perSecond = perSecond;
    this.random = new Random(seed);
    this.source = SyntheticReviews.stream(seed, 1_000_000, 0);
    Properties properties = new Properties();
    properties.putAll(kafka);
    // Users wait for a broker that is down rather than lose a review.
    properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 900_000);
    properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 900_000);
    properties.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
    producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /** Writes good reviews with their labels, as many as the first training needs. */
  void bootstrap(int reviews) {
    for (int i = 0; i < reviews; i++) {
      SourcedReview review = source.next();
      good(review);
      label(review.id(), review.label());
    }
    producer.flush();
  }

  void start() {
    thread.start();
  }

  /** Ends the reviews; every one of them is then in its topic, and every label. */
  @Override
  public void close() throws InterruptedException {
    stop.countDown();
    thread.join();
    unlabelled.forEach(each -> label(each.id(), each.label()));
    producer.close();
    source.close();
  }

  private void run() {
    try {
      while (!stop.await(1_000_000_000L / perSecond, TimeUnit.NANOSECONDS)) {
        review();
        if (unlabelled.size() > LABEL_DELAY) {
          SourcedReview due = unlabelled.poll();
          label(due.id(), due.label());
          if (random.nextInt(100) < 4) {
            label(due.id(), due.label());
          }
        }
        if (random.nextInt(100) < 2) {
          rubbishLabel();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void review() {
    SourcedReview review = source.next();
    int kind = random.nextInt(100);
    if (kind < 72) {
      good(review);
      if (random.nextInt(100) < 75) {
        unlabelled.add(review);
      }
    } else if (kind < 76) {
      label(review.id(), review.label());
      good(review);
    } else if (kind < 84) {
      send(topics.reviews(), "hot-" + random.nextInt(HOT_KEYS), value(review), PREDICTION);
    } else if (kind < 87) {
      send(topics.reviews(), null, value(review), PREDICTION);
    } else if (kind < 89) {
      send(topics.reviews(), review.id(), null, "nothing");
    } else if (kind < 93) {
      long age = random.nextBoolean() ? 30 * DAY : -Duration.ofMinutes(40).toMillis();
      send(
          topics.reviews(),
          review.id(),
          value(review),
          PREDICTION,
          Optional.of(System.currentTimeMillis() - age));
    } else {
      send(topics.reviews(), review.id(), rubbish(review), DEAD_LETTER);
    }
  }

  private void good(SourcedReview review) {
    send(topics.reviews(), review.id(), value(review), PREDICTION);
  }

  private static byte[] value(SourcedReview review) {
    return Json.write(new Review(review.text(), Optional.empty(), Map.of()));
  }

  private byte[] rubbish(SourcedReview review) {
    byte[] good = value(review);
    return switch (random.nextInt(8)) {
      case 0 -> bytes("not json");
      case 1 -> bytes("{\"txt\": \"no text\"}");
      case 2 -> bytes("{\"text\": \" \\n\"}");
      case 3 -> bytes("{\"text\": {\"a\": 1}}");
      case 4 -> new byte[] {'{', '"', (byte) 0xC3, (byte) 0x28, '"', '}'};
      case 5 -> bytes("{\"text\": \"" + "long ".repeat(14_000) + "\"}");
      case 6 -> bytes("[".repeat(5_000));
      default -> java.util.Arrays.copyOf(good, good.length / 2);
    };
  }

  private void label(String id, String label) {
    send(topics.labels(), id, Json.write(new Label(label, Optional.empty(), Optional.empty())), "");
  }

  private void rubbishLabel() {
    String id = "nobody-" + random.nextInt();
    byte[] value =
        random.nextBoolean() ? bytes("{\"label\": \"no such class\"}") : bytes("{\"label\": 7");
    send(topics.labels(), id, value, DEAD_LETTER);
  }

  private void send(String topic, String key, byte[] value, String expected) {
    send(topic, key, value, expected, Optional.empty());
  }

  @SuppressWarnings("FutureReturnValueIgnored") // The topic itself is what is compared with.
  private void send(
      String topic, String key, byte[] value, String expected, Optional<Long> timestamp) {
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(
            topic, null, timestamp.orElse(null), key == null ? null : bytes(key), value);
    record.headers().add(EXPECTED, bytes(expected));
    producer.send(record);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
