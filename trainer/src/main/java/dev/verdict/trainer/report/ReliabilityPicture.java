package dev.verdict.trainer.report;

import static dev.verdict.trainer.report.Markup.escaped;
import static dev.verdict.trainer.report.Markup.percent;
import static dev.verdict.trainer.report.Markup.place;

import dev.verdict.evaluation.CalibrationError;
import dev.verdict.evaluation.CalibrationError.Bin;
import java.util.Locale;

/**
 * A reliability diagram: how often the model is right at each confidence, against the diagonal of
 * an honest model, and below it how many reviews have that confidence.
 */
record ReliabilityPicture(String title, CalibrationError error) {
  private static final int SIDE = 250;
  private static final int LEFT = 46;
  private static final int TOP = 10;
  private static final int STRIP_TOP = TOP + SIDE + 12;
  private static final int STRIP = 44;
  private static final int WIDTH = LEFT + SIDE + 14;
  private static final int HEIGHT = STRIP_TOP + STRIP + 42;

  String figure() {
    StringBuilder svg = new StringBuilder();
    String caption = "%s: calibration error %s".formatted(title, percent(error.expected()));
    svg.append(
        ("<figure class=\"reliability\"><figcaption>%s</figcaption><svg viewBox=\"0 0 %d %d\""
                + " role=\"img\" aria-label=\"%s\"><title>%s</title>")
            .formatted(escaped(caption), WIDTH, HEIGHT, escaped(caption), escaped(caption)));
    Axis shares = new Axis(0, 1, 0.2);
    for (double tick : shares.ticks()) {
      svg.append(
          "<path class=\"grid\" d=\"M%d %sh%d\"/><text class=\"tick\" x=\"%d\" y=\"%s\" text-anchor=\"end\">%s</text>"
              .formatted(
                  LEFT, place(y(tick)), SIDE, LEFT - 7, place(y(tick) + 4), shares.text(tick)));
      svg.append(
          "<text class=\"tick\" x=\"%s\" y=\"%d\" text-anchor=\"middle\">%s</text>"
              .formatted(place(x(tick)), STRIP_TOP + STRIP + 16, shares.text(tick)));
    }
    long most = error.bins().stream().mapToLong(Bin::count).max().orElse(0);
    error.bins().stream().filter(bin -> bin.count() > 0).forEach(bin -> append(svg, bin, most));
    svg.append(
        "<path class=\"diagonal\" d=\"M%s %sL%s %s\"/>"
            .formatted(place(x(0)), place(y(0)), place(x(1)), place(y(1))));
    svg.append(
        "<path class=\"axis\" d=\"M%d %dh%d M%d %dh%d\"/>"
            .formatted(LEFT, TOP + SIDE, SIDE, LEFT, STRIP_TOP + STRIP, SIDE));
    appendLabels(svg);
    return svg.append("</svg></figure>").toString();
  }

  private static void append(StringBuilder svg, Bin bin, long most) {
    double from = x(bin.from()) + 1;
    double width = (bin.to() - bin.from()) * SIDE - 2;
    double strip = Math.max(1, (double) bin.count() / most * STRIP);
    svg.append(
        ("<g><title>%s</title><rect class=\"right\" x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\"/>"
                + "<circle class=\"point line1\" cx=\"%s\" cy=\"%s\" r=\"3\"/>"
                + "<rect class=\"strip\" x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\"/></g>")
            .formatted(
                escaped(
                    String.format(
                        Locale.ROOT,
                        "confidence %.2f to %.2f: %,d reviews, mean confidence %.3f, right %.3f",
                        bin.from(),
                        bin.to(),
                        bin.count(),
                        bin.confidence(),
                        bin.accuracy())),
                place(from),
                place(y(bin.accuracy())),
                place(width),
                place(bin.accuracy() * SIDE),
                place(x(bin.confidence())),
                place(y(bin.accuracy())),
                place(from),
                place(STRIP_TOP + STRIP - strip),
                place(width),
                place(strip)));
  }

  private static void appendLabels(StringBuilder svg) {
    svg.append(
        "<text class=\"label\" x=\"%d\" y=\"%d\" text-anchor=\"middle\">confidence</text>"
            .formatted(LEFT + SIDE / 2, HEIGHT - 6));
    svg.append(
        "<text class=\"label\" transform=\"translate(12 %d) rotate(-90)\" text-anchor=\"middle\">share right</text>"
            .formatted(TOP + SIDE / 2));
    svg.append(
        "<text class=\"label\" transform=\"translate(12 %d) rotate(-90)\" text-anchor=\"middle\">reviews</text>"
            .formatted(STRIP_TOP + STRIP / 2));
  }

  private static double x(double confidence) {
    return LEFT + confidence * SIDE;
  }

  private static double y(double accuracy) {
    return TOP + (1 - accuracy) * SIDE;
  }
}
