package dev.verdict.streams;

import dev.verdict.contract.ModelManifest;

/** Is told what the streams app does, for whoever shows it. */
public interface StreamsListener {
  /** A version serves from now on. */
  void championServes(ModelManifest version);

  /** A listener that ignores everything. */
  static StreamsListener silent() {
    return version -> {};
  }
}
