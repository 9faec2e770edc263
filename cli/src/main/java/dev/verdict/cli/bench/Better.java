package dev.verdict.cli.bench;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Which way a figure is good. */
enum Better {
  @JsonProperty("higher")
  HIGHER,
  @JsonProperty("lower")
  LOWER
}
