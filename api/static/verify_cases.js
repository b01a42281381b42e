// The bound of a certificate by cases: section 18 of docs/certificate.md.  A first proof leaves placements out; each case has a proof of its own.
import { need } from "./verify_json.js";
import { Cut, Filling, Steps } from "./verify_pieces.js";
import { floor } from "./verify_prices.js";

const MOST_STEPS = 10000000;

/** The bound in millipoints: what the certificate claims, or more where a case proves only more. */
export function boundOfCases(zone, certificate, progress = () => {}, steps = new Steps(MOST_STEPS)) {
  const { scale, bound, cases } = certificate, ends = cases.filter((each) => each.kind === "proof").length;
  const { sites } = kept(zone, certificate, steps);
  let most = bound, done = 0;
  for (const { total, pieces, fill } of sites ? openCases(zone, certificate, sites, steps) : []) {
    pieces.forEach((piece, at) => fill(at));
    if (floor(total, scale) > most) most = floor(total, scale);
    progress((done += 1) / ends);
  }
  return most;
}

/** The sites of each applicant that a plan above the claim can hold by the first proof, null when there is no such plan.
 * isNarrow: a plan worth the claim may hold one that is left out. */
export function kept(zone, { scale, bound, proofs, cases }, steps) {
  for (const { kind, name, where } of cases) {
    if (kind === "lot") need(zone.lots.has(name) && zone.sectors.has(where), "invalid_split", name);
    if (kind === "placed") need(zone.applicants.has(name), "invalid_split", name);
  }
  const cut = new Cut(zone, { ...proofs[0], scale }), found = [];
  cut.pieces.forEach((piece, at) => {
    const filling = new Filling(cut, at, steps);
    filling.go();
    for (const { applicant, site, loss } of filling.starts.flat()) found.push({ applicant, site, costs: loss - filling.over });
  });
  const room = cut.total() - scale * (bound + 1n);
  if (room < 0n) return { sites: null };
  const sites = new Map([...zone.applicants.keys()].map((each) => [each, []]));
  for (const { applicant, site, costs } of found) if (costs <= room) sites.get(applicant).push(site);
  return { sites, isNarrow: found.some(({ costs }) => costs > room && costs <= room + scale) };
}

/** Each case that holds a plan, with the sites that were kept: what no plan of it exceeds, times the scale, the pieces and prices
 * of its proof, and fill(at, under, tell), which goes through the fillings of a piece as Filling does. */
export function* openCases(zone, { scale, proofs, cases }, sites, steps) {
  const waiting = [{ node: cases[0], answers: null }];
  while (waiting.length) {
    const { node, answers } = waiting.pop();
    if (node.kind !== "proof") {
      for (const isSo of [true, false]) waiting.push({ node: cases[isSo ? node.yes : node.no], answers: { ...node, isSo, above: answers } });
      continue;
    }
    const proof = proofs[node.proof], held = new Set(), placed = proof.pieces.map(() => new Set()), listed = [];
    for (let each = answers; each; each = each.above) {
      listed.push(each);
      if (each.isSo && each.kind === "lot") held.add(each.name);
      if (each.isSo && each.kind === "placed") placed[each.where].add(each.name);
    }
    const counts = (applicant, lots, at) => listed.every(({ kind, name, where, isSo }) => (kind === "lot"
      ? !lots.includes(name) || (applicant.sector === where) === isSo
      : applicant.applicant_id !== name || (at === where) === isSo));
    const cut = new Cut(zone, { ...proof, scale }, sites, counts);
    const numbers = placed.map((names, at) => [...names].map((name) => cut.placements[at].filter((each) => each.applicant === name).length));
    if (numbers.flat().includes(0)) continue;
    for (const each of numbers) steps.take(each.reduce((product, number) => product * number, 1));
    yield { ...proof, total: cut.total(), fill(at, ...under) {
      const filling = new Filling(cut, at, steps, held, ...under), starts = filling.starts.flat();
      for (const way of ways([...placed[at]].map((name) => starts.filter((each) => each.applicant === name)))) filling.go(way);
    } };
  }
}

/** One of each list, in every combination. */
function* ways([first, ...others]) {
  if (!first) yield [];
  else for (const one of first) for (const rest of ways(others)) yield [one, ...rest];
}
