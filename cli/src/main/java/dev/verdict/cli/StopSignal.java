package dev.verdict.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Tells work of the main thread that the process is told to end (Ctrl-C, SIGTERM), and keeps the
 * process until that work has ended in order and said so.
 */
public final class StopSignal implements AutoCloseable {
  /** Exit status of work that was stopped, as shells call the end by Ctrl-C. */
  public static final int STOPPED = 130;

  private static final int LEAVE_SECONDS = 60;

  private final CountDownLatch left = new CountDownLatch(1);
  private final ShutdownHook hook = ShutdownHook.closing(this::awaitLeft);

  private StopSignal() {}

  /** Listens from now on, until it is closed. */
  public static StopSignal listen() {
    return new StopSignal();
  }

  /** Whether the work has to stop. */
  public boolean isGiven() {
    return hook.isShuttingDown();
  }

  /** The work has ended. */
  @Override
  public void close() {
    left.countDown();
    hook.close();
  }

  private void awaitLeft() throws InterruptedException {
    left.await(LEAVE_SECONDS, TimeUnit.SECONDS);
  }
}
