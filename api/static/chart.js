// The chart of a run: best value and proved bound over time.
import { fill, number } from "./frame.js";

const LEFT = 84, RIGHT = 706, TOP = 14, FOOT = 292;
export const points = (millipoints) => number(millipoints / 1000);

/** Rounded up, so that it never sounds smaller than it is. */
export function percent({ value, bound }) {
  const hundredths = Math.max(0, Math.ceil((bound - value) / Math.max(value, 1) * 10000 - 1e-9));
  return number(hundredths / 100, 2, hundredths && 2) + "\u00a0%";
}

/** Draws what was told, moments with ms, value and bound; seconds: the limit of the run, if it has one. */
export function draw(chart, told, seconds, words) {
  const known = told.filter((each) => each.value !== null);
  if (!known.length) return;
  const last = told.at(-1), best = last.value;
  const bounds = told.filter((each) => each.bound !== null).map((each) => each.bound);
  const high = bounds.length ? Math.max(best, Math.min(Math.max(...bounds), Math.max(best * 1.12, bounds.at(-1)))) : best * 1.02;
  const low = Math.max(known[0].value, best - Math.max((high - best) * 4, best * 0.06));
  const room = Math.max((high - low) * 0.06, 1), floor = Math.max(0, low - room), roof = high + room;
  const span = Math.max(seconds ? Math.min(seconds * 1000, last.ms * 1.6) : last.ms, last.ms, 1000);
  const x = (ms) => LEFT + (RIGHT - LEFT) * Math.min(ms / span, 1);
  const y = (value) => FOOT - (FOOT - TOP) * (Math.min(Math.max(value, floor), roof) - floor) / (roof - floor);
  const path = (name) => {
    let line = "", isOver = false;
    for (const each of told) {
      if (each[name] === null) continue;
      if (each[name] > roof) { isOver = true; continue; }
      // What was too high to be drawn comes in from above.
      line += line ? `H${x(each.ms)}V${y(each[name])}` : `M${x(each.ms)} ${isOver ? TOP : y(each[name])}V${y(each[name])}`;
    }
    return line && line + `H${x(last.ms)}`;
  };
  const parts = [];
  for (let step = 0; step <= 4; step += 1) {
    const value = floor + (roof - floor) * step / 4, ms = span * step / 4;
    parts.push(`<path class="grid" d="M${LEFT} ${y(value)}H${RIGHT}"/><text class="soft-text" x="${LEFT - 8}" y="${y(value) + 4}" text-anchor="end">${points(value)}</text>`);
    parts.push(`<text class="soft-text" x="${x(ms)}" y="318" text-anchor="${step < 4 ? "middle" : "end"}">${number(ms / 1000, span < 8000 ? 1 : 0)} s</text>`);
  }
  parts.push(`<path class="bound-path" d="${path("bound")}"/><path class="value-path" d="${path("value")}"/>`);
  chart.innerHTML = parts.join("");
  const gap = last.bound === null ? "–" : percent(last);
  chart.setAttribute("aria-label", fill(words, { value: points(best), bound: last.bound === null ? "–" : points(last.bound), gap }));
}
