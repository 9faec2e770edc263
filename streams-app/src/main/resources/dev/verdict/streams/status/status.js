// Asks for the status once a second and shows it. It goes on by itself when the connection was lost.
import { Chart, shortVersion, summary, telling } from "./chart.js";
import {
  bar, brief, cell, count, drawn, duration, element, foreign, interval, percent, rate, rowHeader,
  score, show, time, timeElement, write,
} from "./dom.js";

const PERIOD = 1000;
const LONGEST_PAUSE = 10_000;
const PATIENCE = 8000;
const TABLE_ROWS = 24;

const $ = (id) => document.getElementById(id);
const chart = new Chart($("chart"), $("chart-reading"));

let paused = false;
let failures = 0;
let timer = 0;
let startedAt = "";
let lastAnswer = 0;
let maxTextBytes = Infinity;
const history = { all: new Map(), versions: new Map() };

// --- Asking ---

async function ask() {
  clearTimeout(timer);
  try {
    const response = await fetch(`api/status?since=${newest()}`, {
      cache: "no-store",
      signal: AbortSignal.timeout(PATIENCE),
    });
    if (!response.ok) {
      throw new Error(`status ${response.status}`);
    }
    const status = await response.json();
    if (status.instance.started_at !== startedAt && startedAt !== "") {
      // Another process answers: what it has forgotten or learned since is asked for anew.
      startedAt = "";
      history.all.clear();
      history.versions.clear();
      return ask();
    }
    startedAt = status.instance.started_at;
    failures = 0;
    lastAnswer = Date.now();
    render(status);
    connected(true);
  } catch {
    failures += 1;
    connected(false);
  }
  schedule();
}

function schedule() {
  clearTimeout(timer);
  if (!paused && !document.hidden) {
    timer = setTimeout(ask, failures === 0 ? PERIOD : Math.min(LONGEST_PAUSE, PERIOD * 2 ** Math.min(failures, 4)));
  }
}

function newest() {
  let last = 0;
  for (const point of history.all.values()) {
    last = Math.max(last, point.at);
  }
  return last;
}

function connected(is) {
  document.body.classList.toggle("stale", !is && lastAnswer > 0);
  $("pulse").className = `pulse ${paused ? "" : is ? "live" : "lost"}`;
  write($("connection"), paused ? "Paused" : is ? "Live" : "Disconnected, trying again");
  write($("updated"), lastAnswer === 0 ? "" : `as of ${time(lastAnswer)}`);
}

$("pause").addEventListener("click", () => {
  paused = !paused;
  $("pause").setAttribute("aria-pressed", String(paused));
  connected(failures === 0);
  if (paused) {
    schedule();
  } else {
    ask();
  }
});

document.addEventListener("visibilitychange", () => {
  if (document.hidden) {
    schedule();
  } else if (!paused) {
    ask();
  }
});

$("whole").addEventListener("click", () => {
  const whole = $("predictions-table").classList.toggle("whole");
  $("whole").setAttribute("aria-pressed", String(whole));
});

// --- Scores ---

/** Adds the points of an answer to those that are known; a step's newer point takes its place. */
function remember(quality) {
  const step = quality.step_seconds * 1000;
  const oldest = Date.now() - quality.history_seconds * 1000;
  const add = (points, into) => {
    for (const point of points) {
      into.set(Math.floor(point.at / step), point);
    }
    let last = 0;
    for (const point of into.values()) {
      last = Math.max(last, point.at);
    }
    for (const [key, point] of into) {
      if (point.at < Math.min(oldest, last - quality.history_seconds * 1000)) {
        into.delete(key);
      }
    }
    return [...into.values()].sort((one, other) => one.at - other.at);
  };
  const versions = quality.versions.map(({ version, points }) => {
    const known = history.versions.get(version) ?? new Map();
    history.versions.set(version, known);
    return { version, points: add(points, known) };
  });
  return { ...quality, all: add(quality.all, history.all), versions };
}

