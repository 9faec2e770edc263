package dev.verdict.cli;

/** What help says of a verb's status. */
public final class ExitCodes {
  public static final String HEADING = "%nExit codes:%n";
  public static final String DONE = "0:Done.";
  public static final String BAD_ARGUMENT =
      "2:An argument or setting cannot be used, Kafka cannot be reached, or a topic is missing.";
  public static final String STOPPED = "130, 143:Ended by Ctrl-C or SIGTERM, in order.";

  private ExitCodes() {}
}
