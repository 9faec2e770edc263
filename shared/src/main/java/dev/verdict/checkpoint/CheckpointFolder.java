package dev.verdict.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.verdict.contract.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The files of one checkpoint in a folder of this machine: sealing them with their hashes, checking
 * them, moving them.
 */
public final class CheckpointFolder {
  private static final String WEIGHTS = "model.safetensors";

  private CheckpointFolder() {}

  /** A new empty folder to write a checkpoint into, where its writer works. */
  public static Path stage(Path work, String model) throws IOException {
    return Files.createDirectories(staging(work, model).resolve(UUID.randomUUID().toString()));
  }

  /** Removes what writers of the model that were killed have left staged. */
  public static void clearStaging(Path work, String model) throws IOException {
    deleteRecursively(staging(work, model));
  }

  private static Path staging(Path work, String model) {
    return work.resolve(".staging").resolve(model);
  }

  /** {@code v000007-<first 8 hex of the SHA-256 of model.safetensors>}. */
  public static String version(long number, CheckpointManifest manifest)
      throws CheckpointException {
    return "v%06d-%s".formatted(number, shortHash(manifest));
  }

  /**
   * Checks a published checkpoint.
   *
   * @param version as in the registry; its name ends with the hash of the weights
   * @param manifestSha256 as in the registry
   * @throws CheckpointException if anything differs from what was published
   */
  static void verify(Path folder, String version, String manifestSha256) throws IOException {
    Path manifestFile = folder.resolve(CheckpointManifest.NAME);
    if (!Files.isRegularFile(manifestFile, LinkOption.NOFOLLOW_LINKS)) {
      throw new CheckpointException("Checkpoint " + folder + " has no " + CheckpointManifest.NAME);
    }
    if (!sha256(manifestFile).equals(manifestSha256)) {
      throw new CheckpointException(
          "Checkpoint " + folder + ": " + CheckpointManifest.NAME + " is not the published one");
    }
    verify(folder);
    if (!version.endsWith("-" + shortHash(manifest(folder)))) {
      throw new CheckpointException(
          "Version " + version + " is named by other weights than those of " + folder);
    }
  }

