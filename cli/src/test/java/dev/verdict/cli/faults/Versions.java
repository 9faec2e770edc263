package dev.verdict.cli.faults;

import com.fasterxml.jackson.databind.JsonNode;
import dev.verdict.checkpoint.FolderStore;
import dev.verdict.checkpoint.StoredCheckpoint;
import dev.verdict.contract.Json;
import dev.verdict.contract.ModelManifest;
import dev.verdict.contract.RegistryAlias;
import dev.verdict.contract.Topics;
import dev.verdict.registry.RegistryReader;
import dev.verdict.registry.RegistryRecords;
import dev.verdict.registry.RegistryState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Publishes versions beside the trainer: sound ones, and every kind that must never be loaded. */
final class Versions {
  static final String MODEL = "reviews";

  private static final String WEIGHTS = "model.safetensors";

  private final Properties kafka;
  private final Topics topics;
  private final Path checkpoints;
  private final Random random;

  Versions(Properties kafka, Topics topics, Path checkpoints, Random random) {
    this.kafka = kafka;
    this.topics = topics;
    this.checkpoints = checkpoints;
    this.random = random;
  }

  RegistryState registry() {
    try (RegistryReader reader = new RegistryReader(kafka, topics.modelRegistry(), MODEL)) {
      return reader.readToEnd();
    }
  }

