// The console's page: what the portal tells by server-sent events, as tables and plots. Text is only ever set as text.

const BASE = "/observe/console/";
const STAGES = ["assembling", "waiting", "calling", "answering"];
const KEPT_ENDED = 1200;
const ROWS = 200; // of a table at first, and with each "more"
const SPEAK_MILLIS = 30000;
const SVG = "http://www.w3.org/2000/svg";

const byId = (id) => document.getElementById(id);
const count = new Intl.NumberFormat("en");
const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const minuteClock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });

/** An element with a class and a text, or with children. */
function element(name, className, ...content) {
  const made = document.createElement(name);
  if (className) {
    made.className = className;
  }
  made.append(...content);
  return made;
}

function setText(node, text) {
  if (node.textContent !== text) {
    node.textContent = text;
  }
}

function bytes(value) {
  if (value < 1024) {
    return `${value} B`;
  }
  const units = ["KiB", "MiB", "GiB", "TiB"];
  let size = value;
  let unit = -1;
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024;
    unit++;
  }
  return `${size < 10 ? size.toFixed(1) : Math.round(size)} ${units[unit]}`;
}

function duration(millis) {
  const safe = Math.max(0, millis);
  if (safe < 1000) {
    return `${Math.round(safe)} ms`;
  }
  const seconds = safe / 1000;
  if (seconds < 60) {
    return `${seconds.toFixed(1)} s`;
  }
  const whole = Math.floor(seconds);
  return whole < 3600
    ? `${Math.floor(whole / 60)} m ${String(whole % 60).padStart(2, "0")} s`
    : `${Math.floor(whole / 3600)} h ${String(Math.floor((whole % 3600) / 60)).padStart(2, "0")} m`;
}

// ---- What is known

const open = new Map(); // by partition/id: {job, row, cells}
let ended = []; // the last first: {job, row}
let opened = 0;
let byState = {};
let minutes = [];
let skew = 0; // the portal's clock before this one, in milliseconds
let allSettings = [];

// ---- The filter

const form = byId("filter");
let wanted = { state: "", client: "", code: "", id: "" };

function readFilter() {
  const given = new FormData(form);
  wanted = {
    state: String(given.get("state")),
    client: String(given.get("client")).trim(),
    code: String(given.get("code")).trim().toUpperCase(),
    id: String(given.get("id")).trim().toLowerCase(),
  };
  drawSoon();
}

function takes(job, state, coded) {
  return (
    (!wanted.state || wanted.state === state) &&
    (!wanted.client || job.client.includes(wanted.client)) &&
    (!wanted.code || coded) &&
    job.id.startsWith(wanted.id)
  );
}

const takesOpen = (job) => takes(job, job.state, false);
const takesEnded = (job) =>
  takes(job, job.ended, (job.code || "").startsWith(wanted.code) || String(job.status || "").startsWith(wanted.code));

form.addEventListener("input", readFilter);
form.addEventListener("reset", () => setTimeout(readFilter));
form.addEventListener("submit", (event) => event.preventDefault());

// ---- Rows

function request(job) {
  const cell = element("td", "mono", `${job.method} ${job.path}`.trim() || "unknown");
  cell.title = cell.textContent;
  return cell;
}

function idCell(job) {
  const cell = element("td", "mono", job.id);
  cell.title = job.id;
  return cell;
}

function openRow(entry) {
  const { job } = entry;
  const state = element("span", "state");
  const bar = document.createElement("progress");
  const chunks = element("span");
  const chunkCell = element("td", "c-bar");
  if (job.total_chunks > 0) {
    bar.max = job.total_chunks;
    chunkCell.append(bar);
  }
  chunkCell.append(chunks);
  const cells = {
    state,
    bar,
    chunks,
    bytes: element("td", "number"),
    tries: element("td", "number"),
    age: element("td", "number"),
  };
  entry.cells = cells;
  entry.row = element(
    "tr",
    "fresh",
    element("td", "", state),
    request(job),
    element("td", "", job.client),
    chunkCell,
    cells.bytes,
    cells.tries,
    cells.age,
    idCell(job),
    element("td", "c-act", cancelButton(job)),
  );
}