  /**
   * Seals a staged checkpoint and moves it to a folder of the user's own, also on another file
   * system.
   *
   * @throws FileAlreadyExistsException if the folder exists
   */
  public static void moveTo(Path staged, Path folder) throws IOException {
    if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      throw new FileAlreadyExistsException(folder.toString());
    }
    seal(staged);
    if (folder.toAbsolutePath().getParent() != null) {
      Files.createDirectories(folder.toAbsolutePath().getParent());
    }
    move(staged, folder);
  }

  /**
   * Checks a sealed checkpoint: every file of its manifest is there as it was hashed, and no other
   * but hidden ones, since a file that nobody hashed could change what is loaded.
   *
   * @throws CheckpointException if anything differs
   */
  public static void verify(Path folder) throws IOException {
    CheckpointManifest manifest = manifest(folder);
    Optional<String> fault = unknownFiles(folder, manifest).stream().findFirst();
    for (String name : manifest.files().keySet()) {
      if (fault.isPresent()) {
        break;
      }
      fault = fault(folder, name, manifest.files().get(name));
    }
    if (fault.isPresent()) {
      throw new CheckpointException("Checkpoint " + folder + ": " + fault.get());
    }
  }

  /**
   * Everything in which a sealed checkpoint differs from its manifest, where {@link #verify} stops
   * at the first.
   *
   * @return one sentence a file, none if nothing differs
   * @throws CheckpointException if there is no manifest that can be read
   */
  public static List<String> faults(Path folder) throws IOException {
    CheckpointManifest manifest = manifest(folder);
    List<String> faults = new ArrayList<>();
    for (Map.Entry<String, CheckpointManifest.Entry> entry : manifest.files().entrySet()) {
      fault(folder, entry.getKey(), entry.getValue()).ifPresent(faults::add);
    }
    faults.addAll(unknownFiles(folder, manifest));
    return faults;
  }

  private static List<String> unknownFiles(Path folder, CheckpointManifest manifest)
      throws IOException {
    try (Stream<Path> list = Files.list(folder)) {
      return list.map(file -> file.getFileName().toString())
          .filter(name -> !name.equals(CheckpointManifest.NAME) && !name.startsWith("."))
          .filter(name -> !manifest.files().containsKey(name))
          .sorted()
          .map(name -> name + " is not in its " + CheckpointManifest.NAME)
          .toList();
    }
  }

  private static Optional<String> fault(Path folder, String name, CheckpointManifest.Entry expected)
      throws IOException {
    Path file = file(folder, name);
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.of(
          name
              + (Files.exists(file, LinkOption.NOFOLLOW_LINKS)
                  ? " is not a regular file"
                  : " is missing"));
    }
    if (Files.size(file) != expected.size()) {
      return Optional.of(
          "%s differs: it has %d bytes, must have %d"
              .formatted(name, Files.size(file), expected.size()));
    }
    String sha256 = sha256(file);
    return sha256.equals(expected.sha256())
        ? Optional.empty()
        : Optional.of(
            "%s differs: its SHA-256 is %s, must be %s".formatted(name, sha256, expected.sha256()));
  }

  static CheckpointManifest manifest(Path folder) throws IOException {
    try {
      CheckpointManifest manifest =
          Json.read(
              Files.readAllBytes(folder.resolve(CheckpointManifest.NAME)),
              CheckpointManifest.class);
      if (manifest != null) {
        return manifest;
      }
    } catch (JsonProcessingException e) {
      // Falls through to the one message.
    } catch (NoSuchFileException e) {
      throw new CheckpointException("Checkpoint " + folder + " has no " + CheckpointManifest.NAME);
    }
    throw new CheckpointException(
        "Checkpoint " + folder + ": " + CheckpointManifest.NAME + " is not a manifest");
  }

  /** What a version's name says of its weights. */
  private static String shortHash(CheckpointManifest manifest) throws CheckpointException {
    CheckpointManifest.Entry weights = manifest.files().get(WEIGHTS);
    if (weights == null) {
      throw new CheckpointException("A checkpoint without " + WEIGHTS + " is none");
    }
    return weights.sha256().substring(0, 8);
  }

  static Path file(Path folder, String name) throws CheckpointException {
    try {
      Path file = Path.of(name);
      if (!file.isAbsolute()
          && file.getNameCount() == 1
          && file.equals(file.normalize())
          && !name.isEmpty()
          && !name.equals("..")) {
        return folder.resolve(file);
      }
    } catch (InvalidPathException e) {
      // No file name at all: the same fault.
    }
    throw new CheckpointException(
        "Checkpoint " + folder + ": file name " + name + " leads out of the folder");
  }

  /** Removes a folder that is no longer needed, such as one staged in vain. */
  public static void deleteRecursively(Path folder) throws IOException {
    if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (Stream<Path> tree = Files.walk(folder)) {
      for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  /** Writes the hashes of its files into its manifest, and makes all outlive a crash. */
  public static CheckpointManifest seal(Path folder) throws IOException {
    Map<String, CheckpointManifest.Entry> files = new TreeMap<>();
    try (Stream<Path> list = Files.list(folder)) {
      for (Path file : list.sorted().toList()) {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
          throw new CheckpointException(
              "Checkpoint " + folder + ": " + file.getFileName() + " must be a regular file");
        }
        if (!file.getFileName().toString().equals(CheckpointManifest.NAME)) {
          sync(file);
          files.put(
              file.getFileName().toString(),
              new CheckpointManifest.Entry(Files.size(file), sha256(file)));
        }
      }
    }
    if (!files.containsKey(WEIGHTS)) {
      throw new CheckpointException("Checkpoint " + folder + " has no " + WEIGHTS);
    }
    CheckpointManifest manifest = new CheckpointManifest(files);
    Path manifestFile = folder.resolve(CheckpointManifest.NAME);
    try (FileChannel channel =
        FileChannel.open(
            manifestFile,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      ByteBuffer content = ByteBuffer.wrap(Json.writePretty(manifest));
      while (content.hasRemaining()) {
        channel.write(content);
      }
      channel.force(true);
    }
    sync(folder);
    return manifest;
  }

  static void move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      // Another file system, onto which a folder that is not empty cannot be moved.
      Path beside =
          to.toAbsolutePath().resolveSibling("." + to.getFileName() + "-" + UUID.randomUUID());
      copy(from, beside);
      Files.move(beside, to, StandardCopyOption.ATOMIC_MOVE);
      deleteRecursively(from);
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectory(to);
    try (Stream<Path> list = Files.list(from)) {
      for (Path file : list.toList()) {
        Files.copy(file, to.resolve(file.getFileName().toString()));
      }
    }
    syncAll(to);
  }

  static void sync(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      // Some platforms cannot open or sync a directory; its files are synced one by one.
      if (!Files.isDirectory(path)) {
        throw e;
      }
    }
  }

  /** Makes its files outlive a crash of the machine. */
  static void syncAll(Path folder) throws IOException {
    try (Stream<Path> list = Files.list(folder)) {
      for (Path file : list.toList()) {
        sync(file);
      }
    }
    sync(folder);
  }

  /** The SHA-256 of bytes, in hex. */
  static String sha256(byte[] content) {
    return HexFormat.of().formatHex(digest().digest(content));
  }

  /** A new computation of SHA-256. */
  public static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }

  /** The SHA-256 of a file, in hex. */
  public static String sha256(Path file) throws IOException {
    MessageDigest digest = digest();
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
      in.transferTo(java.io.OutputStream.nullOutputStream());
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
