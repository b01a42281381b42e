// The button that verifies a published decision: fetches the three files, or takes those that were chosen, and shows each check.
import { all, ask, fill, find, number } from "./frame.js";

const card = find("#verify"), bar = find("#verify-progress"), verdict = find("#verdict"), words = card.dataset;
const NAMES = ["instance", "plan", "certificate"];
let worker = null;

function show(text, kind) {
  verdict.textContent = text;
  verdict.className = `notice ${kind}`;
  verdict.dataset.kind = kind;
  verdict.hidden = false;
}
const points = (millipoints) => number(Number(millipoints) / 1000), exact = (millipoints) => number(Number(millipoints) / 1000, 3);
const stage = ([goal, value, bound]) => `${words[goal]} ${exact(value)} ≤ ${exact(bound)}`;

/** Checks three files given as bytes. */
function run(files) {
  worker?.terminate();
  worker = new Worker(words.worker, { type: "module" });
  find(".checks").hidden = false;
  bar.hidden = false;
  bar.value = 0;
  for (const each of all("[data-check]")) { delete each.dataset.state; find("[data-said]", each).textContent = ""; }
  worker.onerror = () => show(words.broken, "warn");
  worker.onmessage = ({ data }) => {
    if (data.part !== undefined) bar.value = data.part;
    if (data.name) {
      const line = find(`[data-check=${data.name}]`);
      line.dataset.state = data.state;
      const isValue = data.state === "good" && ["value", "bound"].includes(data.name);
      find("[data-said]", line).textContent = Array.isArray(data.said) ? data.said.map(stage).join("\n") : isValue ? exact(data.said) : data.said;
    }
    if (!data.verdict) return;
    bar.hidden = true;
    if (data.verdict === "bad") return show(words.bad, "bad");
    if (data.bound === null) return show(`${words.good} ${words.staged}`, "good");
    show(`${words.good} ${data.value === data.bound ? words.settled : fill(words.proved, { value: points(data.value), bound: points(data.bound) })}`, "good");
  };
  worker.postMessage(files);
}

find("[data-verifies]")?.addEventListener("click", async () => {
  show(words.reads, "");
  try {
    const read = words.files.trim().split(" ").map(async (address) => {
      const answer = await ask(address);
      if (!answer.ok) throw new Error(String(answer.status));
      return new Uint8Array(await answer.arrayBuffer());
    });
    const [instance, plan, certificate] = await Promise.all(read);
    run({ instance, plan, certificate });
  } catch { show(document.body.dataset.away, "warn"); }
});

find("#own-files").addEventListener("change", async (event) => {
  const chosen = [...event.target.files], named = (name) => chosen.find((file) => file.name.startsWith(name));
  if (!NAMES.every(named)) return show(words.three, "warn");
  const bytes = await Promise.all(NAMES.map(async (name) => new Uint8Array(await named(name).arrayBuffer())));
  run(Object.fromEntries(NAMES.map((name, at) => [name, bytes[at]])));
});
