package dev.verdict.streams.status;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;

/** Serves the files of the page out of the jar. */
final class PageFiles implements HttpHandler {
  private static final class PageFile {
    private final String type;
    private final byte[] bytes;
    private final String tag;

    private PageFile(String type, byte[] bytes, String tag) {
      this.type = type;
      this.bytes = bytes;
      this.tag = tag;
    }
  }

  private final Map<String, PageFile> files =
      Map.of(
          "/", read("index.html", "text/html; charset=utf-8"),
          "/status.css", read("status.css", "text/css; charset=utf-8"),
          "/status.js", read("status.js", "text/javascript; charset=utf-8"),
          "/chart.js", read("chart.js", "text/javascript; charset=utf-8"),
          "/dom.js", read("dom.js", "text/javascript; charset=utf-8"),
          "/favicon.svg", read("favicon.svg", "image/svg+xml"));

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    PageFile file = files.get(exchange.getRequestURI().getPath());
    String method = exchange.getRequestMethod();
    if (file == null) {
      Responses.refuse(exchange, 404, "There is nothing here; the status page is at /");
    } else if (!method.equals("GET") && !method.equals("HEAD")) {
      Responses.refuseMethod(exchange, "GET, HEAD");
    } else {
      exchange.getResponseHeaders().set("ETag", file.tag);
      exchange.getResponseHeaders().set("Cache-Control", "no-cache");
      if (file.tag.equals(exchange.getRequestHeaders().getFirst("If-None-Match"))) {
        Responses.notModified(exchange);
      } else {
        Responses.bytes(exchange, 200, file.type, file.bytes);
      }
    }
  }

  private static PageFile read(String name, String type) {
    try (InputStream file = PageFiles.class.getResourceAsStream(name)) {
      byte[] bytes = file.readAllBytes();
      String hash = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
      return new PageFile(type, bytes, "\"" + hash.substring(0, 16) + "\"");
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + name + " of the jar", e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JDK has SHA-256", e);
    }
  }
}
