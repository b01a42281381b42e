// The map of a zone too large for links: the same lots and colours on a canvas, and a click or the arrow keys that find
// a lot.
import { all, ask, find } from "./frame.js";
import { STEPS, beside, kept } from "./map.js";
import { open } from "./panel.js";

const canvas = find("canvas[data-canvas]"), box = canvas.parentElement, card = canvas.closest(".map-card"), pen = canvas.getContext("2d");
// The lots as last painted: choosing one lays its ring over them, and does not paint thousands of others again.
const ground = document.createElement("canvas"), brush = ground.getContext("2d");
const PREFIX = { sector: "s", jobs: "j", changes: "c-" }, FILLS = { sector: "--fill", jobs: "--shade", changes: "--turn" };
const colours = new Map();
const WIDEST = 4000;
let map, tall, over, lots, places, view, chosen = new Set(), asked = 0, current = null, painted = "";

/** The colour that the style sheet gives a class, in one way of colouring. */
function colour(name, property) {
  const key = name + property;
  if (!colours.has(key)) {
    const probe = Object.assign(document.createElement("i"), { className: name });
    box.append(probe);
    colours.set(key, getComputedStyle(probe).getPropertyValue(property).trim());
    probe.remove();
  }
  return colours.get(key);
}

const look = (property) => getComputedStyle(document.documentElement).getPropertyValue(property).trim();

function draw() {
  asked = 0;
  const ratio = devicePixelRatio || 1, wide = Math.round(canvas.clientWidth * ratio), high = Math.round(wide * tall / map.width);
  if (canvas.width !== wide) for (const each of [canvas, ground]) { each.width = wide; each.height = high; }
  const scale = wide / view[2], by = card.dataset.by, bright = kept(card), as = [wide, ...view, by, ...bright].join();
  if (painted !== as) paint(scale, by, bright);
  painted = as;
  pen.setTransform(1, 0, 0, 1, 0, 0);
  pen.clearRect(0, 0, wide, high);
  pen.drawImage(ground, 0, 0);
  pen.setTransform(scale, 0, 0, scale, -view[0] * scale, -view[1] * scale);
  for (const id of chosen) if (places.has(id)) ring(places.get(id), look("--ink"), Math.max(44, 2.5 / scale));
  if (current && document.activeElement === canvas) ring(current, look("--main"), Math.max(70, 4 / scale));
}

function paint(scale, by, bright) {
  const edge = look("--edge"), bare = { free: look("--free"), closed: look("--closed") };
  brush.setTransform(1, 0, 0, 1, 0, 0);
  brush.globalAlpha = 1;
  brush.clearRect(0, 0, ground.width, ground.height);
  brush.setTransform(scale, 0, 0, scale, -view[0] * scale, -view[1] * scale);
  brush.textAlign = "center";
  brush.textBaseline = "middle";
  for (const lot of lots) {
    if (!isInView(lot, WIDEST)) continue;
    const name = lot.classes.find((each) => each.startsWith(PREFIX[by]) && each !== "c-free");
    brush.globalAlpha = !bright.length || bright.some((each) => lot.classes.includes(each)) ? 1 : 0.14;
    brush.fillStyle = name ? colour(name, FILLS[by]) : bare[lot.classes.includes("closed") ? "closed" : "free"];
    brush.fill(lot.path);
    // Of lots a few pixels wide an edge in another colour would leave nothing to see.
    const isTiny = lot.room * scale < 5;
    brush.lineWidth = isTiny ? 1.2 / scale : Math.max(8, 0.6 / scale);
    brush.strokeStyle = isTiny ? brush.fillStyle : edge;
    brush.stroke(lot.path);
    if (by === "sector" && lot.letter && lot.room * scale > 18) {
      brush.font = `600 ${lot.room * 0.45}px Plex, sans-serif`;
      brush.fillStyle = colour(name, "--mark");
      brush.fillText(lot.letter, lot.x, lot.y);
    }
  }
}

function ring(lot, colour, width) {
  pen.strokeStyle = colour;
  pen.lineWidth = width;
  pen.stroke(lot.path);
}

/** Whether the middle of a lot is on the part shown, or at most so far beside it. */
const isInView = ({ x, y }, beside = 0) => x > view[0] - beside && x < view[0] + view[2] + beside && y > view[1] - beside && y < view[1] + view[3] + beside;

const again = () => { asked ||= requestAnimationFrame(draw); };

function show([x, y, wide]) {
  const width = Math.min(map.width, Math.max(map.width / 40, wide)), height = width * tall / map.width;
  view = [Math.min(Math.max(x, 0), map.width - width), Math.min(Math.max(y, over), over + tall - height), width, height];
  again();
}

