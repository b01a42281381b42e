// The form of a certificate: sections 5, 15 and 18 of docs/certificate.md.  What has another form is refused before it is reckoned with.
import { need } from "./verify_json.js";
import { LARGEST } from "./verify_instance.js";

export const FORMATS = { "lotwise-certificate-1": 1, "lotwise-certificate-2": 2, "lotwise-certificate-3": 3, "lotwise-certificate-4": 4 };
const HEAD = ["format", "instance", "plan_sha256", "value_millipoints", "bound_millipoints", "scale"];
const LISTS = { applicants: [1, 1n], rows: [3, 1n], borders: [3, -LARGEST], lots: [1, -LARGEST] };
const TEXTS = { lot: 1, limit: 2, quota: 2, changes: 0, separation: 4, link: 3, apart: 4 };

export function whole(value, least, most, what) {
  need(typeof value === "bigint", "not_whole", what);
  need(value >= least, "too_small", what);
  need(value <= most, "too_large", what);
  return value;
}

/** Its kind, 1 to 4, or null for one that is not known here. */
export function formatOf(document) {
  need(document instanceof Map, "not_an_object");
  need(document.has("format"), "missing_key", "format");
  return FORMATS[document.get("format")] ?? null;
}

/** The numbers and lists of a certificate: prices as lists of texts and a price. */
export function certificateOf(document) {
  const format = formatOf(document);
  need(format !== null, "unknown_format", document.get("format"));
  const lists = { 3: [...Object.keys(LISTS), "pieces"], 4: ["pieces", "proofs", "tree"] }[format] ?? ["prices"];
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
    return { ...made, ...priced(document), pieces: pieces(document.get("pieces")) };
  }
  if (format === 4) return { ...made, ...cases(document) };
  made.prices = prices(document.get("prices"));
  const tree = document.get("tree") ?? null;
  need(tree === null || Array.isArray(tree), "not_a_list", "tree");
  made.tree = tree !== null && tree.length ? tree : null;
  return made;
}

const priced = (document) => Object.fromEntries(Object.entries(LISTS).map(([name, [texts, least]]) => [name, entries(document.get(name), texts, least)]));

/** The proofs as certificates by pieces, and the nodes of the tree of cases. */
function cases(document) {
  for (const key of ["pieces", "proofs", "tree"]) need(Array.isArray(document.get(key)), "not_a_list", key);
  const lots = document.get("pieces"), keys = [...Object.keys(LISTS), "most"];
  need(document.get("proofs").length, "not_a_list", "proofs");
  const proofs = document.get("proofs").map((each, at) => {
    need(each instanceof Map && each.size === keys.length && keys.every((key) => each.has(key)), "bad_proof", at);
    const most = each.get("most");
    need(Array.isArray(most) && most.length === lots.length, "bad_proof", at);
    return { ...priced(each), pieces: pieces(lots.map((of, place) => [of, most[place]])) };
  });
  const tree = document.get("tree");
  need(tree.length > 0 && tree.length <= 200, "bad_tree", tree.length);
  const isWhole = (value, least, end) => typeof value === "bigint" && value >= least && value < end;
  const led = new Set();
  const nodes = tree.map((node, at) => {
    need(Array.isArray(node) && ["lot", "placed", "proof"].includes(node[0]) && node.length === (node[0] === "proof" ? 2 : 5), "bad_node", at);
    const [kind, name, where, ...after] = node;
    if (kind === "proof") {
      need(isWhole(name, 0n, proofs.length), "bad_node", at);
      return { kind, proof: Number(name) };
    }
    need(typeof name === "string" && (kind === "lot" ? typeof where === "string" : isWhole(where, 0n, lots.length)), "bad_node", at);
    for (const child of after) {
      need(isWhole(child, BigInt(at + 1), tree.length) && !led.has(child), "bad_tree", at);
      led.add(child);
    }
    return { kind, name, where: kind === "lot" ? where : Number(where), no: Number(after[0]), yes: Number(after[1]) };
  });
  need(led.size === nodes.length - 1, "bad_tree");
  return { proofs, cases: nodes };
}

function entries(list, texts, least) {
  need(Array.isArray(list), "not_a_list");
  const seen = new Set();
  return list.map((entry) => {
    need(Array.isArray(entry) && entry.length === texts + 1, "bad_price", entry);
    const words = entry.slice(0, -1);
    need(words.every((each) => typeof each === "string"), "bad_price", entry);
    const name = JSON.stringify(words);
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