// ---- Cancelling, where the operator lets the console do so

const dialog = byId("cancel");
let toCancel = null;

function cancelButton(job) {
  const button = element("button", "", "Cancel");
  button.type = "button";
  button.setAttribute("aria-label", `Cancel job ${job.id}`);
  button.addEventListener("click", () => {
    toCancel = job;
    setText(byId("cancel-job"), `${job.method} ${job.path}, ${job.client}, ${job.id}`);
    dialog.showModal();
  });
  return button;
}

async function cancelJob(job) {
  let told;
  try {
    const answer = await fetch(`${BASE}jobs/${job.id}/cancel?partition=${job.partition}`, {
      method: "POST",
      headers: { "X-KafkaSend-Action": "cancel" },
    });
    told = answer.ok ? "is cancelled" : `is not cancelled: ${(await answer.text()).trim()}`;
  } catch {
    told = "may not be cancelled: no connection";
  }
  setText(byId("acted"), `Job ${job.id} ${told}`);
}

byId("cancel-keep").addEventListener("click", () => dialog.close());
byId("cancel-yes").addEventListener("click", () => {
  const job = toCancel;
  dialog.close();
  cancelJob(job);
});

const keyOf = (job) => `${job.partition}/${job.id}`;

function fillOpen(entry) {
  if (!entry.row) {
    openRow(entry);
  }
  const { job, cells } = entry;
  if (cells.state.className !== `state ${job.state}`) {
    cells.state.className = `state ${job.state}`;
  }
  setText(cells.state, job.state);
  const shown = job.total_chunks === 0 ? "no body" : `${job.chunks} of ${job.total_chunks}`;
  setText(cells.chunks, shown);
  if (job.total_chunks > 0) {
    cells.bar.value = job.chunks;
    cells.bar.setAttribute("aria-label", `${shown} chunks`);
  }
  const out = job.answer_bytes > 0 ? ` / ${bytes(job.answer_bytes)}` : "";
  setText(cells.bytes, bytes(job.bytes) + out);
  setText(cells.tries, job.attempts === 0 ? "" : String(job.attempts));
  setText(cells.age, duration(Date.now() + skew - job.since));
}

function outcome(job) {
  if (job.ended === "answered") {
    const kind = job.status < 400 ? "good" : job.status < 500 ? "warn" : "bad";
    return element("span", `state ${kind}`, String(job.status));
  }
  const kind = job.ended === "failed" ? "bad" : job.ended === "refused" ? "warn" : "";
  return element("span", `state ${kind}`, job.code || job.ended);
}

function stageBar(job) {
  const spent = STAGES.map((stage) => `${stage} ${duration(job.ms[stage])}`).join(", ");
  const bar = element("div", "stages");
  bar.setAttribute("role", "img");
  bar.setAttribute("aria-label", spent);
  bar.title = spent;
  for (const stage of STAGES) {
    if (job.ms[stage] > 0) {
      const part = element("span", `s-${stage}`);
      part.style.flexGrow = String(job.ms[stage]);
      bar.append(part);
    }
  }
  return bar;
}

function endedRow(job) {
  const state = element("td", "", outcome(job));
  state.title = job.code || job.ended;
  return element(
    "tr",
    "fresh",
    element("td", "", clock.format(job.at)),
    state,
    request(job),
    element("td", "", job.client),
    element("td", "", job.ended === "refused" ? "" : stageBar(job)),
    element("td", "number", job.ended === "refused" ? "" : duration(job.ms.total)),
    element("td", "number", `${bytes(job.bytes_in)} / ${bytes(job.bytes_out)}`),
    idCell(job),
  );
}

/** Has a table body hold these rows in this order, and touches only what is not in its place. */
function arrange(body, rows) {
  const kept = new Set(rows);
  for (const row of [...body.children]) {
    if (!kept.has(row)) {
      row.remove(); // first: or each row behind it would be moved
    }
  }
  const focused = body.contains(document.activeElement) ? document.activeElement : null;
  let at = body.firstChild;
  for (const row of rows) {
    if (at === row) {
      at = at.nextSibling;
    } else {
      body.insertBefore(row, at);
    }
  }
  if (focused && document.activeElement !== focused) {
    focused.focus({ preventScroll: true }); // a row that is moved loses it
  }
}

