// Import: a dropped file is tried first; its faults stand beside their cells; it is stored when it has none.
import { ask, fill, find, key, number, refusal, save } from "./frame.js";

const MEDIA = { csv: "text/csv", json: "application/json", geojson: "application/json", zip: "application/zip", xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" };
const form = find("form[data-import]"), words = form.dataset, input = find("input", form), alert = find("[role=alert]", form);
const result = find("#result"), table = find("#faults"), label = find("strong", form), hint = label.textContent;

const kind = (name) => name.split(".").pop().toLowerCase();

/** A body and its type: one file as it is, or several packed into a zip. */
async function parcel(files) {
  const alone = files.length === 1 && (!("zone" in words) || ["zip", "json"].includes(kind(files[0].name)));
  if (alone) return [await files[0].arrayBuffer(), MEDIA[kind(files[0].name)] || "application/octet-stream"];
  return [await zipped(files), MEDIA.zip];
}

const TABLE = Uint32Array.from({ length: 256 }, (_, at) => {
  let rest = at;
  for (let bit = 0; bit < 8; bit += 1) rest = rest & 1 ? 0xedb88320 ^ (rest >>> 1) : rest >>> 1;
  return rest;
});

function crc32(bytes) {
  let rest = ~0;
  for (const byte of bytes) rest = TABLE[(rest ^ byte) & 255] ^ (rest >>> 8);
  return ~rest >>> 0;
}

/** The files one after another in a zip archive, stored as they are. */
async function zipped(files) {
  const parts = [], index = [];
  let offset = 0;
  for (const file of files) {
    const bytes = new Uint8Array(await file.arrayBuffer()), name = new TextEncoder().encode(file.name);
    const head = new DataView(new ArrayBuffer(26));
    [[0, 20], [2, 0x800], [4, 0], [6, 0], [8, 0x21]].forEach(([at, value]) => head.setUint16(at, value, true));
    [[10, crc32(bytes)], [14, bytes.length], [18, bytes.length]].forEach(([at, value]) => head.setUint32(at, value, true));
    head.setUint16(22, name.length, true);
    const rest = new DataView(new ArrayBuffer(16));
    rest.setUint32(12, offset, true);
    parts.push("PK\x03\x04", head, name, bytes);
    index.push("PK\x01\x02\x14\x00", head, rest.buffer.slice(2), name);
    offset += 30 + name.length + bytes.length;
  }
  const foot = new DataView(new ArrayBuffer(18)), size = new Blob(index).size;
  [[4, files.length], [6, files.length]].forEach(([at, value]) => foot.setUint16(at, value, true));
  [[8, size], [12, offset]].forEach(([at, value]) => foot.setUint32(at, value, true));
  return new Blob([...parts, ...index, "PK\x05\x06", foot]).arrayBuffer();
}

function button(text, act, main = false) {
  const made = Object.assign(document.createElement("button"), { type: "button", textContent: text, className: main ? "main" : "" });
  made.addEventListener("click", async () => {
    if (made.getAttribute("aria-busy") === "true") return;
    made.setAttribute("aria-busy", "true");
    try { await act(); } catch { alert.textContent = document.body.dataset.away; }
    made.removeAttribute("aria-busy");
  });
  find("#result-actions").append(made);
}

function list(faults) {
  table.hidden = !faults.length;
  const rows = faults.map((fault) => {
    const row = find("#fault-row").content.cloneNode(true);
    row.firstElementChild.className = fault.severity;
    const place = fault.place || `${fault.file} ${fault.key}`;
    const named = ", " + fault.field, file = fault.file + ", ";
    const short = "zone" in words || !place.startsWith(file) ? place : place.slice(file.length);
    find(".where", row).textContent = fault.field && short.endsWith(named) ? short.slice(0, -named.length) : short;
    find("code", row).textContent = fault.field;
    find(".found", row).textContent = fault.found;
    find(".text", row).textContent = typeof fault.text === "string" ? fault.text : fault.text[document.documentElement.lang];
    return row;
  });
  find("tbody", table).replaceChildren(...rows);
}

function show(title, lead, faults) {
  find("#result-title").textContent = title;
  find("#result-lead").textContent = lead;
  find("#result-actions").replaceChildren();
  list(faults);
  result.hidden = false;
  result.focus();
}

async function tried(files) {
  alert.textContent = "";
  const [body, type] = await parcel(files);
  const answer = await ask(words.import + "?dry_run=true", "POST", body, { "Content-Type": type });
  if (answer.status === 422) {
    const problem = await answer.json();
    if (!problem.faults) { alert.textContent = problem.detail; return; }
    show(fill(words.bad, { count: number(problem.faults.length) }), words.badLead, problem.faults);
    if (words.workbook) button(words.save, async () => save(await ask(words.workbook, "POST", body, { "Content-Type": type }), "faults.xlsx"), true);
    return;
  }
  if (!answer.ok) { alert.textContent = await refusal(answer); return; }
  const good = await answer.json(), warnings = good.warnings || [];
  const values = { count: number(good.count ?? good.applicants), lots: number(good.lots ?? 0), neighbours: number(good.neighbours ?? 0) };
  show(fill(words.good, values), warnings.length ? fill(words.doubts, { count: number(warnings.length) }) : "", warnings);
  const once = key();
  button(fill(words.store, values), async () => {
    const stored = await ask(words.import, "POST", body, { "Content-Type": type, "Idempotency-Key": once });
    if (stored.ok) location.assign(fill(words.done, await stored.json()));
    else alert.textContent = await refusal(stored);
  }, true);
}

async function take(files) {
  if (!files.length || form.getAttribute("aria-busy") === "true") return;
  form.setAttribute("aria-busy", "true");
  label.textContent = words.trying;
  result.hidden = true;
  try { await tried([...files]); } catch { alert.textContent = document.body.dataset.away; }
  form.removeAttribute("aria-busy");
  label.textContent = [...files].map((each) => each.name).join(", ") || hint;
  input.value = "";
}

input.addEventListener("change", () => take(input.files));
for (const [event, is] of [["dragover", true], ["dragleave", false], ["drop", false]]) form.addEventListener(event, () => form.classList.toggle("over", is));
