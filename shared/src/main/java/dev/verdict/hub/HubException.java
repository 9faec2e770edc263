package dev.verdict.hub;

import java.io.IOException;

/** A model cannot be had from the Hub; the message is one sentence with what to do. */
public sealed class HubException extends IOException permits HubUnreachableException {

  HubException(String message) {
    super(message);
  }

  HubException(String message, Throwable cause) {
    super(message, cause);
  }
}
