// Macro F1 over time: a line with its band, the champion's own line, the bound and the swaps.
import { brief, count, drawn, hourAndMinute, interval, score, time } from "./dom.js";

const MARGIN = { top: 26, right: 14, bottom: 26, left: 42 };
const LEAST_SPAN = 120_000;
const NICE_MINUTES = [0.5, 1, 2, 5, 10, 15, 30, 60, 120, 240, 360, 720];
const PAGE = 10;

/** Scores on fewer labels say nothing yet, and their intervals would be the whole chart. */
const LEAST_LABELS = 30;

export const telling = (points) => points.filter((point) => point.labels >= LEAST_LABELS);

/** The champion's line is each version's, from when it took over to when another did. */
function championLines(quality, champion) {
  const lines = [];
  const swaps = quality.swaps;
  const scores = new Map(quality.versions.map((each) => [each.version, each.points]));
  swaps.forEach((swap, i) => {
    const from = Date.parse(swap.at);
    const to = i + 1 < swaps.length ? Date.parse(swaps[i + 1].at) : Infinity;
    lines.push(telling(scores.get(swap.version) ?? []).filter((point) => point.at >= from && point.at < to));
  });
  if (swaps.length === 0 && scores.has(champion)) {
    lines.push(telling(scores.get(champion)));
  }
  return lines.filter((line) => line.length > 1);
}

function extent(points, bound, lines) {
  let low = bound;
  let high = bound;
  for (const point of points) {
    low = Math.min(low, point.low);
    high = Math.max(high, point.high);
  }
  for (const line of lines) {
    for (const point of line) {
      low = Math.min(low, point.macro_f1);
      high = Math.max(high, point.macro_f1);
    }
  }
  const step = high - low > 0.35 ? 0.1 : high - low > 0.15 ? 0.05 : 0.02;
  return {
    low: Math.max(0, Math.floor((low - step / 4) / step) * step),
    high: Math.min(1, Math.ceil((high + step / 4) / step) * step),
    step,
  };
}

const path = (points, x, y) =>
  points.map((point, i) => `${i ? "L" : "M"}${x(point.at).toFixed(1)},${y(point).toFixed(1)}`).join("");

export class Chart {
  /**
   * @param holder a focusable element, made a slider over the points in time
   * @param reading where the figures of the chosen point are written
   */
  constructor(holder, reading) {
    this.holder = holder;
    this.reading = reading;
    this.points = [];
    this.chosen = null;
    holder.tabIndex = 0;
    holder.setAttribute("role", "slider");
    holder.setAttribute("aria-orientation", "horizontal");
    holder.setAttribute("aria-label", "Macro F1 at a point in time");
    holder.setAttribute("aria-describedby", "chart-summary");
    holder.addEventListener("keydown", (event) => this.key(event));
    holder.addEventListener("pointermove", (event) => this.point(event));
    holder.addEventListener("pointerleave", () => this.choose(null));
    holder.addEventListener("blur", () => this.choose(null));
    new ResizeObserver(() => this.draw()).observe(holder);
  }

  update(quality, champion) {
    this.quality = quality;
    this.champion = champion;
    this.points = telling(quality.all);
    this.draw();
  }

  key(event) {
    const last = this.points.length - 1;
    const now = this.chosen === null ? last : this.index();
    const target = {
      ArrowLeft: now - 1,
      ArrowDown: now - 1,
      ArrowRight: now + 1,
      ArrowUp: now + 1,
      PageDown: now - PAGE,
      PageUp: now + PAGE,
      Home: 0,
      End: last,
    }[event.key];
    if (event.key === "Escape") {
      this.choose(null);
    } else if (target !== undefined && last >= 0) {
      event.preventDefault();
      this.choose(this.points[Math.min(last, Math.max(0, target))].at);
    }
  }

  point(event) {
    if (!this.x || this.points.length === 0) {
      return;
    }
    const at = this.x.back(event.clientX - this.holder.getBoundingClientRect().left);
    this.choose(at);
  }

  /** The point nearest to a time; null for none. */
  choose(at) {
    this.chosen = at;
    this.mark();
  }

  index() {
    let best = 0;
    this.points.forEach((point, i) => {
      if (Math.abs(point.at - this.chosen) < Math.abs(this.points[best].at - this.chosen)) {
        best = i;
      }
    });
    return best;
  }

