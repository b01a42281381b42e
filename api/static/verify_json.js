// Documents as the check reads them: whole numbers without limit of size, no key twice, and canonical text for hashes.
import { sha256 } from "./verify_hash.js";

/** Something that the files say and that is not so. */
export class Refusal extends Error {
  constructor(code, said = "") { super(`${code} ${said}`.trim()); this.code = code; this.said = String(said); }
}
export function need(holds, code, said = "") { if (!holds) throw new Refusal(code, said); }

/** A number with a point or an exponent, as it was written: it is never read as another one. */
export class Fraction { constructor(text) { this.text = text; } }

const DEEPEST = 100;
const ESCAPES = { '"': '"', "\\": "\\", "/": "/", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };

/** The document in these bytes: objects as Map, whole numbers as BigInt. */
export function parse(bytes) {
  let text;
  try { text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes); } catch { throw new Refusal("not_json", "not UTF-8"); }
  let at = 0;
  const wrong = () => { throw new Refusal("not_json", `character ${at}`); };
  const blank = () => { while (at < text.length && " \t\n\r".includes(text[at])) at += 1; };
  const take = (sign) => { if (text[at] !== sign) wrong(); at += 1; };
  const number = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/y;

  function string() {
    take('"');
    let made = "", from = at;
    for (;;) {
      const sign = text[at];
      if (sign === undefined || sign < " ") wrong();
      if (sign === '"') { made += text.slice(from, at); at += 1; break; }
      if (sign !== "\\") { at += 1; continue; }
      made += text.slice(from, at);
      const next = text[at + 1];
      if (next === "u") {
        const digits = text.slice(at + 2, at + 6);
        if (!/^[0-9a-fA-F]{4}$/.test(digits)) wrong();
        made += String.fromCharCode(parseInt(digits, 16));
        at += 6;
      } else { if (!(next in ESCAPES)) wrong(); made += ESCAPES[next]; at += 2; }
      from = at;
    }
    if (/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(made)) wrong();
    return made;
  }

  function value(depth) {
    if (depth > DEEPEST) wrong();
    blank();
    const sign = text[at];
    if (sign === '"') return string();
    if (sign === "{") {
      const made = new Map();
      at += 1; blank();
      if (text[at] === "}") { at += 1; return made; }
      for (;;) {
        blank();
        const key = string();
        need(!made.has(key), "key_twice", key);
        blank(); take(":");
        made.set(key, value(depth + 1));
        blank();
        if (text[at] === "}") { at += 1; return made; }
        take(",");
      }
    }
    if (sign === "[") {
      const made = [];
      at += 1; blank();
      if (text[at] === "]") { at += 1; return made; }
      for (;;) {
        made.push(value(depth + 1));
        blank();
        if (text[at] === "]") { at += 1; return made; }
        take(",");
      }
    }
    for (const [word, means] of [["true", true], ["false", false], ["null", null]]) {
      if (text.startsWith(word, at)) { at += word.length; return means; }
    }
    number.lastIndex = at;
    const found = number.exec(text);
    if (!found) wrong();
    at += found[0].length;
    return found[1] || found[2] ? new Fraction(found[0]) : BigInt(found[0]);
  }

  const made = value(0);
  blank();
  if (at !== text.length) wrong();
  return made;
}

/** By Unicode code point, not by UTF-16 unit. */
export function compare(one, two) {
  const least = Math.min(one.length, two.length);
  for (let at = 0; at < least; at += 1) {
    const x = one.charCodeAt(at), y = two.charCodeAt(at);
    if (x === y) continue;
    const isHigh = (unit) => unit >= 0xd800 && unit <= 0xdfff;
    return isHigh(x) === isHigh(y) ? x - y : isHigh(x) ? 1 : -1;
  }
  return one.length - two.length;
}
export function compareLists(one, two, by = compare) {
  for (let at = 0; at < Math.min(one.length, two.length); at += 1) {
    const turn = by(one[at], two[at]);
    if (turn) return turn;
  }
  return one.length - two.length;
}

const SHORT = { '"': '\\"', "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t" };
const quoted = (text) => `"${text.replace(/["\\\u0000-\u001f]/g, (sign) => SHORT[sign] ?? "\\u" + sign.charCodeAt(0).toString(16).padStart(4, "0"))}"`;

/** The canonical text of a document of Maps or plain objects, lists, text, BigInt, true, false and null. */
export function canonical(value) {
  if (typeof value === "string") return quoted(value);
  if (typeof value === "bigint" || typeof value === "boolean" || value === null) return String(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  need(!(value instanceof Fraction), "not_whole", value.text);
  const entries = (value instanceof Map ? [...value] : Object.entries(value)).sort((one, two) => compare(one[0], two[0]));
  return `{${entries.map(([key, each]) => `${quoted(key)}:${canonical(each)}`).join(",")}}`;
}

export const hashOf = (value) => sha256(new TextEncoder().encode(canonical(value)));
export const hashOfText = (text) => sha256(new TextEncoder().encode(text));
