package dev.verdict.cli.faults;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * Stops a thread of a service at the very place where it logs a certain line, so that a fault can
 * be timed to the instruction: in the middle of a commit, between upload and registry. The service
 * itself is as it is shipped; only its Logback configuration has this appender more.
 *
 * <p>The suite writes the pattern into the file {@code armed} of the process' own folder and waits
 * for the file {@code reached}. A first line {@code block} holds the thread for good, a number
 * delays it by so many milliseconds each time.
 */
public final class FaultPoint extends UnsynchronizedAppenderBase<ILoggingEvent> {
  static final String FOLDER_PROPERTY = "verdict.faults.folder";
  static final String BLOCK = "block";
  static final String ARMED = "armed";
  static final String REACHED = "reached";

  private Path armed = Path.of(ARMED);
  private Path reached = Path.of(REACHED);

  @Override
  public void start() {
    Path folder = Path.of(System.getProperty(FOLDER_PROPERTY));
    armed = folder.resolve(ARMED);
    reached = folder.resolve(REACHED);
    super.start();
  }

  @Override
  protected void append(ILoggingEvent event) {
    if (!Files.exists(armed)) {
      return;
    }
    try {
      List<String> lines = Files.readAllLines(armed);
      if (lines.size() == 2 && Pattern.compile(lines.get(1)).matcher(line(event)).find()) {
        hold(lines.get(0));
      }
    } catch (IOException e) {
      // Disarmed in this moment.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String line(ILoggingEvent event) {
    return event.getLoggerName() + " " + event.getFormattedMessage();
  }

  private void hold(String action) throws IOException, InterruptedException {
    if (action.equals(BLOCK)) {
      Files.delete(armed);
      Files.createFile(reached);
      new CountDownLatch(1).await();
    }
    if (!Files.exists(reached)) {
      Files.createFile(reached);
    }
    TimeUnit.MILLISECONDS.sleep(Long.parseLong(action));
  }
}