  draw() {
    const width = this.holder.clientWidth;
    const height = this.holder.clientHeight;
    if (width === 0 || this.points.length === 0) {
      return;
    }
    const { quality, points } = this;
    const lines = championLines(quality, this.champion);
    const to = points[points.length - 1].at;
    const from = Math.min(points[0].at, to - LEAST_SPAN);
    const range = extent(points, quality.bound, lines);
    const right = width - MARGIN.right;
    const bottom = height - MARGIN.bottom;
    const x = (at) => MARGIN.left + ((at - from) / (to - from)) * (right - MARGIN.left);
    x.back = (pixel) => from + ((pixel - MARGIN.left) / (right - MARGIN.left)) * (to - from);
    const level = (value) => bottom - ((value - range.low) / (range.high - range.low)) * (bottom - MARGIN.top);
    this.x = x;
    this.level = level;
    this.area = { bottom, top: MARGIN.top, left: MARGIN.left, right };

    const svg = drawn("svg", { "aria-hidden": "true" });
    for (let value = range.low; value <= range.high + 1e-9; value += range.step) {
      const y = Math.round(level(value)) + 0.5;
      svg.append(
        drawn("line", { class: "grid-line", x1: MARGIN.left, x2: right, y1: y, y2: y }),
        drawn("text", { x: MARGIN.left - 8, y: y + 4, "text-anchor": "end" }, value.toFixed(2)),
      );
    }
    this.times(svg, from, to, x, bottom, right);
    const upper = path(points, x, (point) => level(point.high));
    const lower = path([...points].reverse(), x, (point) => level(point.low)).replace("M", "L");
    svg.append(drawn("path", { class: "band", d: `${upper}${lower}Z` }));
    this.swaps(svg, from, to, x, bottom, right);
    const bound = level(quality.bound);
    svg.append(
      drawn("line", { class: "bound", x1: MARGIN.left, x2: right, y1: bound, y2: bound }),
      drawn("text", { class: "bound-name", x: MARGIN.left + 6, y: bound + 15 }, `retrain below ${quality.bound}`),
    );
    for (const line of lines) {
      svg.append(drawn("path", { class: "champion", d: path(line, x, (point) => level(point.macro_f1)) }));
    }
    svg.append(drawn("path", { class: "all", d: path(points, x, (point) => level(point.macro_f1)) }));
    this.pointer = drawn("g", {});
    svg.append(this.pointer);
    this.holder.replaceChildren(svg);
    this.mark();
  }

  times(svg, from, to, x, bottom, right) {
    const room = Math.max(2, Math.floor((right - MARGIN.left) / 90));
    const span = (to - from) / 60_000;
    const step = (NICE_MINUTES.find((each) => span / each <= room) ?? 1440) * 60_000;
    const zone = new Date(from).getTimezoneOffset() * 60_000;
    for (let at = Math.ceil((from - zone) / step) * step + zone; at <= to; at += step) {
      const label = step < 60_000 ? time(at) : hourAndMinute(at);
      const place = x(at);
      if (place > MARGIN.left + 10 && place < right - 10) {
        svg.append(drawn("text", { x: place, y: bottom + 18, "text-anchor": "middle" }, label));
      }
    }
  }

  swaps(svg, from, to, x, bottom, right) {
    let free = MARGIN.left;
    for (const swap of this.quality.swaps) {
      const at = Date.parse(swap.at);
      if (at < from || at > to) {
        continue;
      }
      const place = Math.round(x(at)) + 0.5;
      svg.append(drawn("line", { class: "swap", x1: place, x2: place, y1: MARGIN.top - 6, y2: bottom }));
      const name = shortVersion(swap.version);
      if (place - 16 >= free && place < right + 4) {
        const anchor = place > right - 20 ? "end" : place < MARGIN.left + 16 ? "start" : "middle";
        svg.append(drawn("text", { class: "swap-name", x: place, y: 14, "text-anchor": anchor }, name));
        free = place + 24;
      }
    }
  }

  /** Shows the chosen point, and tells a screen reader. */
  mark() {
    const { holder, points } = this;
    if (!this.pointer || points.length === 0) {
      return;
    }
    const i = this.chosen === null ? points.length - 1 : this.index();
    const point = points[i];
    const figures = `${time(point.at)}: macro F1 ${score(point.macro_f1)}, 95% ${interval(point)}, ${count(point.labels)} labels`;
    holder.setAttribute("aria-valuemin", "0");
    holder.setAttribute("aria-valuemax", String(points.length - 1));
    holder.setAttribute("aria-valuenow", String(i));
    holder.setAttribute("aria-valuetext", figures);
    this.reading.hidden = this.chosen === null;
    this.reading.textContent = figures;
    if (this.chosen === null) {
      this.pointer.replaceChildren();
      return;
    }
    const x = this.x(point.at);
    this.pointer.replaceChildren(
      drawn("line", { class: "cross", x1: x, x2: x, y1: this.area.top, y2: this.area.bottom }),
      drawn("circle", { class: "dot", cx: x, cy: this.level(point.macro_f1), r: 5 }),
    );
  }
}

/** Of v000007-5c8b1b34 the number, v7. */
export function shortVersion(version) {
  const numbered = /^v0*(\d+)-/.exec(version);
  return numbered ? `v${numbered[1]}` : version.slice(0, 8);
}

/** What the line shows, in a sentence. */
export function summary(quality) {
  const points = telling(quality.all);
  if (points.length === 0) {
    return "";
  }
  const lowest = points.reduce((least, point) => (point.macro_f1 < least.macro_f1 ? point : least));
  const highest = points.reduce((most, point) => (point.macro_f1 > most.macro_f1 ? point : most));
  return `Window ${quality.window}, since ${time(points[0].at)}: lowest ${brief(lowest.macro_f1)} at ${time(lowest.at)}, highest ${brief(highest.macro_f1)} at ${time(highest.at)}.`;
}