function renderScores(quality, champion) {
  const deciding = quality.windows.find((each) => each.decides);
  const any = telling(quality.all).length > 0;
  $("chart").hidden = !any;
  $("chart-empty").hidden = any;
  $("legend").hidden = !any;
  $("figures").hidden = quality.all.length === 0;
  write($("chart-summary"), summary(quality));
  chart.update(quality, champion);
  if (deciding) {
    write($("f1"), score(deciding.macro_f1));
    write(
      $("f1-detail"),
      `95% ${interval(deciding.interval)}, ${count(deciding.labels)} labels`,
    );
  } else {
    write($("f1"), "–");
    write($("f1-detail"), "no labels yet");
  }

  const every = Math.max(1, Math.ceil(quality.all.length / TABLE_ROWS));
  const rows = quality.all.filter((_, i) => (quality.all.length - 1 - i) % every === 0).reverse();
  show($("points"), rows, () =>
    rows.map((point) =>
      element("tr", "", rowHeader("", time(point.at)), cell("number", "", score(point.macro_f1)),
        cell("number", "", interval(point)), cell("number", "", count(point.labels)))));
  const classes = Object.entries(deciding?.per_class ?? {});
  write($("classes-caption"), deciding ? `By class, ${deciding.window}` : "By class");
  show($("classes"), classes, () =>
    classes.map(([name, each]) =>
      element("tr", "", rowHeader("", foreign("span", "", name)), cell("number", "", brief(each.precision)),
        cell("number", "", brief(each.recall)), cell("number", "", brief(each.f1)),
        cell("number", "", count(each.support)))));
  show($("windows"), quality.windows, () =>
    quality.windows.map((each) =>
      element("tr", "", rowHeader("", each.window), cell("number", "", score(each.macro_f1)),
        cell("number", "", interval(each.interval)), cell("number", "", count(each.labels)))));
}

// --- The head and the tiles ---

const ROLES = {
  champion: ["champion", "good"],
  previous: ["previous", ""],
  challenger: ["challenger", "info"],
  canary: ["canary", "warn"],
  pinned: ["pinned", "warn"],
  rejected: ["last rejected", ""],
};

const FATES = {
  promoted: ["Promoted", "good"],
  confirmed: ["Confirmed", "good"],
  restored: ["Restored", "good"],
  challenger: ["On trial in shadow", "info"],
  canary: ["On trial as canary", "warn"],
  pinned: ["Pinned", "warn"],
  unpinned: ["Unpinned", ""],
  rolled_back: ["Rolled back", "bad"],
  rejected: ["Rejected", "bad"],
  replaced: ["Replaced", ""],
};

const RUN_STATES = {
  accepted: ["Accepted", "info"],
  running: ["Running", "info"],
  published: ["Published", "good"],
  rejected: ["Rejected", "bad"],
  failed: ["Failed", "bad"],
  skipped: ["Skipped", ""],
};

const DECISIONS = {
  retrain: ["Retrain", "warn"],
  explain: ["Explain", "info"],
  promote: ["Promote", "good"],
  confirm: ["Confirm", "good"],
  challenge: ["Challenge", "info"],
  canary: ["Canary", "warn"],
  keep: ["Keep champion", ""],
  reject: ["Reject", "bad"],
  end: ["Trial ended", ""],
  rollback: ["Roll back", "bad"],
  refuse: ["Refuse", "bad"],
  pin: ["Pin", "warn"],
  unpin: ["Unpin", ""],
};

const RULES = {
  paired_bootstrap_of_macro_f1_on_holdout: "by the gate",
  first_champion: "by the gate",
  manual: "by hand",
  challenger: "by its trial",
  canary: "by its trial",
  f1: "by F1",
  drift: "by drift",
  schedule: "by schedule",
};

function badge([text, kind]) {
  return element("span", `badge ${kind}`, text);
}

function words(name) {
  return String(name).replaceAll("_", " ");
}

