package dev.verdict.registry.access;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.common.security.JaasContext;

/**
 * The principal that the brokers most likely see. They do not tell, so it is taken from the
 * settings: the user name of SASL/PLAIN and SCRAM, the client id of OAUTHBEARER (an identity
 * provider may call it otherwise), the subject of a client's certificate (the brokers' {@code
 * ssl.principal.mapping.rules} may shorten it).
 */
final class PrincipalName {
  static final String ANONYMOUS = "User:ANONYMOUS";

  private static final String UNKNOWN = "User:...";
  private static final String BEGIN = "-----BEGIN CERTIFICATE-----";
  private static final String END = "-----END CERTIFICATE-----";

  private PrincipalName() {}

  /**
   * Such as {@code User:verdict-streams}; {@code User:...} where the settings do not tell.
   *
   * @param kafka connection settings
   */
  static String of(Properties kafka) {
    return switch (text(kafka, "security.protocol").orElse("PLAINTEXT").toUpperCase(Locale.ROOT)) {
      case "PLAINTEXT" -> ANONYMOUS;
      case "SSL" -> subject(kafka).map(name -> "User:" + name).orElse(ANONYMOUS);
      default -> user(kafka).map(name -> "User:" + name).orElse(UNKNOWN);
    };
  }

  private static Optional<String> user(Properties kafka) {
    Map<String, Object> configs =
        text(kafka, SaslConfigs.SASL_JAAS_CONFIG)
            .<Map<String, Object>>map(
                jaas -> Map.of(SaslConfigs.SASL_JAAS_CONFIG, new Password(jaas)))
            .orElse(Map.of());
    try {
      Map<String, ?> options =
          configs.isEmpty()
              ? Map.of()
              : JaasContext.loadClientContext(configs).configurationEntries().get(0).getOptions();
      return Optional.<Object>ofNullable(options.get("username"))
          .or(() -> text(kafka, SaslConfigs.SASL_OAUTHBEARER_CLIENT_CREDENTIALS_CLIENT_ID))
          .or(() -> Optional.ofNullable(options.get("clientId")))
          .map(String::valueOf);
    } catch (RuntimeException e) {
      return Optional.empty();
    }
  }

  private static Optional<String> subject(Properties kafka) {
    try {
      return certificate(kafka).map(each -> each.getSubjectX500Principal().getName());
    } catch (IOException | GeneralSecurityException | RuntimeException e) {
      return Optional.empty();
    }
  }

  private static Optional<X509Certificate> certificate(Properties kafka)
      throws IOException, GeneralSecurityException {
    Optional<String> chain = text(kafka, SslConfigs.SSL_KEYSTORE_CERTIFICATE_CHAIN_CONFIG);
    Optional<Path> file = text(kafka, SslConfigs.SSL_KEYSTORE_LOCATION_CONFIG).map(Path::of);
    String type = text(kafka, SslConfigs.SSL_KEYSTORE_TYPE_CONFIG).orElse("JKS");
    if (chain.isPresent()) {
      return Optional.of(first(chain.get()));
    }
    if (file.isEmpty()) {
      return Optional.empty();
    }
    if (type.equals("PEM")) {
      return Optional.of(first(Files.readString(file.get())));
    }
    KeyStore store = KeyStore.getInstance(type);
    try (InputStream in = Files.newInputStream(file.get())) {
      store.load(
          in,
          text(kafka, SslConfigs.SSL_KEYSTORE_PASSWORD_CONFIG)
              .map(String::toCharArray)
              .orElse(null));
    }
    for (String alias : Collections.list(store.aliases())) {
      if (store.isKeyEntry(alias) && store.getCertificate(alias) instanceof X509Certificate own) {
        return Optional.of(own);
      }
    }
    return Optional.empty();
  }

  private static X509Certificate first(String pem) throws GeneralSecurityException {
    int begin = pem.indexOf(BEGIN);
    String own = pem.substring(begin, pem.indexOf(END, begin) + END.length());
    return (X509Certificate)
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(own.getBytes(StandardCharsets.US_ASCII)));
  }

  private static Optional<String> text(Properties kafka, String key) {
    return Optional.ofNullable(kafka.get(key)).map(String::valueOf);
  }
}
