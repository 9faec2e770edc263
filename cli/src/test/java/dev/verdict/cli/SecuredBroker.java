package dev.verdict.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.verdict.embedded.EmbeddedKafka;
import dev.verdict.registry.access.Acl;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclPermissionType;

/**
 * A broker that lets nobody do what an ACL does not allow, with a listener for each way to say who
 * one is. Whoever comes by the plain listener is its administrator.
 */
final class SecuredBroker implements AutoCloseable {
  private static final String ALLOWED_URLS = "org.apache.kafka.sasl.oauthbearer.allowed.urls";
  private static final String STORE_PASSWORD = "of-the-store";

  private final EmbeddedKafka kafka;
  private final HttpServer identityProvider;
  private final KeyPair tokenKey;
  private final Path clientPem;
  private final Path brokerCertificate;
  final Admin admin;

  SecuredBroker(Path folder) throws IOException, GeneralSecurityException, InterruptedException {
    Path brokerPem = certificate(folder, "broker", "CN=127.0.0.1");
    clientPem = certificate(folder, "client", "CN=verdict-operator,O=Example");
    brokerCertificate = folder.resolve("broker.crt");
    KeyPairGenerator keys = KeyPairGenerator.getInstance("RSA");
    keys.initialize(2048);
    tokenKey = keys.generateKeyPair();
    identityProvider =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    identityProvider.createContext("/token", this::token);
    identityProvider.createContext("/keys", this::keys);
    identityProvider.start();
    System.setProperty(ALLOWED_URLS, url("/token") + "," + url("/keys"));
    String module = "org.apache.kafka.common.security.";
    Map<String, String> settings =
        Map.ofEntries(
            Map.entry(
                "authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer"),
            Map.entry("super.users", "User:ANONYMOUS"),
            Map.entry("listener.name.scram.sasl.enabled.mechanisms", "SCRAM-SHA-512"),
            Map.entry(
                "listener.name.scram.scram-sha-512.sasl.jaas.config",
                module + "scram.ScramLoginModule required;"),
            Map.entry("listener.name.scram.ssl.keystore.type", "PEM"),
            Map.entry("listener.name.scram.ssl.keystore.location", brokerPem.toString()),
            Map.entry("listener.name.mtls.ssl.keystore.type", "PEM"),
            Map.entry("listener.name.mtls.ssl.keystore.location", brokerPem.toString()),
            Map.entry("listener.name.mtls.ssl.truststore.type", "PEM"),
            Map.entry(
                "listener.name.mtls.ssl.truststore.location",
                folder.resolve("client.crt").toString()),
            Map.entry("listener.name.mtls.ssl.client.auth", "required"),
            Map.entry("listener.name.oauth.sasl.enabled.mechanisms", "OAUTHBEARER"),
            Map.entry(
                "listener.name.oauth.oauthbearer.sasl.jaas.config",
                module + "oauthbearer.OAuthBearerLoginModule required;"),
            Map.entry(
                "listener.name.oauth.oauthbearer.sasl.server.callback.handler.class",
                module + "oauthbearer.OAuthBearerValidatorCallbackHandler"),
            Map.entry("listener.name.oauth.sasl.oauthbearer.jwks.endpoint.url", url("/keys")),
            Map.entry("listener.name.oauth.sasl.oauthbearer.expected.audience", "kafka"),
            Map.entry("listener.name.oauth.sasl.oauthbearer.expected.issuer", "test"));
    kafka =
        EmbeddedKafka.start(
            folder.resolve("kafka"),
            0,
            new EmbeddedKafka.Security(
                Map.of("SCRAM", "SASL_SSL", "MTLS", "SSL", "OAUTH", "SASL_PLAINTEXT"), settings));
    Properties properties = new Properties();
    properties.put("bootstrap.servers", kafka.bootstrapServers());
    admin = Admin.create(properties);
  }

  /** Where the administrator is let in. */
  String plain() {
    return kafka.bootstrapServers();
  }

