package dev.verdict.model;

import java.util.List;
import java.util.Locale;

/**
 * The native runtime could not allocate what a batch needs. The model is as it was: a smaller batch
 * may do.
 */
public final class ModelMemoryException extends ModelException {
  private static final long serialVersionUID = 1L;

  /**
   * What libtorch 2.7 says, in lower case: its allocators on Linux and macOS, on Windows and on
   * CUDA, the libraries of CUDA, and C++ itself. See
   * https://github.com/pytorch/pytorch/blob/v2.7.1/c10/core/impl/alloc_cpu.cpp.
   */
  private static final List<String> NATIVE =
      List.of(
          "can't allocate memory",
          "not enough memory",
          "out of memory",
          "_status_alloc_failed",
          "bad_alloc");

  /** What the JDK says when the buffers in which a batch travels to libtorch do not fit. */
  private static final String DIRECT = "direct buffer memory";

  public ModelMemoryException(String message, Throwable cause) {
    super(message, cause);
  }

  /** Whether the fault is one of native memory; a full Java heap is not, for no batch fills it. */
  static boolean explains(Throwable fault) {
    String message = String.valueOf(fault.getMessage()).toLowerCase(Locale.ROOT);
    return fault instanceof OutOfMemoryError
        ? message.contains(DIRECT)
        : NATIVE.stream().anyMatch(message::contains);
  }
}
