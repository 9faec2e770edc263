package dev.verdict.streams.inference;

import dev.verdict.streams.inference.ChampionFollower.Refused;
import dev.verdict.streams.inference.Lineup.Challenger;
import dev.verdict.telemetry.MeterNames;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Which version has which role, and which are refused. */
final class RoleMeters {
  private final Counter swaps;
  private final MultiGauge champion;
  private final MultiGauge previous;
  private final MultiGauge challenger;
  private final MultiGauge canary;
  private final MultiGauge refused;

  RoleMeters(MeterRegistry registry) {
    swaps =
        Counter.builder(MeterNames.SWAPS)
            .description("Champions swapped in after the first")
            .register(registry);
    champion = gauge(MeterNames.CHAMPION, "1 for the version that serves", registry);
    previous = gauge(MeterNames.PREVIOUS, "1 for the champion of before, kept warm", registry);
    challenger = gauge(MeterNames.CHALLENGER, "1 for the version scored in shadow", registry);
    canary = gauge(MeterNames.CANARY, "1 for the champion while it serves a share only", registry);
    refused = gauge(MeterNames.MODEL_REFUSED, "1 for each version refused now", registry);
  }

  void swapped() {
    swaps.increment();
  }

  void arranged(Lineup lineup) {
    show(champion, Optional.of(lineup.champion()));
    show(previous, lineup.previous());
    show(challenger, lineup.challenger().map(Challenger::model));
    show(canary, Optional.of(lineup.champion()).filter(each -> lineup.canary()));
  }

  /** Shows exactly these. */
  void refused(Collection<Refused> now) {
    List<Row<Number>> rows =
        now.stream()
            .map(
                each ->
                    Row.of(
                        Tags.of(
                            "version",
                            each.version(),
                            "role",
                            each.role(),
                            "reason",
                            each.cause().name().toLowerCase(Locale.ROOT)),
                        1))
            .toList();
    refused.register(rows, true);
  }

  private static void show(MultiGauge gauge, Optional<ServingModel> model) {
    gauge.register(
        model.stream()
            .map(each -> Row.of(Tags.of("version", each.manifest().version()), 1))
            .toList(),
        true);
  }

  private static MultiGauge gauge(String name, String description, MeterRegistry registry) {
    return MultiGauge.builder(name).description(description).register(registry);
  }
}