// ---- Drawing

let drawing = false;
const most = { now: ROWS, ended: ROWS };

for (const table of Object.keys(most)) {
  byId(`${table}-more`).addEventListener("click", () => {
    most[table] += ROWS;
    drawSoon();
  });
}

function drawSoon() {
  if (!drawing) {
    drawing = true;
    requestAnimationFrame(() => {
      drawing = false;
      drawJobs();
    });
  }
}

const nowBody = byId("now-table").tBodies[0];
const endedBody = byId("ended-table").tBodies[0];

function drawJobs() {
  const shown = [...open.values()]
    .filter((entry) => takesOpen(entry.job))
    .sort(
      (a, b) =>
        STAGES.indexOf(b.job.state) - STAGES.indexOf(a.job.state) ||
        a.job.since - b.job.since ||
        (a.key < b.key ? -1 : 1),
    );
  const listed = shown.slice(0, most.now);
  listed.forEach(fillOpen);
  arrange(nowBody, listed.map((entry) => entry.row));
  byId("now-more").hidden = shown.length <= most.now;
  const rest = opened - open.size;
  setText(
    byId("now-count"),
    `${count.format(shown.length)} of ${count.format(opened)} jobs` +
      (rest > 0 ? `; ${count.format(rest)} more are not listed` : ""),
  );
  const found = ended.filter((entry) => takesEnded(entry.job));
  const last = found.slice(0, most.ended);
  for (const entry of last) {
    entry.row ??= endedRow(entry.job);
  }
  arrange(endedBody, last.map((entry) => entry.row));
  byId("ended-more").hidden = found.length <= most.ended;
  setText(byId("ended-count"), `${count.format(found.length)} of the last ${count.format(ended.length)}`);
  drawTiles();
}

const tiles = new Map();

function tile(name, title, value) {
  if (!tiles.has(name)) {
    const figure = element("dd");
    byId("tiles").append(element("div", `t-${name}`, element("dt", "", title), figure));
    tiles.set(name, figure);
  }
  setText(tiles.get(name), count.format(value));
}

function failedLately() {
  return minutes.slice(-5).reduce((sum, minute) => sum + minute.failed + minute.api_errors, 0);
}

function drawTiles() {
  for (const stage of STAGES) {
    tile(stage, stage, byState[stage] || 0);
  }
  tile("failing", "failed, last 5 min", failedLately());
}

function drawAges() {
  if (document.hidden || paused) {
    return;
  }
  for (const row of open.values()) {
    if (row.row?.isConnected) {
      setText(row.cells.age, duration(Date.now() + skew - row.job.since));
    }
  }
}

function svg(name, attributes, text) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) {
    made.setAttribute(key, String(value));
  }
  if (text !== undefined) {
    made.textContent = text;
  }
  return made;
}

/** A step of 1, 2 or 5 that covers the value. */
function ceiling(value) {
  let step = 1;
  for (;;) {
    for (const factor of [1, 2, 5]) {
      if (step * factor >= value) {
        return step * factor;
      }
    }
    step *= 10;
  }
}

