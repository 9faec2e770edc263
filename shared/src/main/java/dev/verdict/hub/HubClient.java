package dev.verdict.hub;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Hub over HTTP. Redirects are followed by hand, since the token must reach no host but the
 * endpoint and the headers that describe a file come with the first answer, not with the last.
 */
final class HubClient {

  /** Waits between attempts. */
  @FunctionalInterface
  interface Pause {
    void pause(Duration duration) throws InterruptedException;
  }

  private static final Logger LOG = LoggerFactory.getLogger(HubClient.class);

  private static final int MAX_ATTEMPTS = 5;
  private static final int MAX_REDIRECTS = 5;
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(2);
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
  private static final Set<Integer> PASSING = Set.of(408, 429, 500, 502, 503, 504);
  private static final int BUFFER_BYTES = 1 << 16;

  private final HubSettings settings;
  private final Pause pause;
  private final HttpClient http =
      HttpClient.newBuilder()
          .connectTimeout(CONNECT_TIMEOUT)
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();

  HubClient(HubSettings settings, Pause pause) {
    this.settings = settings;
    this.pause = pause;
  }

  /**
   * Asks what a file is.
   *
   * @return empty if the repository has no such file
   * @throws HubException if the Hub answers with an error
   * @throws HubUnreachableException if it does not answer
   */
  Optional<RemoteFile> describe(HubReference reference, String revision, String file)
      throws IOException, InterruptedException {
    URI uri = uri(reference, revision, file);
    for (int attempt = 1; ; attempt++) {
      try {
        return describe(reference, uri, file);
      } catch (PassingFault fault) {
        waitBeforeNext(attempt, uri, fault);
      }
    }
  }

  private Optional<RemoteFile> describe(HubReference reference, URI uri, String file)
      throws IOException, InterruptedException {
    FileHeaders found = new FileHeaders();
    URI at = uri;
    for (int hop = 0; hop <= MAX_REDIRECTS; hop++) {
      HttpResponse<Void> answer =
          send(
              request(at).method("HEAD", HttpRequest.BodyPublishers.noBody()),
              BodyHandlers.discarding());
      found.add(answer.headers());
      if (answer.statusCode() == 404 && saysNoSuchFile(answer.headers())) {
        return Optional.empty();
      }
      boolean redirected = REDIRECTS.contains(answer.statusCode());
      if (!redirected) {
        check(reference, at, answer);
        return Optional.of(found.describe(file, at));
      }
      URI target = target(at, answer.headers());
      if (!sameOrigin(target, at)) {
        return Optional.of(found.describe(file, at));
      }
      at = target;
    }
    throw tooManyRedirects(uri);
  }

  /**
   * Downloads into {@code target}, going on after the bytes that are already there.
   *
   * @throws HubException if the Hub answers with an error
   * @throws HubUnreachableException if the connection breaks too often without a byte gained
   */
  void download(HubReference reference, RemoteFile file, Path target, Consumer<Progress> progress)
      throws IOException, InterruptedException {
    URI uri = uri(reference, file.commit(), file.name());
    int attempt = 1;
    while (size(target) < file.size() || !Files.exists(target)) {
      long before = size(target);
      try {
        receive(reference, uri, file, target, progress);
        if (size(target) < file.size()) {
          throw new PassingFault("the connection ended early", Optional.empty());
        }
      } catch (PassingFault fault) {
        attempt = size(target) > before ? 1 : attempt;
        waitBeforeNext(attempt++, uri, fault);
      }
    }
  }

  private void receive(
      HubReference reference, URI uri, RemoteFile file, Path target, Consumer<Progress> progress)
      throws IOException, InterruptedException {
    URI at = uri;
    for (int hop = 0; hop <= MAX_REDIRECTS; hop++) {
      long have = size(target);
      HttpRequest.Builder request = request(at);
      if (have > 0) {
        request.header("Range", "bytes=" + have + "-");
      }
      HttpResponse<InputStream> answer = send(request.GET(), BodyHandlers.ofInputStream());
      try (InputStream body = answer.body()) {
        if (!REDIRECTS.contains(answer.statusCode())) {
          if (answer.statusCode() == 416) {
            // What is there does not fit the file: begin again.
            Files.deleteIfExists(target);
            throw new PassingFault("the range was refused", Optional.empty());
          }
          check(reference, at, answer);
          boolean resumed = answer.statusCode() == 206;
          save(body, target, resumed ? have : 0, file, progress);
          return;
        }
      }
      at = target(at, answer.headers());
    }
    throw tooManyRedirects(uri);
  }

