package dev.verdict.model;

/** The numbers by which serialized TorchScript names types, of c10/core/ScalarType.h. */
final class ScalarTypes {
  private ScalarTypes() {}

  /** The source with {@code $INT64}, {@code $FLOAT64} and {@code $QINT8} as numbers. */
  static String in(String source) {
    return source.replace("$INT64", "4").replace("$FLOAT64", "7").replace("$QINT8", "12");
  }
}
