package dev.verdict.cli.up;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.FileAppender;
import dev.verdict.cli.Terminal;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.LoggerFactory;

/** Keeps the log out of a terminal that is refreshed in place. */
final class UpLog {
  private UpLog() {}

  /** Logs to a file, which is returned, if a person is watching the terminal. */
  static Optional<Path> toFileWhenOnTerminal() {
    if (!Terminal.isThere()) {
      return Optional.empty();
    }
    Path path =
        Path.of(
            System.getProperty("java.io.tmpdir"),
            "verdict-up-" + ProcessHandle.current().pid() + ".log");
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern("%d{yyyy-MM-dd'T'HH:mm:ss.SSS'Z',UTC} %-5level %-20logger{0} %msg%n%ex");
    encoder.start();
    FileAppender<ILoggingEvent> file = new FileAppender<>();
    file.setContext(context);
    file.setName("FILE");
    file.setFile(path.toString());
    file.setEncoder(encoder);
    file.start();
    Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.detachAppender("CONSOLE");
    root.addAppender(file);
    return Optional.of(path);
  }
}
