package dev.verdict.embedded.testing;

import org.testcontainers.DockerClientFactory;

/**
 * A real, empty broker for one test class: a container of Apache's image when Docker answers, the
 * embedded broker on a temporary folder otherwise. Topics are not created automatically.
 */
public interface TestBroker extends AutoCloseable {

  /** Starts a broker and waits until it answers. */
  static TestBroker start() {
    return DockerClientFactory.instance().isDockerAvailable()
        ? ContainerBroker.start()
        : TemporaryBroker.start();
  }

  /** The host and port that clients connect to. */
  String bootstrapServers();

  /** Stops the broker and removes its data. */
  @Override
  void close();
}
