// The page of a plan: ways of colouring the map, and a table that is searched and sorted by the service.
import { all, find } from "./frame.js";
import { dim, filter, kept } from "./map.js";
import { swap } from "./panel.js";

const card = find(".map-card"), table = find("form[data-swaps]");

card.addEventListener("click", (event) => {
  const view = event.target.closest("[data-view]");
  if (!view) return;
  card.dataset.by = view.dataset.view;
  for (const each of all("[data-view]", card)) each.setAttribute("aria-pressed", each === view);
  dim(card);
  document.dispatchEvent(new Event("recolour"));
});
find("[data-prints]").addEventListener("click", () => print());

let waiting;
function search() {
  const query = new URLSearchParams([...new FormData(table)].filter(([, value]) => value));
  swap(find(table.dataset.swaps), table.getAttribute("action") + "?" + query);
}
table.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(search, 200); });
table.addEventListener("submit", (event) => { event.preventDefault(); search(); });
for (const each of all("select[data-sends]")) each.addEventListener("change", () => { if (each.value) each.form.submit(); });

filter(card, () => document.dispatchEvent(new CustomEvent("filtered", { detail: kept(card) })));
if (find("canvas[data-canvas]")) import("./canvas.js");
