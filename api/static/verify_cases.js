// The bound of a certificate by cases: section 18 of docs/certificate.md.  A first proof leaves placements out; each case has a proof of its own.
import { need } from "./verify_json.js";
import { Cut, Filling } from "./verify_pieces.js";
import { floor } from "./verify_prices.js";

const MOST_STEPS = 10000000;

/** The bound in millipoints: what the certificate claims, or more where a case proves only more. */
export function boundOfCases(zone, { scale, bound, proofs, cases }, progress = () => {}) {
  for (const { kind, name, where } of cases) {
    if (kind === "lot") need(zone.lots.has(name) && zone.sectors.has(where), "invalid_split", name);
    if (kind === "placed") need(zone.applicants.has(name), "invalid_split", name);
  }
  const root = kept(zone, { ...proofs[0], scale }, bound);
  if (root.sites === null) return bound;
  const ends = cases.filter((each) => each.kind === "proof").length;
  let { steps } = root, most = bound, done = 0;
  const waiting = [{ node: cases[0], answers: null }];
  while (waiting.length) {
    const { node, answers } = waiting.pop();
    if (node.kind === "proof") {
      const found = ofCase(zone, { ...proofs[node.proof], scale }, root.sites, answers, steps);
      steps = found.steps;
      if (found.total !== null && floor(found.total, scale) > most) most = floor(found.total, scale);
      progress((done += 1) / ends);
    } else {
      waiting.push({ node: cases[node.yes], answers: { ...node, isSo: true, above: answers } });
      waiting.push({ node: cases[node.no], answers: { ...node, isSo: false, above: answers } });
    }
  }
  return most;
}

/** The sites of each applicant that a plan above the claim can hold by the first proof, null when there is no such plan. */
function kept(zone, proof, bound) {
  const cut = new Cut(zone, proof), found = [];
  let total = cut.constant() + cut.between(), steps = 0;
  proof.pieces.forEach((piece, at) => {
    const filling = new Filling(cut, at, steps, MOST_STEPS);
    steps = filling.go();
    total += piece.most;
    for (const { applicant, site, loss } of filling.starts.flat()) found.push({ applicant, site, costs: loss - filling.spare });
  });
  const room = total - proof.scale * (bound + 1n);
  if (room < 0n) return { sites: null, steps };
  const sites = new Map([...zone.applicants.keys()].map((each) => [each, []]));
  for (const { applicant, site, costs } of found) if (costs <= room) sites.get(applicant).push(site);
  return { sites, steps };
}

/** What no plan of a case exceeds, times the scale, null when it holds none; and the steps taken so far. */
function ofCase(zone, proof, sites, answers, taken) {
  const held = new Set(), placed = proof.pieces.map(() => new Set()), listed = [];
  for (let each = answers; each; each = each.above) {
    listed.push(each);
    if (each.isSo && each.kind === "lot") held.add(each.name);
    if (each.isSo && each.kind === "placed") placed[each.where].add(each.name);
  }
  const counts = (applicant, lots, at) => listed.every(({ kind, name, where, isSo }) => (kind === "lot"
    ? !lots.includes(name) || (applicant.sector === where) === isSo
    : applicant.applicant_id !== name || (at === where) === isSo));
  const cut = new Cut(zone, proof, sites, counts);
  const isOpen = placed.every((names, at) => [...names].every((name) => cut.placements[at].some((each) => each.applicant === name)));
  if (!isOpen) return { total: null, steps: taken };
  let total = cut.constant() + cut.between(), steps = taken;
  proof.pieces.forEach((piece, at) => {
    const filling = new Filling(cut, at, steps, MOST_STEPS, held), starts = filling.starts.flat();
    const choices = [...placed[at]].map((name) => starts.filter((each) => each.applicant === name));
    for (const way of ways(choices)) {
      filling.count();
      filling.go(way);
    }
    steps = filling.steps;
    total += piece.most;
  });
  return { total, steps };
}

/** One of each list, in every combination. */
function* ways([first, ...others]) {
  if (!first) yield [];
  else for (const one of first) for (const rest of ways(others)) yield [one, ...rest];
}
