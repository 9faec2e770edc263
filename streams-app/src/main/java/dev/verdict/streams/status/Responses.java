package dev.verdict.streams.status;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import dev.verdict.contract.Json;
import java.io.IOException;
import java.util.Map;

/** Answers of the page: each with the headers that keep a browser from doing more than it shows. */
final class Responses {
  /** Nothing but the page's own files, from its own host; nobody may put it into a frame. */
  private static final String CONTENT_SECURITY_POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
          + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private static final int NO_BODY = -1;

  private Responses() {}

  /** Why something was not done, in one sentence. */
  record Refusal(String error) {}

  static void json(HttpExchange exchange, int status, Object body) throws IOException {
    exchange.getResponseHeaders().set("Cache-Control", "no-store");
    bytes(exchange, status, "application/json", Json.write(body));
  }

  static void refuse(HttpExchange exchange, int status, String sentence) throws IOException {
    json(exchange, status, new Refusal(sentence));
  }

  /** Refuses every method but those. */
  static void refuseMethod(HttpExchange exchange, String allowed) throws IOException {
    exchange.getResponseHeaders().set("Allow", allowed);
    refuse(
        exchange,
        405,
        "%s is not possible here, only %s".formatted(exchange.getRequestMethod(), allowed));
  }

  /** What the browser has already. */
  static void notModified(HttpExchange exchange) throws IOException {
    secure(exchange.getResponseHeaders());
    exchange.sendResponseHeaders(304, NO_BODY);
  }

  static void bytes(HttpExchange exchange, int status, String type, byte[] body)
      throws IOException {
    Headers headers = exchange.getResponseHeaders();
    secure(headers);
    headers.set("Content-Type", type);
    boolean head = exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(status, head || body.length == 0 ? NO_BODY : body.length);
    if (!head) {
      exchange.getResponseBody().write(body);
    }
  }

  private static void secure(Headers headers) {
    Map.of(
            "Content-Security-Policy", CONTENT_SECURITY_POLICY,
            "X-Content-Type-Options", "nosniff",
            "Referrer-Policy", "no-referrer",
            "Cross-Origin-Resource-Policy", "same-origin")
        .forEach(headers::set);
  }
}