function renderState(status) {
  const { instance, topics } = status;
  const reason = instance.not_ready;
  write($("model"), status.model);
  document.title = `${status.model} – Verdict`;
  const state = $("state");
  state.className = `state ${reason ? "warn" : "good"}`;
  write(state, reason ? "Not ready" : "Serving");
  const notices = [];
  if (reason) {
    notices.push(`This instance classifies nothing now: ${reason}.`);
  }
  if (topics.reading === "failed") {
    notices.push(`The topics cannot be read, so scores and versions may be old: ${topics.fault}`);
  }
  $("notice").hidden = notices.length === 0;
  $("notice").className = `notice ${topics.reading === "failed" ? "bad" : ""}`;
  write($("notice"), notices.join(" "));
  write($("started"), `, which started at ${time(instance.started_at)}`);
}

function renderTiles(status) {
  const { throughput, dead_letters: dead, instance, versions } = status;
  const serving = versions.find((each) => each.version === instance.champion);
  write($("champion"), instance.champion ?? "none yet");
  write(
    $("champion-detail"),
    serving?.live
      ? `${serving.roles.includes("canary") ? "canary, " : ""}own F1 ${brief(serving.live.macro_f1)}, ${count(serving.live.labels)} labels`
      : instance.champion ? "no labels of its own yet" : "trained on the first labels",
  );
  write($("rate"), rate(throughput.predictions_per_second));
  write($("rate-detail"), `${count(throughput.predictions)} in all, ${rate(throughput.labels_per_second)} labels/s`);
  const history = throughput.predictions_per_second_history;
  show($("spark"), history, () => {
    const top = Math.max(...history, 1e-9) * 1.05;
    const line = history.map((each, i) =>
      `${i ? "L" : "M"}${((i / Math.max(1, history.length - 1)) * 100).toFixed(2)},${(23 - (each / top) * 22).toFixed(2)}`);
    return line.length > 1 ? [drawn("path", { d: line.join("") })] : [];
  });
  const { latency } = throughput;
  show($("latency"), latency ?? null, () =>
    latency ? [element("small", "", "p50 "), duration(latency.p50)] : ["–"]);
  write(
    $("latency-detail"),
    latency ? `p95 ${duration(latency.p95)}, p99 ${duration(latency.p99)}` : "from a review to its prediction",
  );
  write($("dead"), count(dead.total));
  write(
    $("dead-detail"),
    dead.total === 0 ? "since the start" : `mostly ${words(dead.by_reason[0].reason)}`,
  );
}

// --- Versions, training, decisions ---

function replacedAt(version, swaps) {
  const i = swaps.findLastIndex((swap) => swap.version === version.version);
  return i >= 0 && i + 1 < swaps.length ? swaps[i + 1] : undefined;
}

function renderVersions(status) {
  const { versions } = status;
  const { swaps } = status.quality;
  $("versions-table").hidden = versions.length === 0;
  $("versions-empty").hidden = versions.length > 0;
  show($("versions"), [versions, swaps], () =>
    versions.map((version) => {
      const badges = element("span", "badges", ...version.roles.map((role) => badge(ROLES[role] ?? [role, ""])));
      const fate = element("td", "");
      const decided = version.fate;
      if (decided) {
        fate.append(badge(FATES[decided.fate] ?? [words(decided.fate), ""]), " ", timeElement(decided.at));
        const next = replacedAt(version, swaps);
        if (next && !version.roles.includes("champion") && ["promoted", "confirmed", "restored", "pinned"].includes(decided.fate)) {
          fate.append(element("span", "muted", `, replaced by ${shortVersion(next.version)} at ${time(next.at)}`));
        }
        fate.append(element("span", "reason", `${decided.rule === "manual" ? "By hand: " : ""}${decided.reason ?? ""}`));
      } else {
        fate.append(element("span", "muted", `Published ${time(version.created_at)}`));
      }
      if (version.refused) {
        fate.append(badge(["Refused here", "bad"]), element("span", "reason", `Refused by this instance: ${version.refused}`));
      }
      const live = version.live;
      return element(
        "tr", "",
        rowHeader("", element("span", "version", version.version), badges),
        fate,
        cell("number", "Held-out F1", version.held_out_macro_f1 === undefined ? "–" : score(version.held_out_macro_f1)),
        cell("number", "Live F1", ...(live
          ? [score(live.macro_f1), element("span", "by", interval(live))]
          : ["–"])),
      );
    }));
}

