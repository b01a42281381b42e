// The page of a zone: neighbours on the map, shown and hidden by kind.
import { all, find } from "./frame.js";
import { filter } from "./map.js";
import "./panel.js";

filter(find(".map-card"));
for (const box of all("input[data-shows]")) box.addEventListener("change", () => {
  for (const path of all(`.pairs[data-kind="${box.dataset.shows}"]`)) path.toggleAttribute("hidden", !box.checked);
});