  /**
   * Publishes a sound version whose head differs from the champion's.
   *
   * @param factor of the head's weights: near 1 for a version as good, -1 for one that is wrong
   *     about everything, which any retraining beats
   */
  ModelManifest publishVariant(float factor) {
    try {
      RegistryState state = registry();
      ModelManifest champion = state.champion().orElseThrow();
      FolderStore store = new FolderStore(checkpoints);
      Path staged = copyOf(champion);
      scaleHead(staged.resolve(WEIGHTS), factor);
      StoredCheckpoint stored = store.commit(staged, MODEL, state.nextNumber());
      ModelManifest manifest =
          manifest(champion, stored.version(), state.nextNumber(), stored.path(), stored);
      write(
          RegistryRecords.publish(
              topics.modelRegistry(), manifest, Optional.of(champion.version())));
      return manifest;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A thing in the registry or the store that must be refused. */
  enum Hostile {
    /** The alias points to a version that nobody published. */
    NO_MANIFEST,
    /** The manifest is no JSON. */
    GARBAGE,
    /** The manifest ends in the middle. */
    HALF_WRITTEN,
    /** The path leads out of the store. */
    TRAVERSAL,
    /** The path is absolute. */
    ABSOLUTE,
    /** A sound checkpoint under the name of another. */
    OTHER_NAME,
    /** The folder is not there. */
    NO_FOLDER,
    /** A byte of the weights was changed after they were sealed. */
    FLIPPED_BYTE,
    /** A file of the checkpoint was removed. */
    MISSING_FILE,
    /** The checkpoint is one of another architecture, properly sealed. */
    OTHER_ARCHITECTURE,
    /** A pickle by the name of the weights, properly sealed. */
    PICKLE,
    /** The header of the weights claims more bytes than any machine has. */
    ENDLESS_HEADER,
    /** Weights that are no numbers. */
    NOT_A_NUMBER;

    /** Whether it is a checkpoint of its own, with something wrong in it. */
    boolean isDamaged() {
      return EnumSet.range(FLIPPED_BYTE, NOT_A_NUMBER).contains(this);
    }

    /** Whether the instances get as far as to refuse a version by name. */
    boolean isRefusedByName() {
      return this != NO_MANIFEST && this != GARBAGE && this != HALF_WRITTEN;
    }
  }

  /** Makes it the champion; the name of its version. */
  String publish(Hostile kind) {
    try {
      RegistryState state = registry();
      ModelManifest champion = state.champion().orElseThrow();
      long number = state.nextNumber();
      if (kind.isDamaged()) {
        ModelManifest damaged = damaged(champion, number, kind);
        write(
            RegistryRecords.publish(
                topics.modelRegistry(), damaged, Optional.of(champion.version())));
        return damaged.version();
      }
      String version = "v%06d-%08x".formatted(number, random.nextInt());
      byte[] manifest =
          switch (kind) {
            case OTHER_NAME -> Json.write(named(champion, version, number, champion.path()));
            case GARBAGE -> "\u0000 no manifest".getBytes(StandardCharsets.UTF_8);
            case HALF_WRITTEN -> half(Json.write(named(champion, version, number, "reviews/x")));
            case TRAVERSAL ->
                Json.write(named(champion, version, number, "../" + copyOutside(champion)));
            case ABSOLUTE ->
                Json.write(
                    named(
                        champion,
                        version,
                        number,
                        checkpoints.resolveSibling(copyOutside(champion)).toString()));
            case NO_FOLDER -> Json.write(named(champion, version, number, "reviews/nowhere"));
            default -> new byte[0];
          };
      if (kind != Hostile.NO_MANIFEST) {
        write(List.of(record(MODEL + "/" + version, manifest)));
      }
      alias(version);
      return version;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Makes a version the champion again. */
  void alias(String version) {
    write(List.of(record(MODEL + "/@champion", Json.write(new RegistryAlias(version)))));
  }

  /** Takes a version out of the registry. */
  void remove(String version) {
    write(List.of(new ProducerRecord<>(topics.modelRegistry(), key(MODEL + "/" + version), null)));
  }

  private ModelManifest damaged(ModelManifest champion, long number, Hostile kind)
      throws IOException {
    FolderStore store = new FolderStore(checkpoints);
    Path staged = copyOf(champion);
    Path weights = staged.resolve(WEIGHTS);
    switch (kind) {
      case OTHER_ARCHITECTURE ->
          Files.writeString(
              staged.resolve("config.json"),
              Files.readString(staged.resolve("config.json"))
                  .replace("\"distilbert\"", "\"gpt2\""));
      case PICKLE ->
          Files.write(
              weights,
              "\u0080\u0002cos\nsystem\n(S'true'\ntR.".getBytes(StandardCharsets.ISO_8859_1));
      case ENDLESS_HEADER ->
          Files.write(
              weights,
              ByteBuffer.allocate(16)
                  .order(ByteOrder.LITTLE_ENDIAN)
                  .putLong(Long.MAX_VALUE / 2)
                  .array());
      case NOT_A_NUMBER -> scaleHead(weights, Float.NaN);
      default -> scaleHead(weights, 1 + random.nextFloat() / 100);
    }
    StoredCheckpoint stored = store.commit(staged, MODEL, number);
    Path sealed = stored.folder().resolve(WEIGHTS);
    if (kind == Hostile.FLIPPED_BYTE) {
      byte[] bytes = Files.readAllBytes(sealed);
      bytes[bytes.length - 1 - random.nextInt(1000)] ^= 1;
      Files.write(sealed, bytes);
    } else if (kind == Hostile.MISSING_FILE) {
      Files.delete(stored.folder().resolve("tokenizer.json"));
    }
    return manifest(champion, stored.version(), number, stored.path(), stored);
  }

  /** A sound checkpoint beside the store; its name. */
  private String copyOutside(ModelManifest version) throws IOException {
    Path outside = Files.createTempDirectory(checkpoints.getParent(), "outside");
    try (Stream<Path> files = Files.list(checkpoints.resolve(version.path()))) {
      for (Path file : files.toList()) {
        Files.copy(file, outside.resolve(file.getFileName().toString()));
      }
    }
    return outside.getFileName().toString();
  }

  private Path copyOf(ModelManifest version) throws IOException {
    Path staged = new FolderStore(checkpoints).stage("fault-suite");
    try (Stream<Path> files = Files.list(checkpoints.resolve(version.path()))) {
      for (Path file : files.toList()) {
        if (!file.getFileName().toString().equals("MANIFEST.json")) {
          Files.copy(file, staged.resolve(file.getFileName().toString()));
        }
      }
    }
    return staged;
  }

  private static void scaleHead(Path weights, float factor) throws IOException {
    byte[] bytes = Files.readAllBytes(weights);
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int header = Math.toIntExact(buffer.getLong(0));
    byte[] json = new byte[header];
    buffer.get(Long.BYTES, json);
    for (String name : List.of("classifier.weight", "classifier.bias")) {
      JsonNode offsets = Json.readTree(json).get(name).get("data_offsets");
      for (int at = offsets.get(0).intValue(); at < offsets.get(1).intValue(); at += Float.BYTES) {
        int place = Long.BYTES + header + at;
        buffer.putFloat(place, buffer.getFloat(place) * factor);
      }
    }
    Files.write(weights, bytes);
  }

  private static ModelManifest named(ModelManifest like, String version, long number, String path) {
    return new ModelManifest(
        MODEL,
        version,
        number,
        path,
        like.manifestSha256(),
        like.labels(),
        like.base(),
        Optional.of(like.version()),
        "by the fault suite",
        like.trainedThrough(),
        Map.of(),
        Instant.now().truncatedTo(ChronoUnit.MILLIS));
  }

  private static ModelManifest manifest(
      ModelManifest like, String version, long number, String path, StoredCheckpoint stored) {
    return new ModelManifest(
        MODEL,
        version,
        number,
        path,
        stored.manifestSha256(),
        like.labels(),
        like.base(),
        Optional.of(like.version()),
        "by the fault suite",
        like.trainedThrough(),
        Map.of(),
        Instant.now().truncatedTo(ChronoUnit.MILLIS));
  }

  private static byte[] half(byte[] json) {
    return java.util.Arrays.copyOf(json, json.length / 2);
  }

  private ProducerRecord<byte[], byte[]> record(String key, byte[] value) {
    return new ProducerRecord<>(topics.modelRegistry(), key(key), value);
  }

  private static byte[] key(String key) {
    return key.getBytes(StandardCharsets.UTF_8);
  }

  @SuppressWarnings("FutureReturnValueIgnored") // commitTransaction throws what a send met.
  private void write(List<ProducerRecord<byte[], byte[]>> records) {
    Properties properties = new Properties();
    properties.putAll(kafka);
    properties.put("transactional.id", "fault-suite");
    try (Producer<byte[], byte[]> producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
      producer.initTransactions();
      producer.beginTransaction();
      records.forEach(producer::send);
      producer.commitTransaction();
    }
  }
}
