package dev.verdict.cli.doctor;

import dev.verdict.config.Settings;
import dev.verdict.contract.MessageFormats;
import dev.verdict.contract.Topics;
import dev.verdict.contract.avro.SchemaRegistry;
import dev.verdict.contract.avro.SchemaRegistryException;
import java.util.List;
import java.util.Optional;

/** Whether the schema registry answers, and knows what predictions are written with. */
final class RegistryChecks {
  private static final String REGISTRY = "schema registry";

  private RegistryChecks() {}

  /** Empty where no format needs one. */
  static Optional<Finding> of(Settings settings) {
    MessageFormats formats = settings.formats();
    return formats.registry().map(registry -> finding(registry, formats, settings.topics()));
  }

  private static Finding finding(SchemaRegistry registry, MessageFormats formats, Topics topics) {
    try {
      registry.check();
      List<String> missing =
          formats.unregistered(List.of(topics.predictions(), topics.shadowPredictions()));
      if (missing.isEmpty()) {
        return Finding.ok(REGISTRY, registry.address() + " answers");
      }
      return registry.autoRegister()
          ? Finding.ok(
              REGISTRY,
              "%s answers; the streams app registers %s at its start"
                  .formatted(registry.address(), missing))
          : Finding.fail(
              REGISTRY,
              "%s has not the schema of predictions as %s".formatted(registry.address(), missing),
              "register predictions.avsc there, or set schema.registry.auto.register to true");
    } catch (SchemaRegistryException e) {
      return Finding.fail(
          REGISTRY,
          e.getMessage(),
          "check schema.registry.url, with its path, and what the registry asks for");
    }
  }
}
