package dev.verdict.hub;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Two servers that answer as the Hub and its storage do: the Hub sends small files itself, by way
 * of a relative redirect, and redirects to the storage, another host, for the weights.
 */
final class FakeHub implements AutoCloseable {

  static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";
  static final String REPOSITORY = "acme/tiny";

  /** One request as it came. */
  record Request(String server, String method, String path, Optional<String> token, String range) {}

  private final HttpServer hub = server();
  private final HttpServer storage = server();
  private final Map<String, byte[]> files = new ConcurrentHashMap<>();
  private final Map<String, String> announcedEtags = new ConcurrentHashMap<>();
  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private final Queue<Integer> failures = new ArrayDeque<>();
  private volatile Optional<String> requiredToken = Optional.empty();
  private final AtomicInteger truncatedBodies = new AtomicInteger();

  FakeHub() throws IOException {
    hub.createContext("/", exchange -> answer(exchange, "hub"));
    storage.createContext("/", exchange -> answer(exchange, "storage"));
    hub.start();
    storage.start();
  }

  private static HttpServer server() throws IOException {
    return HttpServer.create(
        new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0), 0);
  }

  FakeHub with(String name, String content) {
    files.put(name, content.getBytes(StandardCharsets.UTF_8));
    return this;
  }

  FakeHub announcing(String name, String etag) {
    announcedEtags.put(name, etag);
    return this;
  }

  FakeHub requiring(String token) {
    requiredToken = Optional.of(token);
    return this;
  }

  /** The next requests to the Hub fail with these statuses; 429 says to come back in 7 seconds. */
  FakeHub failing(Integer... statuses) {
    failures.addAll(List.of(statuses));
    return this;
  }

  /** So many bodies of the storage end in the middle. */
  FakeHub truncating(int bodies) {
    truncatedBodies.set(bodies);
    return this;
  }

  URI endpoint() {
    return URI.create("http://127.0.0.1:" + hub.getAddress().getPort());
  }

  List<Request> requests() {
    return requests;
  }

  List<Request> downloads() {
    return requests.stream()
        .filter(request -> request.method().equals("GET") && !request.path().contains("/resolve/"))
        .toList();
  }

  @Override
  public void close() {
    hub.stop(0);
    storage.stop(0);
  }

  private void answer(HttpExchange exchange, String server) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getRawPath();
      Optional<String> token =
          Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization"));
      String range = Optional.ofNullable(exchange.getRequestHeaders().getFirst("Range")).orElse("");
      requests.add(new Request(server, exchange.getRequestMethod(), path, token, range));
      if (server.equals("hub") && !failures.isEmpty()) {
        exchange.getResponseHeaders().add("Retry-After", "7");
        status(exchange, failures.remove());
      } else if (server.equals("hub") && !authorized(token)) {
        status(exchange, 401);
      } else if (path.startsWith("/" + REPOSITORY + "/resolve/")) {
        resolve(exchange, path);
      } else if (path.startsWith("/content/")) {
        content(exchange, path.substring("/content/".length()), server, range);
      } else {
        exchange.getResponseHeaders().add("X-Error-Code", "RepoNotFound");
        status(exchange, 404);
      }
    }
  }

  private boolean authorized(Optional<String> token) {
    return requiredToken.isEmpty() || requiredToken.map("Bearer "::concat).equals(token);
  }

  private void resolve(HttpExchange exchange, String path) throws IOException {
    String[] parts = path.split("/", -1);
    String revision = parts[4];
    String name = parts[5];
    if (!List.of("main", "refs%2Fpr%2F1", COMMIT).contains(revision)) {
      exchange.getResponseHeaders().add("X-Error-Code", "RevisionNotFound");
      status(exchange, 404);
      return;
    }
    exchange.getResponseHeaders().add("X-Repo-Commit", COMMIT);
    if (!files.containsKey(name)) {
      exchange.getResponseHeaders().add("X-Error-Code", "EntryNotFound");
      status(exchange, 404);
      return;
    }
    if (name.endsWith(".safetensors")) {
      exchange.getResponseHeaders().add("X-Linked-Etag", "\"" + etag(name) + "\"");
      exchange.getResponseHeaders().add("X-Linked-Size", "" + files.get(name).length);
      exchange
          .getResponseHeaders()
          .add(
              "Location",
              "http://127.0.0.1:" + storage.getAddress().getPort() + "/content/" + name);
      status(exchange, 302);
    } else {
      exchange.getResponseHeaders().add("Location", "/content/" + name);
      status(exchange, 307);
    }
  }

  private void content(HttpExchange exchange, String name, String server, String range)
      throws IOException {
    byte[] content = files.get(name);
    exchange.getResponseHeaders().add("ETag", "W/\"" + etag(name) + "\"");
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.getResponseHeaders().add("Content-Length", "" + content.length);
      status(exchange, 200);
      return;
    }
    int from = range.isEmpty() ? 0 : Integer.parseInt(range.replaceAll("\\D", ""));
    byte[] rest = Arrays.copyOfRange(content, from, content.length);
    exchange.sendResponseHeaders(from == 0 ? 200 : 206, rest.length);
    boolean truncated = server.equals("storage") && truncatedBodies.getAndDecrement() > 0;
    try (OutputStream body = exchange.getResponseBody()) {
      body.write(rest, 0, truncated ? rest.length / 2 : rest.length);
      body.flush();
    }
  }

  private static void status(HttpExchange exchange, int status) throws IOException {
    exchange.sendResponseHeaders(status, -1);
  }

  String etag(String name) {
    return announcedEtags.getOrDefault(name, hash(name));
  }

  private String hash(String name) {
    byte[] content = files.get(name);
    try {
      if (name.endsWith(".safetensors")) {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
      }
      MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
      sha1.update(("blob " + content.length + "\0").getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(sha1.digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
