package dev.verdict.cli;

import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends a service in order when the process is told to end (Ctrl-C, SIGTERM). */
public final class ShutdownHook implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ShutdownHook.class);

  private final AtomicBoolean shuttingDown = new AtomicBoolean();
  private final Thread thread;

  private ShutdownHook(AutoCloseable... services) {
    thread =
        new Thread(
            () -> {
              shuttingDown.set(true);
              for (AutoCloseable service : services) {
                close(service);
              }
            },
            "shutdown");
  }

  /** Closes the services, in this order, when the process is told to end. */
  public static ShutdownHook closing(AutoCloseable... services) {
    ShutdownHook hook = new ShutdownHook(services);
    Runtime.getRuntime().addShutdownHook(hook.thread);
    return hook;
  }

  /** Whether the process is ending because it was told to. */
  public boolean isShuttingDown() {
    return shuttingDown.get();
  }

  /** Takes the hook back. */
  @Override
  public void close() {
    if (!isShuttingDown()) {
      Runtime.getRuntime().removeShutdownHook(thread);
    }
  }

  private static void close(AutoCloseable service) {
    try {
      service.close();
    } catch (Exception e) {
      LOG.warn("{} could not be closed in order", service, e);
    }
  }
}
