package dev.verdict.checkpoint.s3;

import dev.verdict.checkpoint.CheckpointException;
import dev.verdict.checkpoint.CheckpointFolder;
import dev.verdict.checkpoint.CheckpointManifest;
import dev.verdict.checkpoint.CheckpointSettings;
import dev.verdict.checkpoint.StoreException;
import dev.verdict.checkpoint.StoreLocation;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Function;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.core.exception.RetryableException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.AwsProfileRegionProvider;
import software.amazon.awssdk.regions.providers.AwsRegionProviderChain;
import software.amazon.awssdk.regions.providers.SystemSettingsRegionProvider;
import software.amazon.awssdk.retries.StandardRetryStrategy;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/**
 * A bucket, with every fault said in one sentence. Objects go up and down whole, one at a time: a
 * checkpoint is some hundred megabytes, and one request takes up to 5 GiB.
 *
 * <p>S3 checks the SHA-256 that is sent with each object; what comes back is checked against the
 * manifest's.
 */
public final class S3Bucket implements AutoCloseable {
  /** Slower than this a transfer is given up. */
  private static final long LEAST_BYTES_PER_SECOND = 64 * 1024;

  /** Most that one request may write. */
  private static final long LARGEST_OBJECT = 5L << 30;

  private static final int BUFFER_BYTES = 1 << 16;

  private final StoreLocation.Bucket location;
  private final CheckpointSettings.S3 settings;
  private final S3Faults faults;
  private Optional<S3Client> client = Optional.empty();
  private boolean closed;

  /** The SDK is loaded with the first request. */
  public S3Bucket(StoreLocation.Bucket location, CheckpointSettings.S3 settings) {
    this.location = location;
    this.settings = settings;
    this.faults = new S3Faults(toString(), location.name(), settings);
  }

  /**
   * A small object.
   *
   * @throws CheckpointException if it is not there or larger
   */
  byte[] read(String key, int maxBytes) throws IOException {
    return ask(
        key,
        s3 ->
            s3.getObject(
                request ->
                    request
                        .bucket(location.name())
                        .key(key)
                        .overrideConfiguration(timeout(maxBytes)),
                (response, body) -> readAll(key, body, maxBytes)));
  }

  private static byte[] readAll(String key, AbortableInputStream body, int maxBytes)
      throws IOException {
    byte[] content;
    try {
      content = body.readNBytes(maxBytes + 1);
    } catch (IOException e) {
      throw RetryableException.create("The answer broke off", e);
    }
    if (content.length > maxBytes) {
      body.abort();
      throw new CheckpointException(
          "Object %s is larger than %d bytes, which it cannot be".formatted(key, maxBytes));
    }
    return content;
  }

  /**
   * Writes an object into a file that is not there yet.
   *
   * @throws CheckpointException if it is not there or not as expected
   */
  void download(String key, CheckpointManifest.Entry expected, Path to) throws IOException {
    ResponseTransformer<GetObjectResponse, String> intoFile =
        (response, body) -> {
          if (response.contentLength() != null && response.contentLength() != expected.size()) {
            body.abort();
            throw differs(
                key, "it has %d bytes, must have %d", response.contentLength(), expected.size());
          }
          return write(key, body, expected, to);
        };
    String sha256 =
        ask(
            key,
            s3 ->
                s3.getObject(
                    request ->
                        request
                            .bucket(location.name())
                            .key(key)
                            .overrideConfiguration(timeout(expected.size())),
                    intoFile));
    if (!sha256.equals(expected.sha256())) {
      throw differs(key, "its SHA-256 is %s, must be %s", sha256, expected.sha256());
    }
  }

  private static CheckpointException differs(
      String key, String how, Object actual, Object expected) {
    return new CheckpointException(("Object %s differs: " + how).formatted(key, actual, expected));
  }