function renderRetraining({ phase, standing, runs }) {
  const badgeOfPhase = $("phase");
  badgeOfPhase.hidden = !phase;
  badgeOfPhase.className = `badge ${{ steady: "good", suspect: "warn", requested: "warn", training: "info" }[phase] ?? ""}`;
  write(badgeOfPhase, phase ?? "");
  const active = runs.find((run) => !run.ended);
  show($("run"), active ?? null, () => (active ? [training(active)] : []));
  show($("standing"), standing ?? null, () => (standing
    ? [element(
        "div", "standing",
        element("div", "head", element("span", "", "No request now"), timeElement(standing.at)),
        foreign("span", "reason", standing.reason ?? ""),
        standing.times > 1 ? element("span", "by", `${count(standing.times)} times since ${time(standing.since)}`) : "",
      )]
    : []));
  const ended = runs.filter((run) => run.ended);
  $("runs-empty").hidden = runs.length > 0;
  show($("runs"), ended, () =>
    ended.slice(0, 4).map((run) =>
      element(
        "li", "",
        element("div", "head", badge(RUN_STATES[run.state] ?? [run.state, ""]),
          element("span", "version", run.version ?? ""), timeElement(run.updated_at)),
        // Why a version was published is told beside it.
        foreign("span", "reason", run.state === "published" || !run.detail ? `request ${run.request_id}` : run.detail),
      )));
}

function training(run) {
  const progress = element("progress", "");
  progress.setAttribute("aria-label", "Training progress");
  if (run.progress !== undefined) {
    progress.max = 1;
    progress.value = run.progress;
  }
  const facts = [];
  if (run.progress !== undefined) {
    facts.push(percent(run.progress));
  }
  if (run.eta_seconds !== undefined) {
    facts.push(`${duration(Math.max(1, run.eta_seconds))} left`);
  }
  if (run.validation_macro_f1 !== undefined && run.validation_macro_f1 > 0) {
    facts.push(`validation macro F1 ${brief(run.validation_macro_f1)}`);
  }
  return element(
    "div", "training",
    element("div", "", badge(RUN_STATES[run.state] ?? [run.state, ""]), " ", foreign("span", "id", run.request_id)),
    progress,
    element("div", "detail", [facts.join(", "), run.detail].filter(Boolean).join(" – ")),
  );
}

function renderDecisions(decisions) {
  $("decisions-empty").hidden = decisions.length > 0;
  const newest = decisions.slice(0, 7);
  show($("decisions"), newest, () =>
    newest.map((each) => {
      const head = element("div", "head", badge(DECISIONS[each.decision] ?? [words(each.decision), ""]));
      if (each.version) {
        head.append(element("span", "version", shortVersion(each.version)));
      }
      if (each.rule) {
        head.append(element("span", "muted", RULES[each.rule] ?? words(each.rule)));
      }
      head.append(timeElement(each.at));
      return element("li", "", head, foreign("span", "reason", each.reason ?? ""));
    }));
}

// --- Predictions and dead letters ---

function probability(label, share, className) {
  return element(
    "div", "probability",
    foreign("span", "name", label), element("span", "number", percent(share)), bar(share, className));
}

