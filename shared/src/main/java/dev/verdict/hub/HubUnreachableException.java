package dev.verdict.hub;

/** The Hub does not answer, however often it is asked. */
public final class HubUnreachableException extends HubException {

  HubUnreachableException(String message, Throwable cause) {
    super(message, cause);
  }
}
