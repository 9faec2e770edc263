package dev.verdict.contract.avro.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.verdict.contract.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.Encoder;
import org.apache.avro.io.EncoderFactory;

/**
 * A schema registry as Confluent's API documentation describes it, under a path as Apicurio has it.
 * It also writes and reads values as the wire format's description says, by code of its own.
 */
public final class FakeSchemaRegistry implements AutoCloseable {
  private static final String PATH = "/apis/ccompat/v7";
  private static final int FIRST_ID = 258;

  private final HttpServer server;
  private final List<JsonNode> schemas = new CopyOnWriteArrayList<>();
  private final Map<String, List<Integer>> subjects = new ConcurrentHashMap<>();
  private final AtomicInteger asked = new AtomicInteger();
  private final AtomicReference<Optional<String>> authorization =
      new AtomicReference<>(Optional.empty());
  private final AtomicInteger status = new AtomicInteger(200);

  public FakeSchemaRegistry() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(Executors.newFixedThreadPool(4));
    server.createContext("/", this::handle);
    server.start();
  }

  /** Its address, path included. */
  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + PATH;
  }

  /** How often a schema was asked for by its id. */
  public int asked() {
    return asked.get();
  }

  /** From now on asks for this header. */
  public void require(String header) {
    authorization.set(Optional.of(header));
  }

  /** From now on answers everything so; 200 to work again. */
  public void answerWith(int newStatus) {
    status.set(newStatus);
  }

  /** Registers a schema, with the schemas that it names; its id. */
  public int register(String subject, String schema) {
    return register(subject, Json.write(Map.of("schema", schema)));
  }

  /** Registers what is posted; its id. */
  public int register(String subject, byte[] posted) {
    try {
      JsonNode schema = Json.readTree(posted);
      int place = schemas.indexOf(schema);
      if (place < 0) {
        schemas.add(schema);
        place = schemas.indexOf(schema);
      }
      int id = FIRST_ID + place;
      subjects.computeIfAbsent(subject, each -> new CopyOnWriteArrayList<>()).add(id);
      return id;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The subjects that have a schema. */
  public List<String> subjects() {
    return subjects.keySet().stream().sorted().toList();
  }

  /** A value as an independent producer writes it. */
  public static byte[] value(int id, Schema schema, GenericRecord record) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(0);
    out.writeBytes(new byte[] {(byte) (id >> 24), (byte) (id >> 16), (byte) (id >> 8), (byte) id});
    try {
      Encoder encoder = EncoderFactory.get().binaryEncoder(out, null);
      new GenericDatumWriter<GenericRecord>(schema).write(record, encoder);
      encoder.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /** A value as an independent consumer reads it. */
  public GenericRecord read(byte[] value) {
    ByteBuffer bytes = ByteBuffer.wrap(value);
    if (bytes.get() != 0) {
      throw new IllegalArgumentException("No magic byte");
    }
    Schema schema =
        new Schema.Parser().parse(schemas.get(bytes.getInt() - FIRST_ID).path("schema").asText());
    try {
      return new GenericDatumReader<GenericRecord>(schema)
          .read(null, DecoderFactory.get().binaryDecoder(value, 5, value.length - 5, null));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    ((ExecutorService) server.getExecutor()).shutdownNow();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] posted = exchange.getRequestBody().readAllBytes();
      Optional<String> wanted = authorization.get();
      String path = exchange.getRequestURI().getRawPath();
      if (path.contains("/schemas/ids/")) {
        asked.incrementAndGet();
      }
      if (status.get() != 200) {
        answer(exchange, status.get(), Map.of("error_code", status.get(), "message", "not now"));
      } else if (wanted.isPresent()
          && !wanted.get().equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
        answer(exchange, 401, Map.of("error_code", 401, "message", "Unauthorized"));
      } else if (!path.startsWith(PATH)) {
        answer(exchange, 404, Map.of("detail", "no such resource"));
      } else {
        answer(exchange, List.of(path.substring(PATH.length() + 1).split("/")), posted);
      }
    }
  }

  private void answer(HttpExchange exchange, List<String> path, byte[] posted) throws IOException {
    boolean post = exchange.getRequestMethod().equals("POST");
    String subject = path.size() > 1 ? URLDecoder.decode(path.get(1), UTF_8) : "";
    if (path.equals(List.of("subjects"))) {
      answer(exchange, 200, subjects());
    } else if (path.get(0).equals("schemas")) {
      int place = Integer.parseInt(path.get(2)) - FIRST_ID;
      if (place < 0 || place >= schemas.size()) {
        answer(exchange, 404, Map.of("error_code", 40403, "message", "Schema not found"));
      } else {
        answer(exchange, 200, schemas.get(place));
      }
    } else if (post && path.size() == 3) {
      answer(exchange, 200, Map.of("id", register(subject, posted)));
    } else if (post) {
      int id = FIRST_ID + schemas.indexOf(Json.readTree(posted));
      boolean known = subjects.getOrDefault(subject, List.of()).contains(id);
      answer(
          exchange,
          known ? 200 : 404,
          known ? Map.of("id", id) : Map.of("error_code", 40403, "message", "Schema not found"));
    } else {
      int id = new ArrayList<>(subjects.get(subject)).get(Integer.parseInt(path.get(3)) - 1);
      answer(exchange, 200, schemas.get(id - FIRST_ID));
    }
  }

  private static void answer(HttpExchange exchange, int code, Object body) throws IOException {
    byte[] json = Json.write(body);
    exchange.getResponseHeaders().add("Content-Type", "application/vnd.schemaregistry.v1+json");
    exchange.sendResponseHeaders(code, json.length);
    exchange.getResponseBody().write(json);
  }
}
