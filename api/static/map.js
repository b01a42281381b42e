// The map: closer and farther, walking over the lots with arrow keys, and a legend that filters.
import { all, find } from "./frame.js";

// Decimetres to a pixel: farther away no letter can be read.
const FAR = 40;
export const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** The lot that lies in a direction: near rather than straight ahead counts, aside counts double. */
export function beside(lots, from, [dx, dy]) {
  let best = null, least = Infinity;
  for (const lot of lots) {
    const x = lot.x - from.x, y = lot.y - from.y, ahead = x * dx + y * dy, aside = Math.abs(x * dy) + Math.abs(y * dx);
    if (ahead <= 0 || lot === from) continue;
    const cost = ahead + 2 * aside;
    if (cost < least) [best, least] = [lot, cost];
  }
  return best;
}

function walk(svg) {
  const lots = all("a.lot", svg).map((link) => {
    const text = find("text.i", link);
    return { link, x: +text.getAttribute("x"), y: +text.getAttribute("y") };
  });
  const places = new Map(lots.map((lot) => [lot.link, lot]));
  svg.addEventListener("keydown", (event) => {
    const from = places.get(event.target.closest("a.lot"));
    if (!from || !STEPS[event.key] || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const next = beside(lots, from, STEPS[event.key]);
    if (!next) return;
    from.link.setAttribute("tabindex", -1);
    next.link.setAttribute("tabindex", 0);
    next.link.focus();
  });
}

function zoom(box, svg) {
  const whole = svg.viewBox.baseVal, [x, y, width, height] = [whole.x, whole.y, whole.width, whole.height];
  let view = [x, y, width, height];
  const show = (next) => {
    const wide = Math.min(width, Math.max(width / 12, next[2])), high = wide * height / width;
    view = [Math.min(Math.max(next[0], x), x + width - wide), Math.min(Math.max(next[1], y), y + height - high), wide, high];
    svg.setAttribute("viewBox", view.join(" "));
    svg.classList.toggle("far", wide / svg.clientWidth > FAR);
    svg.style.cursor = wide < width ? "grab" : "";
    svg.dispatchEvent(new CustomEvent("view", { detail: view }));
  };
  const by = (factor, fx = 0.5, fy = 0.5) => show([view[0] + view[2] * (1 - factor) * fx, view[1] + view[3] * (1 - factor) * fy, view[2] * factor]);
  svg.addEventListener("follow", (event) => show(event.detail));
  const acts = [["+", () => by(0.6)], ["−", () => by(1 / 0.6)], ["⤢", () => show([x, y, width])]];
  const words = box.dataset.zoomWords.split("|");
  const group = document.createElement("div");
  group.className = "zoom no-print";
  acts.forEach(([sign, act], at) => {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: sign, title: words[at], onclick: act });
    button.setAttribute("aria-label", words[at]);
    group.append(button);
  });
  box.append(group);
  svg.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    const place = svg.getBoundingClientRect();
    by(event.deltaY > 0 ? 1.2 : 1 / 1.2, (event.clientX - place.left) / place.width, (event.clientY - place.top) / place.height);
  }, { passive: false });
  let held = null, moved = false;
  svg.addEventListener("pointerdown", (event) => { held = view[2] < width && event.button === 0 ? [event.clientX, event.clientY, ...view] : null; moved = false; });
  svg.addEventListener("pointermove", (event) => {
    if (!held) return;
    const scale = held[4] / svg.clientWidth, dx = event.clientX - held[0], dy = event.clientY - held[1];
    if (Math.abs(dx) + Math.abs(dy) > 5) { moved = true; svg.setPointerCapture(event.pointerId); }
    if (moved) show([held[2] - dx * scale, held[3] - dy * scale, held[4]]);
  });
  svg.addEventListener("pointerup", () => { held = null; });
  svg.addEventListener("click", (event) => { if (moved) { event.preventDefault(); event.stopPropagation(); moved = false; } }, true);
  svg.addEventListener("dragstart", (event) => event.preventDefault());
}

/** Lines of the legend that are pressed leave only their lots in full colour; `then` hears of each change. */
export function filter(card, then = () => {}) {
  card.addEventListener("click", (event) => {
    const line = event.target.closest(".key");
    if (!line) return;
    line.setAttribute("aria-pressed", line.getAttribute("aria-pressed") !== "true");
    dim(card);
    then();
  });
}

/** The classes that the legend on show leaves in full colour; none: all of them. */
export const kept = (card) => all('.key[aria-pressed="true"]', card).filter((each) => each.offsetParent).map((each) => each.dataset.class);

export function dim(card) {
  const classes = kept(card);
  for (const lot of all("a.lot", card)) lot.classList.toggle("dim", classes.length > 0 && !classes.some((each) => lot.classList.contains(each)));
}

for (const svg of all("svg[data-map]")) {
  walk(svg);
  zoom(svg.closest(".map-box"), svg);
}
