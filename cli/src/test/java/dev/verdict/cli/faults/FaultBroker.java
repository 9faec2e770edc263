package dev.verdict.cli.faults;

import java.nio.file.Path;
import org.testcontainers.DockerClientFactory;

/** A broker that can be stopped, killed and started again with its data, on the same port. */
interface FaultBroker extends AutoCloseable {

  /**
   * A container of Apache's image where Docker answers, a process of the embedded broker otherwise.
   *
   * @param folder for its data and its log
   */
  static FaultBroker start(Path folder) throws InterruptedException {
    return DockerClientFactory.instance().isDockerAvailable()
        ? ContainerFaultBroker.start()
        : ProcessFaultBroker.start(folder);
  }

  /** The host and port that clients connect to, the same for all its life. */
  String bootstrapServers();

  /** Ends it in order, or with SIGKILL. */
  void down(boolean kill) throws InterruptedException;

  /** Starts it again and waits until it answers. */
  void up() throws InterruptedException;

  @Override
  void close() throws InterruptedException;
}
