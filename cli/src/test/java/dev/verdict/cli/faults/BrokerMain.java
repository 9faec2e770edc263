package dev.verdict.cli.faults;

import dev.verdict.embedded.EmbeddedKafka;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** The embedded broker as a process of its own. */
final class BrokerMain {
  private BrokerMain() {}

  /**
   * Runs until it is told to end.
   *
   * @param arguments data folder and port
   */
  public static void main(String[] arguments) throws InterruptedException {
    EmbeddedKafka kafka =
        EmbeddedKafka.start(Path.of(arguments[0]), Integer.parseInt(arguments[1]));
    Runtime.getRuntime().addShutdownHook(new Thread(kafka::close, "shutdown"));
    new CountDownLatch(1).await();
  }
}