  /** Makes a user of SCRAM. */
  void user(String name, String password) throws ExecutionException, InterruptedException {
    admin
        .alterUserScramCredentials(
            List.of(
                new UserScramCredentialUpsertion(
                    name,
                    new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096),
                    password.getBytes(UTF_8))))
        .all()
        .get();
  }

  void allow(String principal, Collection<Acl> acls)
      throws ExecutionException, InterruptedException {
    admin.createAcls(acls.stream().map(acl -> binding(principal, acl)).toList()).all().get();
  }

  void forbid(String principal, Collection<Acl> acls)
      throws ExecutionException, InterruptedException {
    admin
        .deleteAcls(acls.stream().map(acl -> binding(principal, acl).toFilter()).toList())
        .all()
        .get();
  }

  private static AclBinding binding(String principal, Acl acl) {
    return new AclBinding(
        acl.resource(),
        new AccessControlEntry(principal, "*", acl.operation(), AclPermissionType.ALLOW));
  }

  /** Settings of a client over SASL_SSL with SCRAM. */
  Map<String, String> scram(String user, String password) {
    return Map.of(
        "bootstrap.servers",
        kafka.bootstrapServers("SCRAM"),
        "kafka.security.protocol",
        "SASL_SSL",
        "kafka.sasl.mechanism",
        "SCRAM-SHA-512",
        "kafka.sasl.jaas.config",
        "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"%s\" password=\"%s\";"
            .formatted(user, password),
        "kafka.ssl.truststore.type",
        "PEM",
        "kafka.ssl.truststore.location",
        brokerCertificate.toString());
  }

  /** Settings of a client that shows a certificate; its principal follows. */
  Map<String, String> mutualTls() {
    return Map.of(
        "bootstrap.servers",
        kafka.bootstrapServers("MTLS"),
        "kafka.security.protocol",
        "SSL",
        "kafka.ssl.keystore.type",
        "PEM",
        "kafka.ssl.keystore.location",
        clientPem.toString(),
        "kafka.ssl.truststore.type",
        "PEM",
        "kafka.ssl.truststore.location",
        brokerCertificate.toString());
  }

  static final String MUTUAL_TLS_PRINCIPAL = "User:CN=verdict-operator,O=Example";

  /** Settings of a client that fetches a token; {@code User:<client>} is its principal. */
  Map<String, String> oauth(String client, String secret) {
    return Map.of(
        "bootstrap.servers",
        kafka.bootstrapServers("OAUTH"),
        "kafka.security.protocol",
        "SASL_PLAINTEXT",
        "kafka.sasl.mechanism",
        "OAUTHBEARER",
        "kafka.sasl.jaas.config",
        "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required;",
        "kafka.sasl.login.callback.handler.class",
        "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginCallbackHandler",
        "kafka.sasl.oauthbearer.token.endpoint.url",
        url("/token"),
        "kafka.sasl.oauthbearer.client.credentials.client.id",
        client,
        "kafka.sasl.oauthbearer.client.credentials.client.secret",
        secret);
  }

  private String url(String path) {
    return "http://127.0.0.1:" + identityProvider.getAddress().getPort() + path;
  }

  /** Client credentials (RFC 6749, section 4.4): the secret of everybody is {@code of-<id>}. */
  private void token(HttpExchange exchange) throws IOException {
    String credentials =
        new String(
            Base64.getDecoder()
                .decode(
                    exchange
                        .getRequestHeaders()
                        .getFirst("Authorization")
                        .substring("Basic ".length())),
            UTF_8);
    String client = credentials.substring(0, credentials.indexOf(':'));
    if (!credentials.equals(client + ":of-" + client)) {
      answer(exchange, 401, "{\"error\":\"invalid_client\"}");
      return;
    }
    long now = Instant.now().getEpochSecond();
    String signed =
        encoded("{\"alg\":\"RS256\",\"kid\":\"test\",\"typ\":\"JWT\"}".getBytes(UTF_8))
            + "."
            + encoded(
                "{\"iss\":\"test\",\"aud\":\"kafka\",\"sub\":\"%s\",\"iat\":%d,\"exp\":%d,\"scope\":\"kafka\"}"
                    .formatted(client, now, now + 3600)
                    .getBytes(UTF_8));
    try {
      Signature signature = Signature.getInstance("SHA256withRSA");
      signature.initSign(tokenKey.getPrivate());
      signature.update(signed.getBytes(UTF_8));
      answer(
          exchange,
          200,
          "{\"access_token\":\"%s.%s\",\"token_type\":\"Bearer\",\"expires_in\":3600}"
              .formatted(signed, encoded(signature.sign())));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private void keys(HttpExchange exchange) throws IOException {
    RSAPublicKey key = (RSAPublicKey) tokenKey.getPublic();
    answer(
        exchange,
        200,
        "{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"test\",\"alg\":\"RS256\",\"use\":\"sig\",\"n\":\"%s\",\"e\":\"%s\"}]}"
            .formatted(unsigned(key.getModulus()), unsigned(key.getPublicExponent())));
  }

  private static String unsigned(BigInteger number) {
    byte[] bytes = number.toByteArray();
    return encoded(bytes[0] == 0 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes);
  }

  private static String encoded(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static void answer(HttpExchange exchange, int status, String json) throws IOException {
    byte[] bytes = json.getBytes(UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    try (exchange) {
      exchange.getResponseBody().write(bytes);
    }
  }

  /** A key with a certificate of its own, by the JDK's keytool: both as PEM, and NAME.crt alone. */
  private static Path certificate(Path folder, String name, String subject)
      throws IOException, GeneralSecurityException, InterruptedException {
    Path store = folder.resolve(name + ".p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                name,
                "-keyalg",
                "RSA",
                "-keysize",
                "2048",
                "-validity",
                "1",
                "-dname",
                subject,
                "-ext",
                "san=ip:127.0.0.1,dns:localhost",
                "-keystore",
                store.toString(),
                "-storetype",
                "PKCS12",
                "-storepass",
                STORE_PASSWORD)
            .inheritIO()
            .start();
    if (keytool.waitFor() != 0) {
      throw new IllegalStateException("keytool has failed");
    }
    KeyStore keys = KeyStore.getInstance(store.toFile(), STORE_PASSWORD.toCharArray());
    Key key = keys.getKey(name, STORE_PASSWORD.toCharArray());
    String certificate = pem("CERTIFICATE", keys.getCertificate(name).getEncoded());
    Files.writeString(folder.resolve(name + ".crt"), certificate);
    return Files.writeString(
        folder.resolve(name + ".pem"), pem("PRIVATE KEY", key.getEncoded()) + certificate);
  }

  private static String pem(String kind, byte[] content) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(
            kind, Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content), kind);
  }

  @Override
  public void close() {
    admin.close();
    kafka.close();
    identityProvider.stop(0);
    System.clearProperty(ALLOWED_URLS);
  }
}
