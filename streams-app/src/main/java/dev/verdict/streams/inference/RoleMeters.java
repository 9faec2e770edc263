package dev.verdict.streams.inference;

import dev.verdict.streams.inference.ChampionFollower.Refused;
import dev.verdict.streams.inference.Lineup.Challenger;
import dev.verdict.telemetry.VerdictMeter;
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
    swaps = VerdictMeter.SWAPS.counter(registry);
    champion = VerdictMeter.CHAMPION.gauges(registry);
    previous = VerdictMeter.PREVIOUS.gauges(registry);
    challenger = VerdictMeter.CHALLENGER.gauges(registry);
    canary = VerdictMeter.CANARY.gauges(registry);
    refused = VerdictMeter.MODEL_REFUSED.gauges(registry);
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
                        VerdictMeter.MODEL_REFUSED.tags(
                            each.version(),
                            each.role(),
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
}
