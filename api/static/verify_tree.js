// The bound of a certificate with a tree of cases: section 12 of docs/certificate.md.
import { compare, need } from "./verify_json.js";
import { prices as rowsOf } from "./verify_form.js";
import { Charges, floor } from "./verify_prices.js";

const MOST_NODES = 2 ** 20;
const rowName = ({ kind, words }) => JSON.stringify([kind, ...words]);

/** The nodes with their prices and splits, once they are found to be one tree. */
function nodesOf(list) {
  need(list.length <= MOST_NODES, "bad_tree");
  const nodes = list.map((node, at) => {
    need(node instanceof Map && node.size === 2 && node.has("prices") && node.has("split"), "bad_node", at);
    return { rows: rowsOf(node.get("prices"), 0n, { branch: 1 }), split: splitOf(node.get("split"), at, list.length), parent: null };
  });
  nodes.forEach(({ split }, at) => {
    for (const child of split ? [split.below, split.above] : []) {
      need(child > at && nodes[child].parent === null, "bad_tree", child);
      nodes[child].parent = at;
    }
  });
  nodes.forEach((node, at) => need(at === 0 || node.parent !== null, "bad_tree", at));
  return nodes;
}

function splitOf(split, at, count) {
  if (split === null) return null;
  const isCover = Array.isArray(split) && split[0] === "cover";
  need(Array.isArray(split) && (isCover || split[0] === "granted") && split.length === (isCover ? 6 : 5), "bad_split", at);
  const lists = split.slice(1, -3), [k, below, above] = split.slice(-3);
  for (const list of lists) {
    need(Array.isArray(list) && list.length && list.every((each) => typeof each === "string"), "bad_split", at);
    need(list.every((each, place) => !place || compare(list[place - 1], each) < 0), "bad_split", at);
  }
  for (const [number, most] of [[k, lists[0].length - 1], [below, count - 1], [above, count - 1]]) {
    need(typeof number === "bigint", "not_whole", at);
    need(number >= 0n && number <= BigInt(most), "bad_split", at);
  }
  return { isCover, of: new Set(lists[0]), sectors: isCover ? new Set(lists[1]) : null, k, below: Number(below), above: Number(above) };
}

/** How much a placement adds to what a split counts. */
function counted(split, { applicant, lots }) {
  if (!split.isCover) return split.of.has(applicant.applicant_id) ? 1n : 0n;
  return split.sectors.has(applicant.sector) ? BigInt(lots.filter((each) => split.of.has(each)).length) : 0n;
}

/** Number of each node above -> whether the way goes to its case below. */
function wayTo(nodes, at) {
  const way = new Map();
  for (let child = at, above = nodes[at].parent; above !== null; child = above, above = nodes[above].parent) way.set(above, nodes[above].split.below === child);
  return way;
}

/** What the rows of a node and the cases that lead to it charge. */
function chargesOf(zone, nodes, at, rows) {
  const charges = new Charges(zone, rows.filter(({ kind }) => kind !== "branch"));
  const way = wayTo(nodes, at);
  for (const { words: [number], price } of rows.filter(({ kind }) => kind === "branch")) {
    need(/^(0|[1-9][0-9]*)$/.test(number) && way.has(Number(number)), "bad_branch", number);
    const { split } = nodes[Number(number)], isBelow = way.get(Number(number));
    charges.constant += isBelow ? price * split.k : -price * (split.k + 1n);
    charges.wide.push((applicant, lots) => (isBelow ? price : -price) * counted(split, { applicant, lots }));
  }
  return charges;
}

/** Step 3: links both of whose ends are still covered. */
function linked(links, choices) {
  const covered = new Set();
  for (const { applicant, lots } of choices) for (const lot of lots) covered.add(`${lot}\n${applicant.sector}`);
  return links.filter(({ pair, s, t }) => covered.has(`${pair.x}\n${s}`) && covered.has(`${pair.y}\n${t}`));
}

