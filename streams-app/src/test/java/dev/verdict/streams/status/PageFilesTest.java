package dev.verdict.streams.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PageFilesTest {
  private StatusServer server;

  @BeforeEach
  void start() throws IOException {
    server = new StatusServer(new PageFiles());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @ParameterizedTest
  @CsvSource({
    "/,text/html; charset=utf-8",
    "/status.css,text/css; charset=utf-8",
    "/status.js,text/javascript; charset=utf-8",
    "/chart.js,text/javascript; charset=utf-8",
    "/dom.js,text/javascript; charset=utf-8",
    "/favicon.svg,image/svg+xml"
  })
  void fileThenItsTypeAndAPolicyThatAllowsTheOwnHostAlone(String path, String type)
      throws Exception {
    HttpResponse<String> response = server.get(path);

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isNotBlank();
    assertThat(response.headers().firstValue("Content-Type")).contains(type);
    assertThat(response.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
    assertThat(response.headers().firstValue("Content-Security-Policy").orElseThrow())
        .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
        .doesNotContain("unsafe", "http:", "https:", "*");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/status.css", "/status.js", "/chart.js", "/dom.js"})
  void fileThenItNamesNoOtherHostAndNoMarkupIsMadeOfData(String path) throws Exception {
    String file = server.get(path).body().replace("http://www.w3.org/2000/svg", "");

    assertThat(file)
        .doesNotContainPattern("https?:")
        .doesNotContain("url(", "@import", "innerHTML", "outerHTML", "insertAdjacentHTML")
        .doesNotContain("document.write", "eval(", " style=\"", "onclick=");
  }

  @Test
  void pageThenEveryFileThatItNamesIsThere() throws Exception {
    List<String> names =
        Pattern.compile("(?:src|href)=\"([a-z.]+\\.(?:js|css|svg))\"")
            .matcher(server.get("/").body())
            .results()
            .map(MatchResult::group)
            .map(each -> each.replaceAll(".*\"(.*)\"", "/$1"))
            .distinct()
            .toList();

    assertThat(names).hasSize(3);
    for (String name : names) {
      assertThat(server.get(name).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void browserHasTheFileThenItIsNotSentAgain() throws Exception {
    String tag = server.get("/status.js").headers().firstValue("ETag").orElseThrow();

    HttpResponse<String> again =
        server.send(server.request("/status.js").header("If-None-Match", tag));

    assertThat(again.statusCode()).isEqualTo(304);
    assertThat(again.body()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/index.html", "/x", "/../status.js", "/%2e%2e/secret", "/status.js/"})
  void anotherPathThen404(String path) throws Exception {
    assertThat(server.get(path).statusCode()).isEqualTo(404);
  }

  @Test
  void anotherMethodThen405AndTheAllowedOnes() throws Exception {
    HttpResponse<String> response =
        server.send(server.request("/").POST(BodyPublishers.ofString("x")));

    assertThat(response.statusCode()).isEqualTo(405);
    assertThat(response.headers().firstValue("Allow")).contains("GET, HEAD");
  }

  @Test
  void headThenNoBody() throws Exception {
    HttpResponse<String> response =
        server.send(server.request("/").method("HEAD", BodyPublishers.noBody()));

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEmpty();
  }
}
