package dev.verdict.streams.processing;

/** Takes what was found on its way to the topics. */
@FunctionalInterface
interface Findings {
  void add(Finding finding);
}
