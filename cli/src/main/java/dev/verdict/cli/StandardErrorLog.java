package dev.verdict.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.ConsoleAppender;
import org.apache.kafka.clients.NetworkClient;
import org.slf4j.LoggerFactory;

/** Keeps the log out of a command's output, which may be read by another program. */
public final class StandardErrorLog {
  private StandardErrorLog() {}

  /** From now on. */
  public static void use() {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    Appender<ILoggingEvent> console =
        context.getLogger(Logger.ROOT_LOGGER_NAME).getAppender("CONSOLE");
    if (console instanceof ConsoleAppender<ILoggingEvent> appender) {
      appender.stop();
      appender.setTarget("System.err");
      appender.start();
    }
    // Each attempt to connect or to be let in is a line; the command itself says in one line that
    // none succeeded.
    context.getLogger(NetworkClient.class).setLevel(Level.OFF);
  }
}
