package dev.verdict.cli.up;

import java.time.Instant;

/** A version that began to serve. */
record Swap(String version, Instant at) {}
