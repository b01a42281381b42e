// The form of a certificate: sections 5 and 15 of docs/certificate.md.  What has another form is refused before it is reckoned with.
import { need } from "./verify_json.js";
import { LARGEST } from "./verify_instance.js";

export const FORMATS = { "lotwise-certificate-1": 1, "lotwise-certificate-2": 2, "lotwise-certificate-3": 3 };
const HEAD = ["format", "instance", "plan_sha256", "value_millipoints", "bound_millipoints", "scale"];
const LISTS = { applicants: [1, 1n], rows: [3, 1n], borders: [3, -LARGEST], lots: [1, -LARGEST] };
const TEXTS = { lot: 1, limit: 2, quota: 2, changes: 0, separation: 4, link: 3, apart: 4 };

export function whole(value, least, most, what) {
  need(typeof value === "bigint", "not_whole", what);
  need(value >= least, "too_small", what);
  need(value <= most, "too_large", what);
  return value;
}

/** Its kind, 1 to 3, or null for one that is not known here. */
export function formatOf(document) {
  need(document instanceof Map, "not_an_object");
  need(document.has("format"), "missing_key", "format");
  return FORMATS[document.get("format")] ?? null;
}

/** The numbers and lists of a certificate: prices as lists of texts and a price. */
export function certificateOf(document) {
  const format = formatOf(document);
  need(format !== null, "unknown_format", document.get("format"));
  const lists = format === 3 ? [...Object.keys(LISTS), "pieces"] : ["prices"];
  for (const key of [...HEAD, ...lists]) need(document.has(key), "missing_key", key);
  for (const key of document.keys()) need(HEAD.includes(key) || lists.includes(key) || (format === 2 && key === "tree"), "unknown_key", key);
  const made = { format, tree: null };
  for (const key of ["instance", "plan_sha256"]) {
    made[key] = document.get(key);
    need(typeof made[key] === "string" && /^[0-9a-f]{64}$/.test(made[key]), "bad_hash", key);
  }
  made.value = whole(document.get("value_millipoints"), 0n, LARGEST, "value_millipoints");
  made.bound = whole(document.get("bound_millipoints"), 0n, LARGEST, "bound_millipoints");
  made.scale = whole(document.get("scale"), 1n, 2n ** 20n, "scale");
  if (format === 3) {
    for (const [name, [texts, least]] of Object.entries(LISTS)) made[name] = entries(document.get(name), texts, least);
    made.pieces = pieces(document.get("pieces"));
    return made;
  }
  made.prices = prices(document.get("prices"));
  const tree = document.get("tree") ?? null;
  need(tree === null || Array.isArray(tree), "not_a_list", "tree");
  made.tree = tree !== null && tree.length ? tree : null;
  return made;
}

function entries(list, texts, least) {
  need(Array.isArray(list), "not_a_list");
  const seen = new Set();
  return list.map((entry) => {
    need(Array.isArray(entry) && entry.length === texts + 1, "bad_price", entry);
    const words = entry.slice(0, -1), name = JSON.stringify(words);
    need(words.every((each) => typeof each === "string"), "bad_price", entry);
    need(!seen.has(name), "row_twice", name);
    seen.add(name);
    return { words, price: whole(entry.at(-1), least, LARGEST, name) };
  });
}

/** Rows of section 6 with their prices; `least` is 0 within a tree. */
export function prices(list, least = 1n, extra = {}) {
  need(Array.isArray(list), "not_a_list", "prices");
  const known = { ...TEXTS, ...extra };
  for (const entry of list) {
    need(Array.isArray(entry) && entry.length >= 2, "bad_price", entry);
    const [kind, ...words] = entry.slice(0, -1);
    need([kind, ...words].every((each) => typeof each === "string"), "bad_row", kind);
    need(Object.hasOwn(known, kind), "unknown_row", kind);
    need(words.length === known[kind], "bad_row", kind);
  }
  const seen = new Set();
  return list.map((entry) => {
    const [kind, ...words] = entry.slice(0, -1), name = JSON.stringify([kind, ...words]);
    need(!seen.has(name), "row_twice", name);
    seen.add(name);
    return { kind, words, price: whole(entry.at(-1), least, LARGEST, name) };
  });
}

function pieces(list) {
  need(Array.isArray(list), "not_a_list", "pieces");
  return list.map((entry) => {
    need(Array.isArray(entry) && entry.length === 2, "bad_piece");
    const [lots, most] = entry;
    need(Array.isArray(lots) && lots.length && lots.every((each) => typeof each === "string"), "bad_piece");
    return { lots, most: whole(most, 0n, LARGEST, "most") };
  });
}
