// Runs that are watched, one or several on a page: each follows its events from the first, so that nothing is lost by
// a reload or a broken connection.
import { draw, percent, points } from "./chart.js";
import { all, ask, fill, find, number } from "./frame.js";

const KINDS = ["queued", "started", "progress", "stopping", "done", "failed", "cancelled"], ENDS = KINDS.slice(4);
const table = (text) => Object.fromEntries((text ?? "").split("|").filter(Boolean).map((each) => each.split(/=(.*)/s)));

function watch(live) {
  const words = live.dataset, { run, seconds } = words, states = table(words.states), names = table(words.names);
  const part = (name) => find(`[data-part=${name}]`, live), lost = part("lost"), chart = part("chart"), map = find("svg[data-letters]", live);
  const letters = map ? map.dataset.letters.trim().split(" ").map((each) => each.split(":")) : [];
  const lots = map ? all(".lot", map) : [], told = [];
  const text = (name, value) => { const element = part(name); if (element) element.textContent = value; };
  let began = Date.parse(words.since), hasBegun = false, ended = words.ended === "yes", last = 0, stage = 0;
  let shown = null, drawing = 0, looking = false, again = false;

  /** Every lot in the colour of its tenant's sector; only lots that changed are touched. */
  function paint(best) {
    best.lots.forEach((sector, at) => {
      const lot = lots[at], was = lot?.dataset.now ?? "-1";
      if (!lot || was === String(sector)) return;
      if (was !== "-1") lot.classList.remove("s" + letters[was][0]);
      if (sector >= 0) lot.classList.add("s" + letters[sector][0]);
      lot.dataset.now = sector;
      const letter = find(".l", lot);
      if (letter) letter.textContent = sector < 0 ? "" : letters[sector][1];
    });
    text("granted", number(best.granted));
    text("filled", fill(words.filling, { lots: number(best.granted), applicants: number(best.applicants), jobs: number(best.jobs) }));
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

  /** A moment of the run, or of the stage under way: each stage has a chart of its own. */
  function note(data) {
    const seen = data.stage ?? data;
    if (data.stage && data.stage.number !== stage) { stage = data.stage.number; told.length = 0; }
    const before = told.at(-1);
    const ms = Math.max(Date.parse(data.at) - began, data.elapsed_ms ?? 0, before ? before.ms : 0);
    const value = Math.max(seen.value_millipoints ?? -1, before?.value ?? -1);
    const bound = Math.min(seen.bound_millipoints ?? Infinity, before?.bound ?? Infinity);
    const now = { ms, value: value < 0 ? null : value, bound: bound === Infinity ? null : bound };
    told.push(now);
    const figures = { value: now.value === null ? "–" : points(now.value), bound: now.bound === null ? "–" : points(now.bound) };
    figures.gap = now.value === null || now.bound === null ? "–" : percent(now);
    if (!ended) {
      for (const name in figures) text(name, figures[name]);
      if (data.stage) tellStage(figures);
    }
    drawing ||= requestAnimationFrame(() => { drawing = 0; draw(chart, told, seconds, words.chart); });
    const news = `${data.value_millipoints} ${now.value}`;
    if (news !== shown) { shown = news; if (!ended) look(); }
  }

  function tellStage(figures) {
    for (const line of all("[data-stage]", live)) {
      if (+line.dataset.stage !== stage) { line.removeAttribute("aria-current"); continue; }
      line.setAttribute("aria-current", "step");
      find("[data-said]", line).textContent = fill(words.staged, figures);
    }
  }

  function hear(kind, data) {
    const isWhole = !words.staged || data.stage;
    if (isWhole && (kind === "progress" || data.value_millipoints)) { note(data); tick(); return; }
    if (kind === "started" && !hasBegun) { began = Date.parse(data.at); hasBegun = true; pill("queued", "running"); }
    if (kind in states && !ended) text("elapsed", states[kind]);
    if (kind === "stopping") { const button = find("[data-part=stop] button", live); if (button) button.disabled = true; }
  }

  function pill(...states) {
    const shown = part("state")?.firstElementChild;
    if (!shown || ended) return;
    shown.classList.remove("queued", "running");
    shown.classList.add(states.at(-1));
    shown.textContent = names[states.at(-1)] ?? shown.textContent;
  }

  /** The page of one run shows what came out; where several are watched the others go on. */
  function end(kind) {
    if (ended) { look(); return; }
    if (words.then !== "stay") { location.reload(); return; }
    pill(kind);
    ended = true;
    for (const name of ["stop", "time"]) part(name)?.remove();
    text("elapsed", states[kind]);
    const out = part("out");
    if (out) out.hidden = false;
    look();
  }

  function follow() {
    const source = new EventSource(`/v1/runs/${run}/events`);
    source.onopen = () => { lost.hidden = true; };
    for (const kind of KINDS) {
      source.addEventListener(kind, (event) => {
        if (+event.lastEventId <= last) return;
        last = +event.lastEventId;
        hear(kind, JSON.parse(event.data));
        if (!ENDS.includes(kind)) return;
        source.close();
        end(kind);
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

  function tick() {
    const gone = (Date.now() - began) / 1000, bar = part("time");
    if (!bar || !hasBegun || ended) return;
    if (seconds) bar.value = Math.min(100, 100 * gone / seconds);
    if (lost.hidden) text("elapsed", fill(words.elapsed, { seconds: number(Math.max(0, gone)) }));
  }

  follow();
  if (!ended) setInterval(tick, 1000);
}

for (const live of all(".live")) watch(live);