/** Step 4: the bound times the scale with the gain of each choice and the best of each owner; null when no plan is left. */
function valued(zone, scale, charges, { choices, links, granted }) {
  const bests = new Map(zone.instance.applicants.filter((each) => !granted.has(each.applicant_id)).map((each) => [each, 0n]));
  const raise = (owner, gain) => { if (!bests.has(owner) || gain > bests.get(owner)) bests.set(owner, gain); return gain; };
  for (const pair of new Set(links.map((each) => each.pair))) bests.set(pair, 0n);
  const gains = choices.map((each) => raise(each.applicant, scale * zone.whole_worth(each.applicant, each.lots) - charges.placement(each.applicant, each.lots)));
  const earned = links.map(({ pair, s, t }) => raise(pair, scale * zone.link(pair, s, t) - charges.linked(pair, s, t)));
  if (zone.instance.applicants.some((each) => !bests.has(each))) return null;
  let total = charges.constant;
  for (const each of bests.values()) total += each;
  return { total, bests, gains, earned };
}

/** Step 2: what a case leaves out at once. */
function entered(split, isBelow, { choices, links, granted }) {
  const isNone = isBelow && split.k === 0n, isAll = !isBelow && split.k + 1n === BigInt(split.of.size);
  if (isNone) return { choices: choices.filter((each) => !counted(split, each)), links, granted };
  if (!isAll) return { choices, links, granted };
  if (!split.isCover) return { choices, links, granted: new Set([...granted, ...split.of]) };
  const others = ({ applicant, lots }) => split.sectors.has(applicant.sector) || !lots.some((each) => split.of.has(each));
  return { choices: choices.filter(others), links, granted };
}

/** The bound in millipoints: the claim, when every leaf is closed.  Raises Refusal bound_too_low otherwise. */
export function boundOfTree(zone, certificate, progress = () => {}) {
  for (const { total } of openLeaves(zone, certificate, certificate.bound, progress)) need(false, "bound_too_low", floor(total, certificate.scale));
  return certificate.bound;
}

/** What each leaf that proves only more than the claim leaves to choose.  Without a tree there is one, of all plans. */
export function* openLeaves(zone, { scale, prices, tree }, claim, progress = () => {}) {
  const nodes = nodesOf(tree ?? [new Map([["prices", []], ["split", null]])]);
  nodes.forEach(({ rows, split }, at) => {
    chargesOf(zone, nodes, at, rows);
    for (const each of split ? split.of : []) need((split.isCover ? zone.lots : zone.applicants).has(each), "invalid_split", each);
    for (const each of split?.sectors ?? []) need(zone.sectors.has(each), "invalid_split", each);
  });
  const choices = zone.instance.applicants.flatMap((applicant) => zone.placements.get(applicant.applicant_id).map((lots) => ({ applicant, lots })));
  const links = [];
  for (const pair of new Set(zone.pairs.values())) {
    for (const s of zone.sectors.keys()) for (const t of zone.sectors.keys()) if (zone.link(pair, s, t) > 0n) links.push({ pair, s, t });
  }
  const granted = new Set(zone.instance.applicants.filter((each) => each.pinned_lots.length).map((each) => each.applicant_id));
  const waiting = [{ at: 0, left: { choices, links, granted }, above: new Map(prices.map((row) => [rowName(row), row])), share: 1 }];
  let done = 0;
  while (waiting.length) {
    const { at, left, above, share } = waiting.pop();
    const priced = new Map(above);
    for (const row of nodes[at].rows) if (row.price) priced.set(rowName(row), row); else priced.delete(rowName(row));
    const charges = chargesOf(zone, nodes, at, [...priced.values()]);
    const isClosed = (found) => found === null || floor(found.total, scale) <= claim;
    left.links = linked(left.links, left.choices);
    let found = valued(zone, scale, charges, left);
    if (!isClosed(found)) {
      const slack = found.total - scale * (claim + 1n), { bests, gains, earned } = found;
      const must = zone.instance.applicants.filter((each) => bests.get(each) > slack).map((each) => each.applicant_id);
      left.granted = new Set([...left.granted, ...must]);
      left.links = left.links.filter(({ pair }, place) => bests.get(pair) - earned[place] <= slack);
      left.choices = left.choices.filter(({ applicant }, place) => bests.get(applicant) - gains[place] <= slack);
      left.links = linked(left.links, left.choices);
      found = valued(zone, scale, charges, left);
    }
    const { split } = nodes[at];
    if (isClosed(found)) { done += share; progress(done); continue; }
    if (split === null) { yield { ...left, ...found }; continue; }
    for (const isBelow of [false, true]) {
      waiting.push({ at: isBelow ? split.below : split.above, left: { ...entered(split, isBelow, left) }, above: priced, share: share / 2 });
    }
  }
}
