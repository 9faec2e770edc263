package dev.verdict.trainer.report;

import static dev.verdict.trainer.report.Markup.escaped;
import static dev.verdict.trainer.report.Markup.place;

import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Curves over the steps of a training, as a figure with an SVG picture.
 *
 * @param title also what a screen reader says
 * @param unit of the vertical axis
 * @param lines at most four, told apart by colour and dashes
 * @param kept step to be marked, if any
 */
record LineChart(String title, String unit, List<Line> lines, OptionalInt kept) {
  private static final int WIDTH = 520;
  private static final int HEIGHT = 270;
  private static final int LEFT = 58;
  private static final int RIGHT = 30;
  private static final int TOP = 20;
  private static final int BOTTOM = 40;

  /** Beyond so many points single ones are no longer marked. */
  private static final int MARKED_POINTS = 30;

  /** A curve; points that are not finite are left out. */
  record Line(String name, List<Point> points) {
    Line {
      points =
          points.stream()
              .filter(point -> Double.isFinite(point.step()) && Double.isFinite(point.value()))
              .toList();
    }
  }

  record Point(double step, double value) {}

  /** The figure, with a legend where there is more than one line. */
  String figure() {
    return "<figure class=\"chart\"><figcaption>"
        + escaped(title)
        + "</figcaption>"
        + legend()
        + picture()
        + "</figure>";
  }

  private String legend() {
    if (lines.size() < 2) {
      return "";
    }
    StringBuilder legend = new StringBuilder("<ul class=\"legend\">");
    for (int i = 0; i < lines.size(); i++) {
      legend.append(
          ("<li><svg width=\"26\" height=\"10\" aria-hidden=\"true\"><path class=\"line line%d\""
                  + " d=\"M1 5H25\"/></svg>%s</li>")
              .formatted(i, escaped(lines.get(i).name())));
    }
    return legend.append("</ul>").toString();
  }

  private String picture() {
    if (points().findAny().isEmpty()) {
      return "<p class=\"empty\">Nothing was measured.</p>";
    }
    Axis steps = Axis.counts(points().mapToDouble(Point::step).max().orElseThrow(), 6);
    Axis values =
        Axis.around(
            points().mapToDouble(Point::value).min().orElseThrow(),
            points().mapToDouble(Point::value).max().orElseThrow(),
            5);
    StringBuilder svg = new StringBuilder();
    svg.append(
        "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\"><title>%s</title>"
            .formatted(WIDTH, HEIGHT, escaped(title), escaped(description())));
    appendValueAxis(svg, values);
    appendStepAxis(svg, steps);
    kept.ifPresent(step -> appendKept(svg, x(steps, step)));
    for (int i = 0; i < lines.size(); i++) {
      appendLine(svg, i, steps, values);
    }
    return svg.append("</svg>").toString();
  }

  private String description() {
    return title
        + ": "
        + lines.stream()
            .filter(line -> !line.points().isEmpty())
            .map(
                line -> {
                  Point first = line.points().get(0);
                  Point last = line.points().get(line.points().size() - 1);
                  return String.format(
                      Locale.ROOT,
                      "%s from %.4g at step %.0f to %.4g at step %.0f",
                      line.name(),
                      first.value(),
                      first.step(),
                      last.value(),
                      last.step());
                })
            .collect(Collectors.joining(", "));
  }

  private static void appendValueAxis(StringBuilder svg, Axis values) {
    for (double tick : values.ticks()) {
      double y = y(values, tick);
      svg.append(
          "<path class=\"grid\" d=\"M%d %sH%d\"/><text class=\"tick\" x=\"%d\" y=\"%s\" text-anchor=\"end\">%s</text>"
              .formatted(
                  LEFT,
                  place(y),
                  WIDTH - RIGHT,
                  LEFT - 8,
                  place(y + 4),
                  escaped(values.text(tick))));
    }
  }

  private void appendStepAxis(StringBuilder svg, Axis steps) {
    int bottom = HEIGHT - BOTTOM;
    svg.append("<path class=\"axis\" d=\"M%d %dH%d\"/>".formatted(LEFT, bottom, WIDTH - RIGHT));
    for (double tick : steps.ticks()) {
      double x = x(steps, tick);
      svg.append(
          "<path class=\"axis\" d=\"M%s %dv4\"/><text class=\"tick\" x=\"%s\" y=\"%d\" text-anchor=\"middle\">%s</text>"
              .formatted(place(x), bottom, place(x), bottom + 17, escaped(steps.text(tick))));
    }
    svg.append(
        "<text class=\"label\" x=\"%d\" y=\"%d\" text-anchor=\"middle\">step</text>"
            .formatted((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 5));
    svg.append(
        "<text class=\"label\" transform=\"translate(12 %d) rotate(-90)\" text-anchor=\"middle\">%s</text>"
            .formatted((TOP + bottom) / 2, escaped(unit)));
  }

  private static void appendKept(StringBuilder svg, double x) {
    svg.append(
        ("<path class=\"kept\" d=\"M%s %dV%d\"/>"
                + "<text class=\"tick\" x=\"%s\" y=\"%d\" text-anchor=\"middle\">kept</text>")
            .formatted(place(x), TOP - 6, HEIGHT - BOTTOM, place(x), TOP - 9));
  }

  private void appendLine(StringBuilder svg, int index, Axis steps, Axis values) {
    List<Point> points = lines.get(index).points();
    String path =
        points.stream()
            .map(point -> place(x(steps, point.step())) + " " + place(y(values, point.value())))
            .collect(Collectors.joining("L"));
    if (points.size() > 1) {
      svg.append("<path class=\"line line%d\" d=\"M%s\"/>".formatted(index, path));
    }
    if (points.size() <= MARKED_POINTS) {
      for (Point point : points) {
        svg.append(
            "<circle class=\"point line%d\" cx=\"%s\" cy=\"%s\" r=\"3\"><title>%s</title></circle>"
                .formatted(
                    index,
                    place(x(steps, point.step())),
                    place(y(values, point.value())),
                    escaped(
                        String.format(
                            Locale.ROOT,
                            "%s at step %.0f: %.4g",
                            lines.get(index).name(),
                            point.step(),
                            point.value()))));
      }
    }
  }

  private Stream<Point> points() {
    return lines.stream().flatMap(line -> line.points().stream());
  }

  private static double x(Axis steps, double value) {
    return LEFT + steps.share(value) * (WIDTH - LEFT - RIGHT);
  }

  private static double y(Axis values, double value) {
    return HEIGHT - BOTTOM - values.share(value) * (HEIGHT - BOTTOM - TOP);
  }
}
