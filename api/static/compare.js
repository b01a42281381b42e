// Maps side by side: what is done to one of them, all that show the same zone do.
import { all, find } from "./frame.js";

const maps = all("[data-together] svg[data-map]");
const sizes = new Map(maps.map((svg) => [svg, svg.getAttribute("viewBox")]));
let isLed = false;

/** Marks the lot on every map; an id of none marks nothing. */
function mark(id) {
  for (const svg of maps) {
    for (const old of all(".near", svg)) old.classList.remove("near");
    const lot = id && find(`[data-lot="${CSS.escape(id)}"]`, svg);
    if (lot) lot.classList.add("near");
  }
}

for (const svg of maps) {
  svg.addEventListener("view", ({ detail }) => {
    if (isLed) return;
    isLed = true;
    for (const other of maps) if (other !== svg && sizes.get(other) === sizes.get(svg)) other.dispatchEvent(new CustomEvent("follow", { detail }));
    isLed = false;
  });
  svg.addEventListener("pointerover", (event) => mark(event.target.closest("[data-lot]")?.dataset.lot));
  svg.addEventListener("pointerleave", () => mark(""));
}