/** A bar for each minute, of parts that stand on one another. */
function plot(into, title, parts) {
  const width = 640;
  const height = 128;
  const left = 34;
  const bottom = 16;
  const top = 8;
  const sums = minutes.map((minute) => parts.reduce((sum, part) => sum + minute[part.count], 0));
  const greatest = ceiling(Math.max(1, ...sums));
  const y = (value) => height - bottom - (value / greatest) * (height - bottom - top);
  const step = (width - left) / Math.max(1, minutes.length);
  const total = sums.reduce((sum, value) => sum + value, 0);
  const peak = sums.indexOf(Math.max(...sums));
  const words =
    `${title}: ${count.format(total)} in the last hour` +
    (total > 0 ? `, most at ${minuteClock.format(minutes[peak].at)} with ${count.format(sums[peak])}` : "");
  const picture = svg("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": words });
  for (const value of [0, greatest]) {
    picture.append(svg("line", { class: "grid", x1: left, x2: width, y1: y(value), y2: y(value) }));
    picture.append(svg("text", { x: left - 4, y: y(value) + 3, "text-anchor": "end" }, count.format(value)));
  }
  minutes.forEach((minute, place) => {
    let from = 0;
    for (const part of parts) {
      const value = minute[part.count];
      if (value > 0) {
        const bar = svg("rect", {
          class: part.className,
          x: left + place * step + 0.5,
          width: Math.max(1, step - 1),
          y: y(from + value),
          height: y(from) - y(from + value),
        });
        bar.append(svg("title", {}, `${minuteClock.format(minute.at)}: ${value} ${part.title}`));
        picture.append(bar);
        from += value;
      }
    }
    if (place % 15 === 0 && place < minutes.length - 5) {
      picture.append(svg("text", { x: left + place * step, y: height - 4 }, minuteClock.format(minute.at)));
    }
  });
  into.replaceChildren(picture);
}

function drawHour() {
  plot(byId("plot-answered"), "Answered", [{ count: "answered", className: "b-answered", title: "answered" }]);
  plot(byId("plot-errors"), "Not answered well", [
    { count: "api_errors", className: "b-api", title: "API 4xx, 5xx" },
    { count: "failed", className: "b-failed", title: "failed" },
    { count: "refused", className: "b-refused", title: "refused" },
  ]);
  const figures = ["answered", "api_errors", "failed", "cancelled", "refused"];
  byId("hour-table").tBodies[0].replaceChildren(
    ...[...minutes].reverse().map((minute) =>
      element(
        "tr",
        "",
        element("td", "", minuteClock.format(minute.at)),
        ...figures.map((figure) => element("td", "number", count.format(minute[figure]))),
        element("td", "number", bytes(minute.bytes_in)),
        element("td", "number", bytes(minute.bytes_out)),
      ),
    ),
  );
  drawTiles();
}

function drawPartitions(partitions) {
  const offset = (value) => element("td", "number", value < 0 ? "none yet" : count.format(value));
  byId("partition-table").tBodies[0].replaceChildren(
    ...partitions.map((each) =>
      element(
        "tr",
        "",
        element("td", "mono", `${each.topic}-${each.partition}`),
        offset(each.safe),
        offset(each.next),
        offset(each.open),
        offset(each.done_above),
        element("td", "number", each.oldest_seconds === undefined ? "" : duration(each.oldest_seconds * 1000)),
      ),
    ),
  );
}

function stepBox(step) {
  const title = step.description.split(":")[0] || step.id;
  const box = element(
    "div",
    "step",
    element("span", "name", title),
    element("span", "kind", title === step.id ? step.kind : `${step.id}, ${step.kind}`),
  );
  box.title = step.description;
  if (step.count !== undefined) {
    box.classList.toggle("busy", step.within > 0);
    box.classList.toggle("unused", step.count === 0);
    box.append(element("span", "count", count.format(step.count)));
    if (step.within > 0) {
      box.append(element("span", "within", `${count.format(step.within)} in it`));
    }
    if (step.failed > 0) {
      box.append(element("span", "failed", `${count.format(step.failed)} failed`));
    }
  }
  return box;
}

function stepList(steps) {
  return element(
    "ol",
    "steps",
    ...steps.map((step) => element("li", "", stepBox(step), ...(step.steps ? [stepList(step.steps)] : []))),
  );
}

function drawRoutes(routes) {
  byId("route-list").replaceChildren(
    ...routes.map((route) =>
      element(
        "div",
        "route",
        element("h3", "", route.id),
        element("p", "", `from ${route.from}, ${route.status || "not started"}`),
        stepList(route.steps),
      ),
    ),
  );
}

function drawSettings() {
  const all = byId("all-settings").checked;
  byId("setting-table").tBodies[0].replaceChildren(
    ...allSettings
      .filter((setting) => all || !setting.default)
      .map((setting) => {
        const name = element("td", "mono", setting.name);
        name.title = setting.text;
        return element("tr", "", name, element("td", "mono", setting.value === "" ? "(empty)" : setting.value));
      }),
  );
}

