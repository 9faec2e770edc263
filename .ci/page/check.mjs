// Looks at the status page of a running streams app with a real browser; see .ci/check-page.
// Arguments: the page's address, and perhaps a folder for pictures.
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { chromium } from "playwright-core";

const require = createRequire(import.meta.url);
const [address, pictures] = process.argv.slice(2);
const origin = new URL(address).origin;
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const faults = [];
const complaints = [];
let complaintsCount = true;

function expect(condition, what) {
  console.log(`${condition ? "ok   " : "FAULT"}  ${what}`);
  if (!condition) {
    faults.push(what);
  }
}

const DESKTOP = { width: 1440, height: 1000 };
const PHONE = { width: 360, height: 780 };

const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    // Whatever the page asked for elsewhere would fail, and be seen below.
    `--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE ${new URL(address).hostname}`,
  ],
});

/** A page whose requests and complaints are watched; answers may be changed on their way to it. */
async function open({ viewport = DESKTOP, colorScheme = "light", change, reducedMotion = "no-preference" } = {}) {
  const context = await browser.newContext({ viewport, colorScheme, reducedMotion, deviceScaleFactor: 1 });
  const page = await context.newPage();
  page.on("request", (request) => {
    if (new URL(request.url()).origin !== origin) {
      faults.push(`asked for ${request.url()}`);
    }
  });
  const complain = (text) => complaintsCount && complaints.push(text);
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && complain(message.text()));
  page.on("pageerror", (error) => complain(String(error)));
  if (change) {
    await page.route("**/api/status*", async (route) => {
      const response = await route.fetch();
      const status = await response.json();
      change(status);
      await route.fulfill({ response, json: status });
    });
  }
  await page.goto(address);
  await page.waitForFunction(() => document.querySelector("#connection").textContent === "Live");
  return page;
}

async function close(page) {
  await page.unrouteAll({ behavior: "ignoreErrors" });
  await page.context().close();
}