  /** The SHA-256 of what came; never more than was expected, whatever is sent. */
  private static String write(
      String key, InputStream body, CheckpointManifest.Entry expected, Path to) throws IOException {
    MessageDigest digest = CheckpointFolder.digest();
    TransferLog log = new TransferLog("Fetching " + key, expected.size());
    long written = 0;
    // Anew at each attempt.
    try (OutputStream out = Files.newOutputStream(to)) {
      byte[] buffer = new byte[BUFFER_BYTES];
      for (int read = read(body, buffer); read >= 0; read = read(body, buffer)) {
        written += read;
        if (written > expected.size()) {
          throw differs(key, "it has %s bytes, must have %s", "more", expected.size());
        }
        out.write(buffer, 0, read);
        digest.update(buffer, 0, read);
        log.add(read);
      }
    } catch (CheckpointException | ClosedByInterruptException e) {
      throw e;
    } catch (IOException e) {
      throw new StoreException(
          StoreException.Kind.REFUSED,
          "checkpoints.cache.dir cannot be used: writing %s: %s".formatted(to, e.getMessage()),
          e);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** A fault of the network may be tried again, one of the disk not. */
  private static int read(InputStream body, byte[] buffer) throws IOException {
    try {
      return body.read(buffer);
    } catch (IOException e) {
      throw RetryableException.create("The answer broke off", e);
    }
  }

  /** Writes a file as an object; S3 refuses it if its hash is another on arrival. */
  void upload(Path file, String key, CheckpointManifest.Entry entry) throws IOException {
    if (entry.size() > LARGEST_OBJECT) {
      throw new CheckpointException(
          "%s has %d bytes, more than the %d that S3 takes at once"
              .formatted(file.getFileName(), entry.size(), LARGEST_OBJECT));
    }
    String checksum = Base64.getEncoder().encodeToString(HexFormat.of().parseHex(entry.sha256()));
    var unused =
        ask(
            key,
            s3 ->
                s3.putObject(
                    request ->
                        request
                            .bucket(location.name())
                            .key(key)
                            .checksumSHA256(checksum)
                            .overrideConfiguration(timeout(entry.size())),
                    RequestBody.fromContentProvider(
                        () -> content(file, key, entry.size()), entry.size(), contentType(file))));
  }

  private static InputStream content(Path file, String key, long size) {
    TransferLog log = new TransferLog("Storing " + key, size);
    try {
      return new FilterInputStream(Files.newInputStream(file)) {
        @Override
        public int read() throws IOException {
          int read = super.read();
          log.add(read < 0 ? 0 : 1);
          return read;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
          int read = super.read(buffer, offset, length);
          log.add(Math.max(0, read));
          return read;
        }
      };
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** So that a browser shows what it can. */
  private static String contentType(Path file) {
    String name = file.getFileName().toString();
    if (name.endsWith(".json")) {
      return "application/json";
    }
    if (name.endsWith(".html")) {
      return "text/html; charset=utf-8";
    }
    return name.endsWith(".md") || name.endsWith(".txt")
        ? "text/plain; charset=utf-8"
        : "application/octet-stream";
  }

  /** Whether what is there may be listed. */
  void tryRead() throws IOException {
    var unused =
        ask(
            location.key(""),
            s3 ->
                s3.listObjectsV2(
                    request ->
                        request
                            .bucket(location.name())
                            .prefix(location.key(""))
                            .maxKeys(1)
                            .overrideConfiguration(timeout(0))));
  }

  /** Whether it may be written: begins an object and abandons it, so that there never is one. */
  void tryWrite() throws IOException {
    String key = location.key(".verdict-check");
    String upload =
        ask(
            key,
            s3 ->
                s3.createMultipartUpload(
                        request ->
                            request
                                .bucket(location.name())
                                .key(key)
                                .overrideConfiguration(timeout(0)))
                    .uploadId());
    var unused =
        ask(
            key,
            s3 ->
                s3.abortMultipartUpload(
                    request ->
                        request
                            .bucket(location.name())
                            .key(key)
                            .uploadId(upload)
                            .overrideConfiguration(timeout(0))));
  }

  private <T> T ask(String key, Function<S3Client, T> request) throws IOException {
    try {
      return request.apply(client());
    } catch (UncheckedIOException e) {
      throw e.getCause();
    } catch (SdkException e) {
      throw own(e).orElseGet(() -> faults.of(e, key));
    }
  }

  /** What was found while an answer was read, which the SDK wraps. */
  private static Optional<IOException> own(SdkException fault) {
    for (Throwable cause = fault; cause != null; cause = cause.getCause()) {
      if (cause instanceof CheckpointException || cause instanceof StoreException) {
        return Optional.of((IOException) cause);
      }
    }
    return Optional.empty();
  }

  /** Of one attempt, in all. */
  private AwsRequestOverrideConfiguration timeout(long bytes) {
    Duration transfer = Duration.ofSeconds(bytes / LEAST_BYTES_PER_SECOND);
    return AwsRequestOverrideConfiguration.builder()
        .apiCallAttemptTimeout(settings.timeout().plus(transfer))
        .build();
  }

  private synchronized S3Client client() throws StoreException {
    if (closed) {
      throw new StoreException(
          StoreException.Kind.UNAVAILABLE, this + " is not used any more: closed", null);
    }
    if (client.isEmpty()) {
      client = Optional.of(connect());
    }
    return client.get();
  }

  private S3Client connect() {
    S3ClientBuilder builder =
        S3Client.builder()
            .httpClientBuilder(
                UrlConnectionHttpClient.builder()
                    .connectionTimeout(settings.timeout())
                    .socketTimeout(settings.timeout()))
            .forcePathStyle(settings.pathStyle())
            .overrideConfiguration(
                config ->
                    config.retryStrategy(
                        StandardRetryStrategy.builder().maxAttempts(settings.attempts()).build()));
    settings.endpoint().ifPresent(builder::endpointOverride);
    if (settings.region().isPresent()) {
      builder.region(Region.of(settings.region().get()));
    } else if (settings.endpoint().isPresent()) {
      builder.region(regionNearby());
    }
    return builder.build();
  }

  /**
   * Other servers seldom care for the region, which the signature needs. A machine of Amazon's,
   * which would know its region, is not asked: elsewhere nobody answers.
   */
  private static Region regionNearby() {
    try {
      return new AwsRegionProviderChain(
              new SystemSettingsRegionProvider(), new AwsProfileRegionProvider())
          .getRegion();
    } catch (SdkClientException e) {
      return Region.US_EAST_1;
    }
  }

  /** For people. */
  @Override
  public String toString() {
    return location + settings.endpoint().map(endpoint -> " at " + endpoint).orElse("");
  }

  @Override
  public synchronized void close() {
    closed = true;
    client.ifPresent(S3Client::close);
    client = Optional.empty();
  }
}