  private static void save(
      InputStream body, Path target, long have, RemoteFile file, Consumer<Progress> progress)
      throws IOException {
    StandardOpenOption mode =
        have > 0 ? StandardOpenOption.APPEND : StandardOpenOption.TRUNCATE_EXISTING;
    try (OutputStream out =
        Files.newOutputStream(target, StandardOpenOption.CREATE, StandardOpenOption.WRITE, mode)) {
      byte[] buffer = new byte[BUFFER_BYTES];
      long bytes = have;
      progress.accept(new Progress(file.name(), bytes, file.size()));
      for (int read = read(body, buffer); read >= 0; read = read(body, buffer)) {
        out.write(buffer, 0, read);
        bytes += read;
        progress.accept(new Progress(file.name(), bytes, file.size()));
      }
    }
  }

  /**
   * Reading fails when the connection breaks; writing when the disk is full, which is not passing.
   */
  private static int read(InputStream body, byte[] buffer) throws PassingFault {
    try {
      return body.read(buffer);
    } catch (IOException e) {
      throw new PassingFault(String.valueOf(e.getMessage()), Optional.empty(), e);
    }
  }

  private <T> HttpResponse<T> send(HttpRequest.Builder request, HttpResponse.BodyHandler<T> handler)
      throws PassingFault, InterruptedException {
    try {
      HttpResponse<T> answer = http.send(request.build(), handler);
      if (PASSING.contains(answer.statusCode())) {
        throw new PassingFault("HTTP " + answer.statusCode(), retryAfter(answer.headers()));
      }
      return answer;
    } catch (PassingFault e) {
      throw e;
    } catch (IOException e) {
      throw new PassingFault(e.toString(), Optional.empty(), e);
    }
  }

