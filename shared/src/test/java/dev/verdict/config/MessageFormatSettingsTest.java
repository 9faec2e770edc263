package dev.verdict.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.verdict.contract.Label;
import dev.verdict.contract.Review;
import dev.verdict.contract.avro.SchemaRegistryException;
import dev.verdict.contract.avro.testing.FakeSchemaRegistry;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MessageFormatSettingsTest {
  private static final String PASSWORD = "hunter22";

  private static Settings load(Map<String, String> settings) {
    return SettingsLoader.load(Optional.empty(), Map.of(), settings);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void plainTextThenTheValueIsTheTextAndTheClass() throws Exception {
    Settings settings = load(Map.of("reviews.format", "text", "labels.format", "text"));

    assertThat(settings.reviewDecoder().review(bytes("{\"text\": é")))
        .isEqualTo(new Review("{\"text\": é", Optional.empty(), Map.of()));
    assertThat(settings.reviewDecoder().label(bytes(" very good\r\n")))
        .isEqualTo(new Label("very good", Optional.empty(), Optional.empty()));
    assertThat(
            settings
                .formats()
                .reviewWriter("reviews")
                .write(new Review("é", Optional.of(Instant.EPOCH), Map.of("a", "b"))))
        .isEqualTo(bytes("é"));
    assertThat(
            settings
                .formats()
                .labelWriter("labels")
                .write(new Label("good", Optional.empty(), Optional.empty())))
        .isEqualTo(bytes("good"));
  }

  @Test
  void fieldsOfOtherNamesThenReadAndWrittenUnderThem() throws Exception {
    Settings settings =
        load(Map.of("reviews.text.field", "body", "labels.label.field", "sentimentClass"));

    Review review =
        settings
            .reviewDecoder()
            .review(bytes("{\"body\":\"a\",\"text\":7,\"attributes\":{\"text\":\"x\"}}"));
    assertThat(review).isEqualTo(new Review("a", Optional.empty(), Map.of("text", "x")));
    assertThat(
            new String(settings.formats().reviewWriter("r").write(review), StandardCharsets.UTF_8))
        .isEqualTo("{\"body\":\"a\",\"attributes\":{\"text\":\"x\"}}");
    assertThat(settings.reviewDecoder().label(bytes("{\"sentimentClass\":\"good\"}")).label())
        .isEqualTo("good");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "reviews.format=avro | schema.registry.url: must name a schema registry where a format is"
            + " avro",
        "reviews.format=xml | Invalid value xml for configuration reviews.format: must be json or"
            + " text or avro",
        "predictions.format=text | predictions.format: must be json or avro",
        "schema.registry.url=registry:8081 | must be http:// or https:// addresses",
        "schema.registry.url=http://u:p@registry | must be http:// or https:// addresses",
        "reviews.text.field=attributes | must not be the field timestamp or attributes",
        "labels.label.field=source | must not be the field labeled_at or source",
        "schema.registry.bearer.auth.token=two words | must be one word of ASCII",
        "schema.registry.bearer.auth.token=a,schema.registry.basic.auth.user.info=b:c"
            + " | must not be set beside schema.registry.basic.auth.user.info",
        "reviews.format=avro,schema.registry.url=http://r,schema.registry.timeout.ms=60000"
            + " | must be less than transaction.timeout.ms (60000)",
        "reviews.format=avro,schema.registry.url=http://r,schema.registry.ssl.nonsense=1"
            + " | Unknown configuration schema.registry.ssl.nonsense: must be one of",
        "reviews.format=avro,schema.registry.url=http://r,"
            + "schema.registry.ssl.truststore.location=/not/there"
            + " | Invalid value /not/there for configuration"
            + " schema.registry.ssl.truststore.location: must be a file that can be read",
      })
  void settingsThatCannotBeUsedThenOneSentence(String settings, String message) {
    Map<String, String> all = new HashMap<>();
    for (String each : settings.split(",", -1)) {
      all.put(each.substring(0, each.indexOf('=')), each.substring(each.indexOf('=') + 1));
    }

    assertThatThrownBy(() -> load(all))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining(message)
        .satisfies(fault -> assertThat(fault.getMessage().lines()).hasSize(1))
        .satisfies(fault -> assertThat(fault.getMessage()).doesNotContain("two words"));
  }

  @Test
  void secretsOfTheRegistryThenNeverPrintedAndKeptByAChange() {
    Settings settings =
        load(
            Map.of(
                "schema.registry.basic.auth.user.info",
                "me:" + PASSWORD,
                "schema.registry.ssl.key.password",
                PASSWORD));

    assertThat(settings.printable())
        .containsEntry("schema.registry.basic.auth.user.info", "[hidden]")
        .containsEntry("schema.registry.bearer.auth.token", "")
        .containsEntry("schema.registry.ssl.key.password", "[hidden]");
    assertThat(settings.with(Map.of("seed", "1")).printable())
        .containsEntry("schema.registry.basic.auth.user.info", "[hidden]")
        .containsEntry("schema.registry.ssl.key.password", "[hidden]");
  }

  @Test
  void userAndPasswordThenSentToTheRegistry() {
    try (FakeSchemaRegistry registry = new FakeSchemaRegistry()) {
      // RFC 7617's own example.
      registry.require("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");

      load(Map.of(
              "reviews.format", "avro",
              "schema.registry.url", registry.url() + "/",
              "schema.registry.basic.auth.user.info", "Aladdin:open sesame"))
          .formats()
          .check();
    }
  }

  @Test
  void registryWithACertificateOfItsOwnThenTrustedWithTheTruststoreAlone(@TempDir Path folder)
      throws Exception {
    Path store = folder.resolve("registry.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "registry",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "SAN=dns:localhost,ip:127.0.0.1",
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD,
                "-keystore",
                store.toString())
            .redirectErrorStream(true)
            .start();
    assertThat(keytool.waitFor())
        .as(new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .isZero();
    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context(store)));
    server.createContext(
        "/subjects",
        exchange -> {
          exchange.sendResponseHeaders(200, 2);
          exchange.getResponseBody().write(bytes("[]"));
          exchange.close();
        });
    server.start();
    try {
      Map<String, String> settings =
          new HashMap<>(
              Map.of(
                  "reviews.format", "avro",
                  "schema.registry.timeout.ms", "1000",
                  "schema.registry.url", "https://127.0.0.1:" + server.getAddress().getPort()));
      assertThatThrownBy(load(settings).formats()::check)
          .isInstanceOf(SchemaRegistryException.class);

      settings.put("schema.registry.timeout.ms", "20000");
      settings.put("schema.registry.ssl.truststore.location", store.toString());
      settings.put("schema.registry.ssl.truststore.password", PASSWORD);
      settings.put("schema.registry.ssl.truststore.type", "PKCS12");
      load(settings).formats().check();
    } finally {
      server.stop(0);
    }
  }

  private static SSLContext context(Path store) throws Exception {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return context;
  }
}