function renderPredictions({ kept, last }) {
  $("predictions-table").hidden = last.length === 0;
  $("whole").hidden = last.length === 0;
  $("predictions-empty").hidden = last.length > 0;
  write($("predictions-empty"), kept === 0
    ? "Switched off by status.page.last.predictions=0."
    : "No predictions yet.");
  show($("predictions"), last, () =>
    last.map((each) => {
      const marks = [];
      if (each.truncated) {
        marks.push("text truncated");
      }
      if (each.seen_in_training) {
        marks.push("seen in training, not counted");
      }
      const label = element("td", "");
      if (each.actual === undefined) {
        label.append(element("span", "muted", "no label yet"));
      } else {
        const right = each.actual === each.label;
        const mark = element("span", `badge ${right ? "good" : "bad"}`, right ? "✓ " : "✗ ", foreign("bdi", "", each.actual));
        label.append(mark, element("span", "hidden-text", right ? " as predicted" : " not as predicted"));
      }
      const text = foreign("span", "text", each.shortened ? `${each.text}…` : each.text);
      return element(
        "tr", "",
        cell("time-and-version", "", timeElement(each.predicted_at), element("span", "by", shortVersion(each.version))),
        element("td", "", text),
        element("td", "", probability(each.label, each.probability, ""), ...marks.map((mark) => element("span", "by", mark))),
        label,
      );
    }));
}

function renderDeadLetters(dead) {
  $("reasons-table").hidden = dead.by_reason.length === 0;
  $("dead-empty").hidden = dead.by_reason.length > 0;
  show($("reasons"), dead.by_reason, () =>
    dead.by_reason.map((each) =>
      element("tr", "", rowHeader("", words(each.reason)), cell("", "", each.stage), cell("number", "", count(each.count)))));
  const letters = dead.last.slice(0, 4);
  show($("letters"), letters, () =>
    letters.map((each) =>
      element(
        "li", "",
        element("div", "head", element("span", "id", `${each.topic}-${each.partition}@${each.offset}`), timeElement(each.at)),
        foreign("span", "reason", each.message),
      )));
}

// --- The box ---

$("try").addEventListener("submit", async (event) => {
  event.preventDefault();
  const text = $("text").value;
  const answer = $("answer");
  if (text.trim() === "") {
    fault(answer, "Type something to classify.");
    $("text").focus();
    return;
  }
  if (new TextEncoder().encode(text).length > maxTextBytes) {
    fault(answer, `The text is longer than ${count(maxTextBytes)} bytes (review.max.text.bytes).`);
    return;
  }
  $("classify").setAttribute("aria-disabled", "true");
  try {
    const response = await fetch("api/classify", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ text }),
      signal: AbortSignal.timeout(2 * PATIENCE),
    });
    const body = await response.json();
    if (response.ok) {
      predicted(answer, body);
    } else {
      fault(answer, `${body.error}.`.replace(/[.]+$/, "."));
    }
  } catch {
    fault(answer, "No answer came. Is the streams app still running?");
  } finally {
    $("classify").removeAttribute("aria-disabled");
  }
});

$("text").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    $("try").requestSubmit();
  }
});

function fault(answer, sentence) {
  answer.replaceChildren(element("p", "fault", sentence));
}

function predicted(answer, body) {
  const classes = Object.entries(body.probabilities).sort((one, other) => other[1] - one[1]);
  const facts = [
    `${shortVersion(body.model_version)} in ${duration(body.milliseconds / 1000)}`,
    `${count(body.tokens)} tokens`,
  ];
  if (body.unknown_tokens > 0) {
    facts.push(`${count(body.unknown_tokens)} of them unknown to it`);
  }
  if (body.truncated) {
    facts.push("the rest was not read");
  }
  const sentence = element("p", "", "It reads as ", foreign("strong", "", body.label), `, ${percent(body.probability)}.`);
  answer.replaceChildren(
    sentence,
    element("div", "", ...classes.map(([label, share], i) => probability(label, share, i ? "other" : ""))),
    element("p", "note", `${facts.join(", ")}.`),
  );
}

// --- All of it ---

function render(status) {
  maxTextBytes = status.instance.max_text_bytes;
  status.quality = remember(status.quality);
  renderState(status);
  renderTiles(status);
  renderScores(status.quality, status.instance.champion);
  renderVersions(status);
  renderRetraining(status.retraining);
  renderDecisions(status.decisions);
  renderPredictions(status.predictions);
  renderDeadLetters(status.dead_letters);
}

ask();
