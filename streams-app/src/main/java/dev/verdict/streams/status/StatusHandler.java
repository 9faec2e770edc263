package dev.verdict.streams.status;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.util.Optional;
import java.util.function.LongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Answers {@code GET /api/status?since=<milliseconds since 1970>}. */
final class StatusHandler implements HttpHandler {
  private static final Pattern SINCE = Pattern.compile("since=(\\d{1,15})");

  private final LongFunction<Status> status;

  /**
   * @param status with scores from a time on, in milliseconds since 1970
   */
  StatusHandler(LongFunction<Status> status) {
    this.status = status;
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    String method = exchange.getRequestMethod();
    if (!method.equals("GET") && !method.equals("HEAD")) {
      Responses.refuseMethod(exchange, "GET, HEAD");
      return;
    }
    Optional<String> query = Optional.ofNullable(exchange.getRequestURI().getRawQuery());
    Matcher since = SINCE.matcher(query.orElse("since=0"));
    if (since.matches()) {
      Responses.json(exchange, 200, status.apply(Long.parseLong(since.group(1))));
    } else {
      Responses.refuse(
          exchange, 400, "The query must be since=<milliseconds since 1970>, or nothing");
    }
  }
}
