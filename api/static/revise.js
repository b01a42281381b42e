// Revising a plan by clicking: changes are gathered in a tray, can be taken out again, and are tried in a run that begins from the plan.
import { all, ask, find, key, refusal, say } from "./frame.js";

const tray = find("#tray"), form = find("#try"), kept = `changes of ${tray.dataset.plan}`;
let changes = [];
try { changes = JSON.parse(sessionStorage.getItem(kept)) ?? []; } catch { /* nothing was gathered, or nothing may be kept */ }

function show() {
  try { sessionStorage.setItem(kept, JSON.stringify(changes)); } catch { /* the tray then lasts as long as the page */ }
  tray.hidden = !changes.length;
  find(".tray", tray).replaceChildren(...changes.map(({ words }, at) => {
    const line = document.createElement("li"), button = document.createElement("button");
    Object.assign(button, { type: "button", className: "quiet", textContent: tray.dataset.removes });
    button.dataset.removes = at;
    button.setAttribute("aria-label", `${tray.dataset.removes}: ${words}`);
    line.append(words, " ", button);
    return line;
  }));
}

document.addEventListener("click", (event) => {
  const change = event.target.closest("[data-change]"), removes = event.target.closest("button[data-removes]");
  if (change) {
    const asked = JSON.parse(change.dataset.change), text = JSON.stringify(asked);
    if (!changes.some((each) => JSON.stringify(each.asked) === text)) changes.push({ asked, words: change.dataset.words });
    show();
    say(tray.dataset.added);
  } else if (removes) { changes.splice(removes.dataset.removes, 1); show(); }
  else if (event.target.closest("[data-forgets]")) { changes = []; show(); }
});

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = find(".main", form), most = form.elements.most_changes.value;
  if (button.getAttribute("aria-busy") === "true") return;
  button.setAttribute("aria-busy", "true");
  const asked = { changes: changes.map((each) => each.asked), limits: { seconds: 20 } };
  if (most) asked.revision = { most_changes: +most };
  let wrong = "";
  try {
    const headers = { "Content-Type": "application/json", "Idempotency-Key": key() };
    const answer = await ask(`/v1/plans/${tray.dataset.plan}/what-ifs`, "POST", JSON.stringify(asked), headers);
    if (answer.ok) location.assign(`/runs/${(await answer.json()).id}`); else wrong = await refusal(answer);
  } catch { wrong = document.body.dataset.away; }
  if (!wrong) return;
  button.removeAttribute("aria-busy");
  all("[role=alert]", form)[0].textContent = wrong;
});
show();
