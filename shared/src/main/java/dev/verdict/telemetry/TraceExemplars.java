package dev.verdict.telemetry;

import io.opentelemetry.api.trace.Span;
import io.prometheus.metrics.tracer.common.SpanContext;

/**
 * The span that a measurement is made in, for <a
 * href="https://prometheus.io/docs/specs/om/open_metrics_spec/#exemplars">exemplars</a>: by
 * OpenTelemetry's API, which knows of none unless its agent is attached.
 */
final class TraceExemplars implements SpanContext {
  /** Null where there is no span, as the interface has it. */
  @Override
  public String getCurrentTraceId() {
    return current().isValid() ? current().getTraceId() : null;
  }

  /** Null where there is no span, as the interface has it. */
  @Override
  public String getCurrentSpanId() {
    return current().isValid() ? current().getSpanId() : null;
  }

  /** A trace that nobody keeps is not worth pointing to. */
  @Override
  public boolean isCurrentSpanSampled() {
    return current().isSampled();
  }

  @Override
  public void markCurrentSpanAsExemplar() {
    Span.current().setAttribute(EXEMPLAR_ATTRIBUTE_NAME, EXEMPLAR_ATTRIBUTE_VALUE);
  }

  private static io.opentelemetry.api.trace.SpanContext current() {
    return Span.current().getSpanContext();
  }
}
