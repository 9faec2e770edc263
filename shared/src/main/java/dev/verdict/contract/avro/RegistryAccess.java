package dev.verdict.contract.avro;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/**
 * Where the schema registry is, and how it is spoken to.
 *
 * @param urls of the Confluent API, each without a slash at its end; the next is asked where one
 *     gives no answer
 * @param authorization value of the header of that name
 * @param tls for https; otherwise the JVM's own
 * @param timeout longest that an answer is waited for, all attempts together
 * @param autoRegister whether Verdict registers the schemas that it writes with
 */
public record RegistryAccess(
    List<URI> urls,
    Optional<String> authorization,
    Optional<SSLContext> tls,
    Duration timeout,
    boolean autoRegister) {

  /** Without what is secret. */
  @Override
  public String toString() {
    return urls.toString();
  }
}
