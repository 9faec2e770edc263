package dev.verdict.contract.avro;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.verdict.contract.Json;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.kafka.common.errors.InterruptException;

/**
 * A client of the schema registry's REST API, which Confluent's documentation describes. It keeps
 * nothing: who asks often remembers the answers.
 *
 * <p>Where nobody answers it tries again, with pauses that grow, until the timeout.
 */
public final class SchemaRegistry {
  private static final String CONTENT_TYPE = "application/vnd.schemaregistry.v1+json";
  private static final Duration CONNECT = Duration.ofSeconds(3);
  private static final Duration ATTEMPT = Duration.ofSeconds(5);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);
  private static final int REFERENCES = 50;
  private static final int MESSAGE = 300;

  /** Error codes of the API, so that another server's 404 is not taken for an answer. */
  private static final int SUBJECT_NOT_FOUND = 40401;

  private static final int VERSION_NOT_FOUND = 40402;
  private static final int SCHEMA_NOT_FOUND = 40403;

  private final RegistryAccess access;
  private final HttpClient client;

  /** An answer that is one. */
  private record Answer(int status, JsonNode body) {
    private int errorCode() {
      return body.path("error_code").asInt(0);
    }

    private String message() {
      return brief(body.path("message").asText("status " + status));
    }

    private boolean ok() {
      return status == 200;
    }

    private boolean unknown() {
      return status == 404
          && (errorCode() == SUBJECT_NOT_FOUND
              || errorCode() == VERSION_NOT_FOUND
              || errorCode() == SCHEMA_NOT_FOUND);
    }
  }

  public SchemaRegistry(RegistryAccess access) {
    this.access = access;
    HttpClient.Builder builder =
        HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT);
    access.tls().ifPresent(builder::sslContext);
    this.client = builder.build();
  }

  /** Whether schemas may be registered. */
  public boolean autoRegister() {
    return access.autoRegister();
  }

  /**
   * Asks whether it is there.
   *
   * @throws SchemaRegistryException if it gives no answer, or not one of a schema registry
   */
  public void check() {
    Answer answer = call("/subjects", Optional.empty(), true);
    if (!answer.ok() || !answer.body().isArray()) {
      throw unusable("/subjects is answered with " + answer.message());
    }
  }

  /** Where it is, as the settings say. */
  public String address() {
    return String.join(",", access.urls().stream().map(URI::toString).toList());
  }

  /**
   * The schema of an id.
   *
   * @return empty for an id that the registry does not know
   * @throws SchemaRegistryException if the registry cannot say
   * @throws UnreadableSchemaException if what it has is no Avro schema
   */
  Optional<Schema> schema(int id) throws UnreadableSchemaException {
    Answer answer = call("/schemas/ids/" + id, Optional.empty(), false);
    return answer.ok() ? Optional.of(parse(answer.body())) : Optional.empty();
  }

  /**
   * The id of a schema under a subject.
   *
   * @return empty if it is not registered there
   */
  Optional<Integer> find(String subject, Schema schema) {
    Answer answer = call("/subjects/" + encoded(subject), Optional.of(body(schema)), true);
    return answer.ok() ? Optional.of(id(answer)) : Optional.empty();
  }

  /** Registers a schema under a subject, and says its id. */
  int register(String subject, Schema schema) {
    Answer answer =
        call("/subjects/" + encoded(subject) + "/versions", Optional.of(body(schema)), true);
    if (!answer.ok()) {
      throw new SchemaRegistryException(
          "The schema registry at %s does not take the schema %s as %s: %s"
              .formatted(address(), schema.getFullName(), subject, answer.message()));
    }
    return id(answer);
  }

  private int id(Answer answer) {
    JsonNode id = answer.body().path("id");
    if (!id.canConvertToInt() || !id.isNumber()) {
      throw unusable("an answer has no id");
    }
    return id.asInt();
  }

  private static byte[] body(Schema schema) {
    return Json.write(Map.of("schema", schema.toString()));
  }

  private static String encoded(String subject) {
    return URLEncoder.encode(subject, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private Schema parse(JsonNode registered) throws UnreadableSchemaException {
    String type = registered.path("schemaType").asText("AVRO");
    if (!type.equals("AVRO")) {
      throw new UnreadableSchemaException("is of type " + brief(type) + ", must be AVRO");
    }
    try {
      Schema.Parser parser = new Schema.Parser();
      Map<String, String> referenced = new LinkedHashMap<>();
      collect(registered, referenced);
      referenced.values().forEach(parser::parse);
      return parser.parse(registered.path("schema").asText());
    } catch (AvroRuntimeException e) {
      throw new UnreadableSchemaException("is no Avro schema: " + brief(e.getMessage()));
    }
  }

  /** The schemas that a schema refers to by name, each after those that it refers to itself. */
  private void collect(JsonNode registered, Map<String, String> referenced)
      throws UnreadableSchemaException {
    for (JsonNode reference : registered.path("references")) {
      String subject = reference.path("subject").asText();
      int version = reference.path("version").asInt();
      String place = subject + " " + version;
      if (referenced.containsKey(place)) {
        continue;
      }
      if (referenced.size() >= REFERENCES) {
        throw new UnreadableSchemaException("refers to more than " + REFERENCES + " others");
      }
      Answer answer =
          call(
              "/subjects/%s/versions/%d".formatted(encoded(subject), version),
              Optional.empty(),
              false);
      if (!answer.ok()) {
        throw new UnreadableSchemaException(
            "refers to version %d of %s, which is unknown".formatted(version, brief(subject)));
      }
      collect(answer.body(), referenced);
      referenced.put(place, answer.body().path("schema").asText());
    }
  }

  /**
   * Asks until there is an answer: what was asked for, or that it is unknown.
   *
   * @param refusals whether other refusals are answers too, which trying again would not change
   */
  private Answer call(String path, Optional<byte[]> body, boolean refusals) {
    long deadline = System.nanoTime() + access.timeout().toNanos();
    Duration pause = FIRST_PAUSE;
    while (true) {
      String fault = "";
      for (URI url : access.urls()) {
        try {
          Answer answer = send(url, path, body, deadline);
          if (answer.ok() || answer.unknown()) {
            return answer;
          }
          if (refusals && answer.status() < 500 && answer.status() != 429) {
            if (answer.status() == 409 || answer.status() == 422) {
              return answer;
            }
            throw unusable(path + " is answered with " + answer.message());
          }
          fault = "it answers with " + answer.message();
        } catch (IOException e) {
          fault = reason(e);
        } catch (InterruptedException e) {
          throw new InterruptException(e);
        }
      }
      if (System.nanoTime() + pause.toNanos() >= deadline) {
        throw new SchemaRegistryException(
            "Cannot reach the schema registry at %s: %s".formatted(address(), fault));
      }
      pause(pause);
      pause =
          pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0
              ? pause.multipliedBy(2)
              : LONGEST_PAUSE;
    }
  }

  private Answer send(URI url, String path, Optional<byte[]> body, long deadline)
      throws IOException, InterruptedException {
    long left = Math.max(Duration.ofMillis(1).toNanos(), deadline - System.nanoTime());
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url + path))
            .timeout(Duration.ofNanos(Math.min(ATTEMPT.toNanos(), left)))
            .header("Accept", CONTENT_TYPE + ", application/json; q=0.9");
    access.authorization().ifPresent(value -> request.header("Authorization", value));
    body.ifPresent(
        bytes ->
            request.header("Content-Type", CONTENT_TYPE).POST(BodyPublishers.ofByteArray(bytes)));
    HttpResponse<byte[]> response = client.send(request.build(), BodyHandlers.ofByteArray());
    return new Answer(response.statusCode(), json(response.body()));
  }

  private static JsonNode json(byte[] body) {
    try {
      return Json.readTree(body);
    } catch (IOException e) {
      return JsonNodeFactory.instance.objectNode();
    }
  }

  private SchemaRegistryException unusable(String why) {
    return new SchemaRegistryException(
        "Cannot use the schema registry at %s: %s".formatted(address(), why));
  }

  private static String reason(IOException fault) {
    if (fault instanceof HttpTimeoutException) {
      return "it gives no answer in time";
    }
    if (fault instanceof ConnectException) {
      return "nobody listens there";
    }
    return brief(
        fault.getMessage() == null ? fault.getClass().getSimpleName() : fault.getMessage());
  }

  private static String brief(String text) {
    String line = text.replaceAll("\\s+", " ");
    return line.length() <= MESSAGE ? line : line.substring(0, MESSAGE - 1) + "…";
  }

  private static void pause(Duration pause) {
    try {
      TimeUnit.NANOSECONDS.sleep(pause.toNanos());
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }
}
