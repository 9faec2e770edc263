package dev.verdict.registry;

/** The registry cannot be changed as asked; the message says why in one sentence. */
public final class RegistryRefusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public RegistryRefusal(String message) {
    super(message);
  }
}
