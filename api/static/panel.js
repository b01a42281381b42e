// Parts of pages: the panel beside a map, and tables that the service sorts, without loading the whole page again.
import { all, ask, find, refusal, say, tellTimes } from "./frame.js";

const panel = find("#panel"), fresh = new Map(), RESTS_MS = 150;

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

export async function swap(target, address, keep = true) {
  target.setAttribute("aria-busy", "true");
  try {
    target.innerHTML = await part(address);
    tellTimes(target);
    if (keep) history.replaceState(null, "", address);
  } catch (error) { say(error.message || document.body.dataset.away); }
  target.removeAttribute("aria-busy");
}

/** Marks the lots that the panel is about. */
export function choose(address) {
  const lot = decodeURIComponent(address.split("/lots/")[1] || "");
  const own = new Set(lot ? [lot] : []);
  for (const tag of all(".tag", panel)) own.add(decodeURIComponent(tag.pathname.split("/lots/")[1]));
  const svg = find("svg[data-map]"), halo = svg && (find(".halo", svg) || svg.appendChild(document.createElementNS(svg.namespaceURI, "path")));
  const links = all("a.lot").filter((link) => own.has(link.dataset.lot));
  halo?.setAttribute("class", "halo");
  halo?.setAttribute("d", links.map((link) => find("path", link).getAttribute("d")).join(""));
  document.dispatchEvent(new CustomEvent("chosen", { detail: own }));
}

function list(facts, into) {
  into.replaceChildren(...facts.map(({ text }) => Object.assign(document.createElement("li"), { textContent: text })));
  into.hidden = !facts.length;
}

/** What stands behind the reason; it comes after the panel, which does not wait for it, and not where it was left at once. */
async function tell() {
  const into = find("[data-told]", panel);
  if (!into) return;
  await new Promise((done) => setTimeout(done, RESTS_MS));
  if (!into.isConnected) return;
  try {
    const answer = await ask(into.dataset.told);
    if (answer.ok) list((await answer.json()).facts, into);
  } catch { /* the reason itself is there */ }
}

/** Asks what granting an applicant would cost; a solver needs some seconds for it. */
async function question(button) {
  const box = button.parentElement, said = find("[role=status]", box);
  if (button.getAttribute("aria-busy") === "true") return;
  button.setAttribute("aria-busy", "true");
  said.textContent = said.dataset.waits;
  try {
    const body = JSON.stringify({ applicant_id: button.dataset.applicant });
    const answer = await ask(button.dataset.asks, "POST", body, { "Content-Type": "application/json" });
    if (answer.ok) { list((await answer.json()).facts, find(".told", box)); said.textContent = ""; } else said.textContent = await refusal(answer);
  } catch { said.textContent = document.body.dataset.away; }
  button.removeAttribute("aria-busy");
}

/** What is counted only when somebody asks for it, once. */
async function unfold(details) {
  const said = find("[role=status]", details), into = find(".told", details);
  if (!details.open || details.dataset.asked) return;
  details.dataset.asked = "yes";
  said.textContent = said.dataset.waits;
  try {
    const answer = await ask(details.dataset.tells);
    if (!answer.ok) throw new Error(await refusal(answer));
    const { facts, sentences } = await answer.json(), told = facts ?? sentences.map((text) => ({ text }));
    list(told, into);
    said.textContent = told.length ? "" : said.dataset.none;
  } catch (error) {
    delete details.dataset.asked;
    said.textContent = error.message || document.body.dataset.away;
  }
}
for (const details of all("[data-tells]")) details.addEventListener("toggle", () => unfold(details));

export async function open(address, follow = false) {
  await swap(panel, address);
  choose(new URL(address, location.href).pathname);
  tell();
  if (follow) {
    const narrow = matchMedia("(max-width: 62rem)").matches, place = panel.getBoundingClientRect();
    if (narrow || place.top < 0 || place.top > innerHeight - 120) panel.scrollIntoView({ block: "start" });
    find("h3", panel)?.focus({ preventScroll: true });
  }
}

document.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  const lot = event.target.closest("a.lot"), link = event.target.closest("a[data-into]"), asks = event.target.closest("[data-asks]");
  if (asks) question(asks);
  else if (lot) { event.preventDefault(); open(lot.href.baseVal); }
  else if (link?.dataset.into === "#panel") { event.preventDefault(); open(link.href, true); }
  else if (link) { event.preventDefault(); swap(find(link.dataset.into), link.href); }
  else if (event.target.closest("[data-closes-panel]")) {
    event.preventDefault();
    panel.replaceChildren();
    choose("");
    history.replaceState(null, "", event.target.closest("a").href);
  }
});

// What the pointer or the keyboard rests on is asked for beforehand, so that a click finds it here.
for (const event of ["pointerover", "focusin"]) document.addEventListener(event, ({ target }) => {
  const lot = target.closest("a.lot");
  if (lot) part(lot.href.baseVal).catch(() => {});
});
if (/\/(lots|applicants)\//.test(location.pathname)) { choose(location.pathname); tell(); }