function mayAskFor(policy) {
  if (!policy.allowed) {
    return "nothing";
  }
  const narrowed = Object.entries(policy)
    .filter(([name]) => !["client", "key", "allowed"].includes(name))
    .map(([name, value]) => `${name.replaceAll("_", " ")}: ${Array.isArray(value) ? value.join(", ") || "none" : count.format(value)}`);
  return narrowed.length === 0 ? "whatever the settings allow" : narrowed.join("; ");
}

async function loadSettings() {
  const answer = await fetch(`${BASE}settings`);
  if (!answer.ok) {
    return;
  }
  const told = await answer.json();
  allSettings = told.settings;
  const acts = allSettings.some((setting) => setting.name === "PORTAL_CONSOLE_ACTIONS" && /^(true|1|yes|on)$/i.test(setting.value));
  document.body.classList.toggle("acts", acts);
  drawSettings();
  setText(byId("policy-note"), told.signatures ? "Signatures are looked at." : "Signatures are not looked at: every request is anonymous.");
  byId("policy-table").tBodies[0].replaceChildren(
    ...told.policies.map((policy) =>
      element(
        "tr",
        "",
        element("td", "mono", policy.client),
        element("td", "", policy.key ? "yes" : ""),
        element("td", "", mayAskFor(policy)),
      ),
    ),
  );
}

byId("all-settings").addEventListener("change", drawSettings);

// ---- What the portal tells

function takeJobs(told) {
  skew = told.now - Date.now();
  opened = told.open;
  byState = told.by_state;
  if (told.whole) {
    const listed = new Set(told.changed.map(keyOf));
    for (const key of [...open.keys()]) {
      if (!listed.has(key)) {
        open.delete(key); // those that stay keep their rows, and so the focus
      }
    }
    ended = [];
  }
  for (const key of told.gone) {
    open.delete(key);
  }
  for (const job of told.changed) {
    const entry = open.get(keyOf(job));
    if (entry) {
      entry.job = job;
    } else {
      open.set(keyOf(job), { job, key: keyOf(job), row: null, cells: null });
    }
  }
  const known = ended.length > 0 ? ended[0].job.number : 0;
  const fresh = told.ended.filter((job) => job.number > known).map((job) => ({ job, row: null }));
  ended = fresh.concat(ended).slice(0, KEPT_ENDED);
  drawSoon();
}

let source = null;
let paused = false;

function say(state, text) {
  const link = byId("link");
  link.className = `link ${state}`;
  setText(link, text);
}

function listen() {
  source = new EventSource(`${BASE}events`);
  source.addEventListener("open", () => {
    say("live", "live");
    loadSettings().catch(() => {});
  });
  source.addEventListener("error", () => {
    say("lost", "no connection");
    if (source && source.readyState === EventSource.CLOSED) {
      source = null; // the portal has refused it; a browser does not try again by itself
      setTimeout(() => paused || source || listen(), 3000);
    }
  });
  source.addEventListener("jobs", (event) => takeJobs(JSON.parse(event.data)));
  source.addEventListener("series", (event) => {
    minutes = JSON.parse(event.data).minutes;
    drawHour();
  });
  source.addEventListener("partitions", (event) => drawPartitions(JSON.parse(event.data).partitions));
  source.addEventListener("routes", (event) => drawRoutes(JSON.parse(event.data).routes));
}

byId("pause").addEventListener("click", () => {
  paused = !paused;
  byId("pause").setAttribute("aria-pressed", String(paused));
  if (paused) {
    source?.close();
    source = null;
    say("", `paused at ${clock.format(Date.now())}`);
  } else {
    listen();
  }
});

let spoken = 0;

function speak() {
  if (paused || Date.now() - spoken < SPEAK_MILLIS) {
    return;
  }
  spoken = Date.now();
  const lately = failedLately();
  setText(byId("spoken"), `${opened} jobs under way${lately > 0 ? `, ${lately} failed in the last five minutes` : ""}`);
}

drawTiles();
listen();
setInterval(drawAges, 1000);
setInterval(speak, 1000);
