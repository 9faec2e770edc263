// Elements without markup: whatever comes from the stream is only ever text.

/** An element with a class and children; a string becomes a text node. */
export function element(name, className, ...children) {
  const made = document.createElement(name);
  if (className) {
    made.className = className;
  }
  made.append(...children);
  return made;
}

/** A table's cell that says on small screens what it holds. */
export function cell(className, name, ...children) {
  const made = element("td", className, ...children);
  if (name) {
    made.dataset.name = name;
  }
  return made;
}

export function rowHeader(className, ...children) {
  const made = element("th", className, ...children);
  made.scope = "row";
  return made;
}

/** Text that may run from right to left, apart from what is around it. */
export function foreign(name, className, text) {
  const made = element(name, className, text);
  made.dir = "auto";
  return made;
}

/** A bar of a share from 0 to 1; beside it the share is written. */
export function bar(share, className) {
  const filled = element("span");
  filled.style.width = `${Math.min(1, Math.max(0, share)) * 100}%`;
  const made = element("div", `bar ${className}`, filled);
  made.setAttribute("aria-hidden", "true");
  return made;
}

const SVG = "http://www.w3.org/2000/svg";

/** An element of a drawing. */
export function drawn(name, attributes, text) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) {
    made.setAttribute(key, value);
  }
  if (text !== undefined) {
    made.textContent = text;
  }
  return made;
}

const shown = new WeakMap();

/** Makes the children of an element anew, only if what they show has changed. */
export function show(parent, data, make) {
  const now = JSON.stringify(data);
  if (shown.get(parent) !== now) {
    shown.set(parent, now);
    parent.replaceChildren(...make());
  }
}

/** Sets a text, only if it has changed, so that nothing is announced twice. */
export function write(target, text) {
  if (target.textContent !== text) {
    target.textContent = text;
  }
}

const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });
const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const minutes = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const date = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });

export const count = (number) => whole.format(number);
export const rate = (number) => (number < 10 ? short : whole).format(number);
export const score = (number) => number.toFixed(4);
export const brief = (number) => number.toFixed(3);
export const percent = (share) => `${(share * 100).toFixed(share < 0.9995 ? 1 : 0)}%`;
export const interval = (point) => `${brief(point.low)} to ${brief(point.high)}`;
export const hourAndMinute = (when) => minutes.format(new Date(when));

/** The time of day, with the date if it was not today. */
export function time(when) {
  const then = new Date(when);
  const today = then.toDateString() === new Date().toDateString();
  return today ? clock.format(then) : `${date.format(then)} ${clock.format(then)}`;
}

/** Seconds in the unit that reads best. */
export function duration(seconds) {
  if (seconds < 1) {
    return `${rate(seconds * 1000)} ms`;
  }
  if (seconds < 120) {
    return `${rate(seconds)} s`;
  }
  return seconds < 7200 ? `${count(seconds / 60)} min` : `${count(seconds / 3600)} h`;
}

/** A time element: what machines read beside what people read. */
export function timeElement(when) {
  const made = element("time", "time", time(when));
  made.dateTime = when;
  return made;
}
