// The page of a run: follows its events from the first, so that nothing is lost by a reload or a broken connection.
import { all, ask, fill, find, number } from "./frame.js";

const live = find(".live"), { run, seconds } = live.dataset, words = live.dataset;
const states = Object.fromEntries(words.states.split("|").filter(Boolean).map((each) => each.split(/=(.*)/s)));
const letters = find("svg[data-letters]").dataset.letters.trim().split(" ").map((each) => each.split(":"));
const lots = all("svg[data-letters] .lot"), told = [], chart = find("#chart");
const points = (millipoints) => number(millipoints / 1000);
const text = (id, value) => { const element = find(id); if (element) element.textContent = value; };
let began = Date.parse(words.since), hasBegun = false, ended = words.ended === "yes", shown = null, drawing = 0, looking = false, again = false;

/** Every lot in the colour of its tenant's sector; only lots that changed are touched. */
function paint(best) {
  best.lots.forEach((sector, at) => {
    const lot = lots[at], was = lot.dataset.now ?? "-1";
    if (was === String(sector)) return;
    if (was !== "-1") lot.classList.remove("s" + letters[was][0]);
    if (sector >= 0) lot.classList.add("s" + letters[sector][0]);
    lot.dataset.now = sector;
    const letter = find(".l", lot);
    if (letter) letter.textContent = sector < 0 ? "" : letters[sector][1];
  });
  text("#granted", number(best.granted));
  text("#filled", fill(words.filling, { lots: number(best.granted), applicants: number(best.applicants), jobs: number(best.jobs) }));
}

/** Asks for the best plan, one question at a time and at most one a second. */
async function look() {
  if (looking) { again = true; return; }
  looking = true;
  try {
    const answer = await ask(`/runs/${run}/best.json`);
    if (answer.ok) paint(await answer.json());
  } catch { again = true; }
  setTimeout(() => { looking = false; if (again) { again = false; look(); } }, 1000);
}

const LEFT = 84, RIGHT = 706, TOP = 14, FOOT = 292;

function draw() {
  drawing = 0;
  const known = told.filter((each) => each.value !== null);
  if (!known.length) return;
  const last = told.at(-1), best = last.value;
  const bounds = told.filter((each) => each.bound !== null).map((each) => each.bound);
  const high = bounds.length ? Math.max(best, Math.min(Math.max(...bounds), best * 1.12)) : best * 1.02;
  const low = Math.max(known[0].value, best - Math.max((high - best) * 4, best * 0.06));
  const room = Math.max((high - low) * 0.06, 1), floor = low - room, roof = high + room;
  const span = Math.max(seconds ? Math.min(seconds * 1000, last.ms * 1.6) : last.ms, last.ms, 1000);
  const x = (ms) => LEFT + (RIGHT - LEFT) * Math.min(ms / span, 1);
  const y = (value) => FOOT - (FOOT - TOP) * (Math.min(Math.max(value, floor), roof) - floor) / (roof - floor);
  const path = (name) => {
    let line = "", at = null;
    for (const each of told) {
      if (each[name] === null) continue;
      line += at === null ? `M${x(each.ms)} ${y(each[name])}` : `H${x(each.ms)}V${y(each[name])}`;
      at = each[name];
    }
    return line && line + `H${x(last.ms)}`;
  };
  const parts = [];
  for (let step = 0; step <= 4; step += 1) {
    const value = floor + (roof - floor) * step / 4;
    parts.push(`<path class="grid" d="M${LEFT} ${y(value)}H${RIGHT}"/><text class="soft-text" x="${LEFT - 8}" y="${y(value) + 4}" text-anchor="end">${points(value)}</text>`);
    const ms = span * step / 4;
    parts.push(`<text class="soft-text" x="${x(ms)}" y="318" text-anchor="middle">${number(ms / 1000, span < 8000 ? 1 : 0)} s</text>`);
  }
  parts.push(`<path class="bound-path" d="${path("bound")}"/><path class="value-path" d="${path("value")}"/>`);
  chart.innerHTML = parts.join("");
  const gap = last.bound === null ? "–" : percent(last);
  chart.setAttribute("aria-label", fill(words.chart, { value: points(best), bound: last.bound === null ? "–" : points(last.bound), gap }));
}

/** Rounded up, so that it never sounds smaller than it is. */
function percent({ value, bound }) {
  const hundredths = Math.max(0, Math.ceil((bound - value) / value * 10000 - 1e-9));
  return number(hundredths / 100, 2, hundredths && 2) + "\u00a0%";
}

function hear(kind, data) {
  if (kind === "progress" || data.value_millipoints) {
    const before = told.at(-1);
    const ms = Math.max(Date.parse(data.at) - began, data.elapsed_ms ?? 0, before ? before.ms : 0);
    const value = Math.max(data.value_millipoints ?? -1, before?.value ?? -1);
    const bound = Math.min(data.bound_millipoints ?? Infinity, before?.bound ?? Infinity);
    told.push({ ms, value: value < 0 ? null : value, bound: bound === Infinity ? null : bound });
    const now = told.at(-1);
    if (!ended) {
      if (now.value !== null) text("#value", points(now.value));
      if (now.bound !== null) text("#bound", points(now.bound));
      if (now.value !== null && now.bound !== null) text("#gap", percent(now));
    }
    drawing ||= requestAnimationFrame(draw);
    if (now.value !== shown) { shown = now.value; if (!ended) look(); }
  } else {
    if (kind === "started" && !hasBegun) { began = Date.parse(data.at); hasBegun = true; find("#state").firstElementChild.classList.replace("queued", "running"); }
    if (kind in states && !ended) text("#elapsed", states[kind]);
    if (kind === "stopping") { const button = find("#stop button"); if (button) button.disabled = true; }
  }
}

function follow() {
  const source = new EventSource(`/v1/runs/${run}/events`);
  const lost = find("#lost");
  source.onopen = () => { if (!lost.hidden) { lost.hidden = true; } };
  for (const kind of ["queued", "started", "progress", "stopping", "done", "failed", "cancelled"]) {
    source.addEventListener(kind, (event) => {
      const number = +event.lastEventId;
      if (number <= follow.last) return;
      follow.last = number;
      hear(kind, JSON.parse(event.data));
      if (!["done", "failed", "cancelled"].includes(kind)) return;
      source.close();
      if (ended) look(); else location.reload();
    });
  }
  source.onerror = () => {
    if (ended) return;
    lost.textContent = words.lost;
    lost.hidden = false;
    if (source.readyState !== EventSource.CLOSED) return;
    // Refused for good: perhaps the service is starting again, or the session has ended.
    setTimeout(async () => {
      try { await ask(`/runs/${run}/best.json`); } catch { /* it is still away */ }
      follow();
    }, 2000);
  };
}
follow.last = 0;

function tick() {
  const gone = (Date.now() - began) / 1000, bar = find("#time");
  if (!bar || !hasBegun) return;
  if (seconds) bar.value = Math.min(100, 100 * gone / seconds);
  if (find("#lost").hidden) text("#elapsed", fill(words.elapsed, { seconds: number(Math.max(0, gone)) }));
}

follow();
if (!ended) setInterval(tick, 1000);