const zoomed = (factor, fx = 0.5, fy = 0.5) => show([view[0] + view[2] * (1 - factor) * fx, view[1] + view[3] * (1 - factor) * fy, view[2] * factor]);

function at(event) {
  const place = canvas.getBoundingClientRect(), scale = view[2] / place.width;
  const x = view[0] + (event.clientX - place.left) * scale, y = view[1] + (event.clientY - place.top) * scale;
  pen.setTransform(1, 0, 0, 1, 0, 0);
  return lots.find((lot) => Math.abs(lot.x - x) < WIDEST && Math.abs(lot.y - y) < WIDEST && pen.isPointInPath(lot.path, x, y));
}

map = await (await ask(canvas.dataset.canvas)).json();
lots = map.lots.map(([id, path, x, y, room, classes, letter, label]) => ({ id, path: new Path2D(path), x, y, room, classes: classes.split(" "), letter, label }));
places = new Map(lots.map((lot) => [lot.id, lot]));
// A long row of zones gets room above and below, so that there is something to see once it is zoomed.
tall = Math.max(map.height, map.width * 0.62);
over = (map.height - tall) / 2;
canvas.style.aspectRatio = `${map.width} / ${tall}`;
view = [0, over, map.width, tall];
draw();
canvas.dataset.drawn = lots.length;

let held = null, moved = false;
canvas.addEventListener("pointerdown", (event) => { held = [event.clientX, event.clientY, ...view]; moved = false; });
canvas.addEventListener("pointermove", (event) => {
  if (!held) { const lot = at(event); canvas.title = lot ? lot.label : ""; return; }
  const scale = held[4] / canvas.clientWidth, dx = event.clientX - held[0], dy = event.clientY - held[1];
  moved ||= Math.abs(dx) + Math.abs(dy) > 5;
  if (moved) show([held[2] - dx * scale, held[3] - dy * scale, held[4]]);
});
addEventListener("pointerup", () => { held = null; });
canvas.addEventListener("click", (event) => {
  const lot = moved ? null : at(event);
  if (lot) pick(lot);
});

function pick(lot, follow = false) {
  chosen = new Set([lot.id]);
  current = lot;
  again();
  open(canvas.dataset.href + encodeURIComponent(lot.id), follow);
}

/** The lot that the arrow keys are on; screen readers hear its label, and the map moves along. */
function step(to) {
  current = to;
  told.textContent = canvas.title = to.label;
  if (!isInView(to)) show([to.x - view[2] / 2, to.y - view[3] / 2, view[2]]);
  again();
}

const told = Object.assign(document.createElement("p"), { className: "unseen" });
told.setAttribute("aria-live", "polite");
box.append(told);
canvas.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const middle = { x: view[0] + view[2] / 2, y: view[1] + view[3] / 2 };
  if (STEPS[event.key]) {
    const near = (lot) => Math.hypot(lot.x - middle.x, lot.y - middle.y);
    const next = current ? beside(lots, current, STEPS[event.key]) : lots.reduce((best, lot) => near(lot) < near(best) ? lot : best);
    if (next) step(next);
  } else if (event.key === "Enter" && current) pick(current, true);
  else if (event.key === "+" || event.key === "-") {
    const wide = view[2] * (event.key === "+" ? 0.6 : 1 / 0.6), at = current ?? middle;
    show([at.x - wide / 2, at.y - wide * tall / map.width / 2, wide]);
  } else return;
  event.preventDefault();
});
for (const each of ["focus", "blur"]) canvas.addEventListener(each, again);
canvas.addEventListener("wheel", (event) => {
  if (!event.ctrlKey && !event.metaKey) return;
  event.preventDefault();
  const place = canvas.getBoundingClientRect();
  zoomed(event.deltaY > 0 ? 1.2 : 1 / 1.2, (event.clientX - place.left) / place.width, (event.clientY - place.top) / place.height);
}, { passive: false });
const words = box.dataset.zoomWords.split("|"), group = document.createElement("div");
group.className = "zoom no-print";
[["+", () => zoomed(0.6)], ["−", () => zoomed(1 / 0.6)], ["⤢", () => show([0, 0, map.width])]].forEach(([sign, act], place) => {
  const button = Object.assign(document.createElement("button"), { type: "button", textContent: sign, title: words[place], onclick: act });
  button.setAttribute("aria-label", words[place]);
  group.append(button);
});
box.append(group);
for (const each of ["recolour", "filtered"]) document.addEventListener(each, again);
document.addEventListener("chosen", (event) => { chosen = event.detail; again(); });
addEventListener("resize", again);
for (const key of all(".key", card)) key.disabled = false;