async function violations(page) {
  // By the debugger's own way, so that the page's policy need not let it in.
  await page.evaluate(axe);
  const { violations: found } = await page.evaluate(() =>
    globalThis.axe.run(document, {
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }));
  return found.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target} ${node.any[0]?.message ?? ""}`));
}

async function accessible(page, what) {
  const found = await violations(page);
  found.slice(0, 10).forEach((each) => console.log(`         ${each}`));
  expect(found.length === 0, `axe finds nothing wrong: ${what}`);
}

async function fits(page, what) {
  const [content, window] = await page.evaluate(() => [document.scrollingElement.scrollWidth, innerWidth]);
  expect(content <= window, `no horizontal scroll: ${what} (${content} of ${window} px)`);
}

async function picture(page, name, fullPage = true) {
  if (pictures) {
    await page.screenshot({ path: join(pictures, `${name}.png`), fullPage });
  }
}

/** What is seen without scrolling, as in the documentation. */
async function top(page, name) {
  await page.evaluate(() => {
    document.activeElement.blur();
    scrollTo(0, 0);
  });
  await picture(page, name, false);
}

const text = (page, selector) => page.locator(selector).innerText();

async function changes(page, selector, seconds = 15) {
  const before = await text(page, selector);
  return page
    .waitForFunction(([at, old]) => document.querySelector(at).innerText !== old, [selector, before], {
      timeout: seconds * 1000,
    })
    .then(() => true, () => false);
}

if (pictures) {
  mkdirSync(pictures, { recursive: true });
}

// --- The figures, and that they are live ---

const page = await open();
await page.waitForFunction(() => document.querySelector("#chart .all") !== null, null, { timeout: 120_000 });
const status = await (await fetch(new URL("api/status", address))).json();
expect((await text(page, "h1")) === `Verdict ${status.model}`, "the model is named");
expect(/^0\.\d{4}$|^1\.0000$/.test(await text(page, "#f1")), `macro F1 is ${await text(page, "#f1")}`);
expect(/^95% [\d.]+ to [\d.]+, [\d,]+ labels$/.test(await text(page, "#f1-detail")), "its interval and labels are there");
expect((await text(page, "#champion")) === status.instance.champion, `the champion is ${status.instance.champion}`);
expect((await page.locator("#versions tr").count()) === status.versions.length, `${status.versions.length} versions`);
expect((await page.locator("#versions .badge").count()) > 1, "they have roles and fates");
expect(/\d/.test(await text(page, "#latency")), `latency is ${await text(page, "#latency")}, ${await text(page, "#latency-detail")}`);
expect((await page.locator("#decisions li").count()) > 0, "decisions are listed");
expect((await page.locator("#chart .band").count()) === 1, "the chart has its band");
expect((await page.locator("#chart .bound").count()) === 1, "the chart has the bound");
const marks = status.quality.swaps.filter((swap) => Date.parse(swap.at) >= status.quality.all[0].at).length;
expect((await page.locator("#chart .swap").count()) >= marks, `the chart marks ${marks} swaps`);
expect((await page.locator("#predictions tr").count()) > 0, "predictions are listed");
expect(/%$/m.test(await text(page, "#predictions tr:first-child .probability")), "they have probabilities");
if (status.throughput.predictions_per_second > 1) {
  expect(await changes(page, "#rate-detail"), "the count of predictions changes without a reload");
  expect(await changes(page, "#predictions tr:first-child .text"), "the last prediction changes");
}
await fits(page, "1440 px");
await picture(page, "light");
await accessible(page, "light, 1440 px");

// --- The box ---

await page.fill("#text", "I love it, it works perfectly and feels solid.");
await page.click("#classify");
await page.waitForSelector("#answer strong");
const classes = Object.keys(status.quality.windows[0]?.per_class ?? {});
expect(classes.includes(await text(page, "#answer strong")), `the box predicts: ${await text(page, "#answer p:first-child")}`);
const shares = await page.locator("#answer .probability .number").allInnerTexts();
const sum = shares.reduce((all, share) => all + Number.parseFloat(share), 0);
expect(Math.abs(sum - 100) < 0.5, `its probabilities are ${shares.join(", ")}`);
expect(/\d+ tokens/.test(await text(page, "#answer .note")), await text(page, "#answer .note"));
await picture(page, "light-box");
await top(page, "status-light");
await accessible(page, "with an answer");
await page.fill("#text", "x".repeat(status.instance.max_text_bytes + 1));
await page.click("#classify");
expect(/longer than/.test(await text(page, "#answer .fault")), "a text that is too long is refused in a sentence");
await page.fill("#text", "  ");
await page.click("#classify");
expect(/Type something/.test(await text(page, "#answer .fault")), "so is a blank one");

// --- The keyboard alone ---

await page.reload();
await page.waitForFunction(() => document.querySelector("#chart .all") !== null);
const focus = () =>
  page.evaluate(() => {
    const at = document.activeElement;
    const style = getComputedStyle(at);
    return {
      id: at.id || at.className || at.tagName,
      ring: style.outlineStyle !== "none" && Number.parseFloat(style.outlineWidth) >= 2,
    };
  });
await page.keyboard.press("Tab");
expect((await focus()).id === "skip", "the first stop is the skip link");
await page.keyboard.press("Enter");
expect((await focus()).id === "main", "which leads to the figures");
const stops = [];
let ringless = [];
for (let i = 0; i < 12; i++) {
  await page.keyboard.press("Tab");
  const at = await focus();
  stops.push(at.id);
  if (!at.ring && at.id !== "BODY") {
    ringless.push(at.id);
  }
}
const wanted = ["chart", "text", "classify", "whole"];
expect(wanted.every((id) => stops.includes(id)), `Tab reaches ${wanted.join(", ")} (${stops.join(" ")})`);
expect(ringless.length === 0, `every stop has a focus ring${ringless.length ? `, not ${ringless}` : ""}`);
await page.focus("#chart");
const newest = await page.getAttribute("#chart", "aria-valuetext");
await page.keyboard.press("Home");
const oldest = await page.getAttribute("#chart", "aria-valuetext");
expect(newest !== oldest && /macro F1 [\d.]+, 95%/.test(oldest), `arrow keys read the chart: ${oldest}`);
expect((await text(page, "#chart-reading")) === oldest, "what they read is shown");
await page.focus("#text");
await page.keyboard.type("The lid broke after a week and they refused a refund.");
await page.keyboard.press("Control+Enter");
await page.waitForSelector("#answer strong");
expect(true, `Ctrl+Enter classifies: ${await text(page, "#answer p:first-child")}`);
await page.focus("details summary");
await page.keyboard.press("Enter");
expect((await page.locator("#points tr:visible").count()) > 0, "the chart's figures are there as a table");
await accessible(page, "with tables open");
await picture(page, "light-tables");
await page.focus("#pause");
await page.keyboard.press("Space");
const frozen = await text(page, "#rate-detail");
await page.waitForFunction(() => document.querySelector("#connection").textContent === "Paused");
expect(!(await changes(page, "#rate-detail", 4)) && (await text(page, "#rate-detail")) === frozen, "Pause stops it");
await page.keyboard.press("Space");
if (status.throughput.predictions_per_second > 1) {
  expect(await changes(page, "#rate-detail"), "and lets it go on");
}

// --- The connection lost and found ---

complaintsCount = false;
await page.context().setOffline(true);
await page.waitForFunction(() => /Disconnected/.test(document.querySelector("#connection").textContent), null, { timeout: 15_000 });
expect(true, "a lost connection is told");
await picture(page, "light-disconnected", false);
await accessible(page, "disconnected");
await page.context().setOffline(false);
const back = await page
  .waitForFunction(() => document.querySelector("#connection").textContent === "Live", null, { timeout: 30_000 })
  .then(() => true, () => false);
expect(back, "and found again by itself");
complaintsCount = true;
await close(page);

// --- Dark, small, quiet ---

const dark = await open({ colorScheme: "dark" });
await dark.waitForSelector("#chart .all");
const luminance = await dark.evaluate(() => getComputedStyle(document.body).backgroundColor.match(/\d+/g).map(Number));
expect(Math.max(...luminance) < 60, `dark has a dark ground (${luminance})`);
await picture(dark, "dark");
await dark.fill("#text", "It broke within a week. The zipper snagged and it feels useless.");
await dark.click("#classify");
await dark.waitForSelector("#answer strong");
await top(dark, "status-dark");
await accessible(dark, "dark, 1440 px");
await close(dark);

for (const colorScheme of ["light", "dark"]) {
  const phone = await open({ viewport: PHONE, colorScheme });
  await phone.waitForSelector("#chart .all");
  await fits(phone, `${PHONE.width} px, ${colorScheme}`);
  await phone.click("details summary");
  await phone.fill("#text", "Boils fast.");
  await phone.click("#classify");
  await phone.waitForSelector("#answer strong");
  await fits(phone, `${PHONE.width} px, tables open, ${colorScheme}`);
  await accessible(phone, `${PHONE.width} px, ${colorScheme}`);
  await picture(phone, `${colorScheme}-phone`);
  await close(phone);
}

const quiet = await open({ reducedMotion: "reduce" });
expect(
  (await quiet.evaluate(() => getComputedStyle(document.querySelector("#pulse")).animationName)) === "none",
  "nothing moves for who wants no motion",
);
await close(quiet);

// --- Texts as they come ---

const HOSTILE = [
  '<img src=x onerror="globalThis.hacked = 1"><script>globalThis.hacked = 1</script>',
  "המוצר הזה מצוין, אני ממליץ עליו בחום לכולם!",
  "Best 👩‍👩‍👧‍👦 gift ever 🎉🎉🎉 العلبة وصلت مكسورة",
  "x".repeat(600),
  "One line\nand another\n\nand, after a gap, a third.",
];
function hostile(changed) {
  changed.model = "<b>reviews</b>";
  changed.predictions.last = HOSTILE.map((each, i) => ({
    ...changed.predictions.last[0],
    id: `h${i}`,
    text: each,
    label: i === 3 ? "a-class-with-a-name-that-goes-on-and-on-and-on" : changed.predictions.last[0].label,
    actual: i % 2 ? "positive" : undefined,
    shortened: i === 3,
    truncated: i === 3,
    seen_in_training: i === 3,
  }));
  changed.versions[0].fate = { fate: "rolled_back", rule: "canary", reason: HOSTILE[0] + " " + "long".repeat(80), at: changed.time };
  changed.decisions.unshift({ decision: "explain", rule: "f1", version: "v000003-cf2a1fd2", reason: HOSTILE[1], at: changed.time });
  changed.dead_letters = {
    total: 12_345_678,
    by_reason: [{ stage: "decode", reason: "not_json", count: 12_345_670 }, { stage: "decode", reason: "unknown_label", count: 8 }],
    last: [{ topic: "t".repeat(180), partition: 3, offset: 12_345_678_901, stage: "decode", reason: "not_json", message: HOSTILE[0], at: changed.time }],
  };
}
const odd = await open({ change: hostile });
await odd.waitForSelector("#predictions tr");
expect((await odd.evaluate(() => globalThis.hacked)) === undefined, "markup in texts does nothing");
expect((await odd.locator("#predictions .text").first().innerText()) === HOSTILE[0], "and is shown as it came");
await accessible(odd, "odd texts");
await odd.click("#whole");
await picture(odd, "light-odd");
await fits(odd, "odd texts, 1440 px");
await close(odd);
const oddPhone = await open({ change: hostile, viewport: PHONE, colorScheme: "dark" });
await oddPhone.waitForSelector("#predictions tr");
await fits(oddPhone, `odd texts, ${PHONE.width} px`);
await picture(oddPhone, "dark-phone-odd");
await close(oddPhone);

// --- Before there is anything ---

function empty(changed) {
  changed.instance.not_ready = "no champion is published yet";
  delete changed.instance.champion;
  changed.topics.reading = "starting";
  Object.assign(changed.quality, { all: [], versions: [], windows: [], swaps: [] });
  changed.versions = [];
  changed.retraining = { runs: [{ run_id: "reviews/bootstrap", request_id: "bootstrap", state: "running", ended: false, detail: "train", progress: 0.34, eta_seconds: 12, validation_macro_f1: 0.61, updated_at: changed.time }] };
  changed.decisions = [];
  changed.throughput = { reviews_per_second: 0, predictions_per_second: 0, labels_per_second: 0, reviews: 0, predictions: 0, labels: 0, predictions_per_second_history: [] };
  changed.predictions.last = [];
  changed.dead_letters = { total: 0, by_reason: [], last: [] };
}
for (const [name, options] of [["light-empty", {}], ["dark-phone-empty", { viewport: PHONE, colorScheme: "dark" }]]) {
  const before = await open({ change: empty, ...options });
  expect((await before.locator("#notice").innerText()).includes("no champion is published yet"), `${name}: says why nothing is classified`);
  expect((await before.locator(".empty:visible").count()) === 5, `${name}: each part says that it is empty`);
  await accessible(before, name);
  await fits(before, name);
  await picture(before, name);
  await close(before);
}

expect(complaints.length === 0, `the browser has nothing to complain of${complaints.map((each) => `\n         ${each}`).join("")}`);
expect(!faults.some((each) => each.startsWith("asked for")), "no request left the host");
await browser.close();
if (faults.length > 0) {
  console.error(`${faults.length} faults\n${faults.join("\n")}`);
  process.exit(1);
}