  private HttpRequest.Builder request(URI uri) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri)
            .timeout(ANSWER_TIMEOUT)
            .header("User-Agent", "verdict")
            // A compressed answer would have another length than the file.
            .header("Accept-Encoding", "identity");
    if (sameOrigin(uri, settings.endpoint())) {
      settings.token().ifPresent(token -> request.header("Authorization", "Bearer " + token));
    }
    return request;
  }

  private void waitBeforeNext(int attempt, URI uri, PassingFault fault)
      throws HubUnreachableException, InterruptedException {
    if (attempt >= MAX_ATTEMPTS) {
      throw new HubUnreachableException(
          "%s did not answer after %d attempts (%s): try again later, or set HF_ENDPOINT to a mirror."
              .formatted(uri, attempt, fault.getMessage()),
          fault);
    }
    Duration wanted = fault.retryAfter().orElse(Duration.ofSeconds(1L << (attempt - 1)));
    Duration wait = wanted.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : wanted;
    LOG.warn("Attempt {} of {} for {} failed: {}", attempt, MAX_ATTEMPTS, uri, fault.getMessage());
    pause.pause(wait);
  }

  private void check(HubReference reference, URI uri, HttpResponse<?> answer) throws HubException {
    int status = answer.statusCode();
    if (status == 200 || status == 206) {
      return;
    }
    String code = answer.headers().firstValue("X-Error-Code").orElse("");
    String model = reference.toString();
    if (status == 401 || status == 403 || code.equals("GatedRepo")) {
      throw new HubException(
          settings.token().isPresent()
              ? "%s is not open to your HF_TOKEN, or does not exist (HTTP %d): check the name and what the token may read."
                  .formatted(model, status)
              : "%s does not exist or is not public (HTTP %d): check the name, or set HF_TOKEN."
                  .formatted(model, status));
    }
    if (status == 404) {
      throw new HubException(
          code.equals("RevisionNotFound")
              ? "%s has no such revision: check the part after @.".formatted(model)
              : "%s does not exist at %s: check the name.".formatted(model, settings.endpoint()));
    }
    throw new HubException("%s answered with HTTP %d.".formatted(uri, status));
  }

  /** A 404 is about the file only if the Hub says so or names the commit it looked in. */
  private static boolean saysNoSuchFile(HttpHeaders headers) {
    return headers
        .firstValue("X-Error-Code")
        .map("EntryNotFound"::equals)
        .orElse(headers.firstValue("X-Repo-Commit").isPresent());
  }

  private static Optional<Duration> retryAfter(HttpHeaders headers) {
    return headers
        .firstValue("Retry-After")
        .filter(value -> value.matches("\\d{1,6}"))
        .map(Long::parseLong)
        .map(Duration::ofSeconds);
  }

  private static URI target(URI from, HttpHeaders headers) throws HubException {
    String location =
        headers
            .firstValue("Location")
            .orElseThrow(() -> new HubException(from + " redirects to nowhere."));
    URI target;
    try {
      target = from.resolve(location);
    } catch (IllegalArgumentException e) {
      throw new HubException("%s redirects to no valid address: %s.".formatted(from, location), e);
    }
    if (from.getScheme().equals("https") && !"https".equals(target.getScheme())) {
      throw new HubException("%s redirects to %s, which is not https.".formatted(from, target));
    }
    return target;
  }

  private static HubException tooManyRedirects(URI uri) {
    return new HubException("%s redirects more than %d times.".formatted(uri, MAX_REDIRECTS));
  }

  private static boolean sameOrigin(URI one, URI other) {
    return Objects.equals(one.getScheme(), other.getScheme())
        && Objects.equals(one.getAuthority(), other.getAuthority());
  }

  private URI uri(HubReference reference, String revision, String file) {
    return URI.create(
        "%s/%s/resolve/%s/%s"
            .formatted(
                settings.endpoint(),
                reference.repository(),
                URLEncoder.encode(revision, StandardCharsets.UTF_8),
                file));
  }

  private static long size(Path path) throws IOException {
    return Files.exists(path) ? Files.size(path) : 0;
  }

  /** What the answers on the way to a file say about it. */
  private static final class FileHeaders {

    private Optional<String> commit = Optional.empty();
    private Optional<String> linkedEtag = Optional.empty();
    private Optional<String> linkedSize = Optional.empty();
    private Optional<String> etag = Optional.empty();
    private Optional<String> size = Optional.empty();

    void add(HttpHeaders headers) {
      commit = commit.or(() -> headers.firstValue("X-Repo-Commit"));
      linkedEtag = linkedEtag.or(() -> headers.firstValue("X-Linked-Etag"));
      linkedSize = linkedSize.or(() -> headers.firstValue("X-Linked-Size"));
      etag = headers.firstValue("ETag").or(() -> etag);
      size = headers.firstValue("Content-Length");
    }

    /** Both become names of files, so their form is checked. */
    RemoteFile describe(String file, URI uri) throws HubException {
      String identity =
          linkedEtag.or(() -> etag).map(value -> value.replaceAll("^W/|\"", "")).orElse("");
      String length = linkedSize.or(() -> size).orElse("");
      if (!commit.orElse("").matches("[0-9a-f]{40}")
          || !identity.matches("[A-Za-z0-9][A-Za-z0-9_-]*")
          || !length.matches("\\d{1,15}")) {
        throw new HubException(
            "%s does not answer as the Hub does (commit, etag or size is missing): check HF_ENDPOINT."
                .formatted(uri));
      }
      return new RemoteFile(file, commit.orElseThrow(), identity, Long.parseLong(length));
    }
  }

  /** A fault that may be gone at the next attempt. */
  private static final class PassingFault extends IOException {

    private final Optional<Duration> retryAfter;

    PassingFault(String message, Optional<Duration> retryAfter) {
      super(message);
      this.retryAfter = retryAfter;
    }

    PassingFault(String message, Optional<Duration> retryAfter, IOException cause) {
      super(message, cause);
      this.retryAfter = retryAfter;
    }

    Optional<Duration> retryAfter() {
      return retryAfter;
    }
  }
}
