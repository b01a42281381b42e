// The page of a plan: panels beside the map, ways of colouring, and a table that is sorted by the service.
import { all, ask, find, refusal, say, tellTimes } from "./frame.js";
import { dim, filter, kept } from "./map.js";

const card = find(".map-card"), panel = find("#panel"), fresh = new Map();

/** A part of a page; what was asked for lately is not asked again. */
function part(address) {
  if (!fresh.has(address)) {
    fresh.set(address, ask(address, "GET", undefined, { "X-Fragment": "1" }).then(async (answer) => {
      if (!answer.ok) throw new Error(await refusal(answer));
      return answer.text();
    }));
    fresh.get(address).catch(() => fresh.delete(address));
    if (fresh.size > 60) fresh.delete(fresh.keys().next().value);
  }
  return fresh.get(address);
}

async function swap(target, address, keep = true) {
  target.setAttribute("aria-busy", "true");
  try {
    target.innerHTML = await part(address);
    tellTimes(target);
    if (keep) history.replaceState(null, "", address);
  } catch (error) { say(error.message || document.body.dataset.away); }
  target.removeAttribute("aria-busy");
}

function choose(address) {
  const lot = decodeURIComponent(address.split("/lots/")[1] || "");
  const own = new Set(lot ? [lot] : []);
  for (const tag of all(".tag", panel)) own.add(decodeURIComponent(tag.pathname.split("/lots/")[1]));
  for (const link of all("a.lot", card)) link.classList.toggle("chosen", own.has(link.dataset.lot));
  document.dispatchEvent(new CustomEvent("chosen", { detail: own }));
}

export async function open(address, follow = false) {
  await swap(panel, address);
  choose(new URL(address, location.href).pathname);
  if (follow) {
    const narrow = matchMedia("(max-width: 62rem)").matches, place = panel.getBoundingClientRect();
    if (narrow || place.top < 0 || place.top > innerHeight - 120) panel.scrollIntoView({ block: "start" });
    find("h3", panel)?.focus({ preventScroll: true });
  }
}

document.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  const lot = event.target.closest("a.lot"), link = event.target.closest("a[data-into]");
  if (lot) { event.preventDefault(); open(lot.href.baseVal); }
  else if (link?.dataset.into === "#panel") { event.preventDefault(); open(link.href, true); }
  else if (link) { event.preventDefault(); swap(find(link.dataset.into), link.href); }
  else if (event.target.closest("[data-closes-panel]")) {
    event.preventDefault();
    panel.replaceChildren();
    choose("");
    history.replaceState(null, "", event.target.closest("a").href);
  }
  const view = event.target.closest("[data-view]");
  if (view) {
    card.dataset.by = view.dataset.view;
    for (const each of all("[data-view]", card)) each.setAttribute("aria-pressed", each === view);
    dim(card);
    document.dispatchEvent(new Event("recolour"));
  }
  if (event.target.closest("[data-prints]")) print();
});

// What the pointer rests on is asked for beforehand, so that a click finds it here.
card.addEventListener("pointerover", (event) => {
  const lot = event.target.closest("a.lot");
  if (lot) part(lot.href.baseVal).catch(() => {});
});
card.addEventListener("focusin", (event) => {
  const lot = event.target.closest("a.lot");
  if (lot) part(lot.href.baseVal).catch(() => {});
});

const table = find("form[data-swaps]");
let waiting;
function search() {
  const query = new URLSearchParams([...new FormData(table)].filter(([, value]) => value));
  swap(find(table.dataset.swaps), table.getAttribute("action") + "?" + query);
}
table.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(search, 200); });
table.addEventListener("submit", (event) => { event.preventDefault(); search(); });
for (const each of all("select[data-sends]")) each.addEventListener("change", () => { if (each.value) each.form.submit(); });

filter(card, () => {
  const classes = kept(card);
  document.dispatchEvent(new CustomEvent("filtered", { detail: classes }));
});
if (location.pathname.match(/\/(lots|applicants)\//)) choose(location.pathname);
if (find("canvas[data-canvas]")) import("./canvas.js");
