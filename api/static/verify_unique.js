// The plan that the draw prefers of all that are worth the bound: section 10 of docs/certificate.md, by pieces 15, by cases 18.
import { compare, compareLists, need, Refusal } from "./verify_json.js";
import { kept, openCases } from "./verify_cases.js";
import { Cut, Filling, Steps } from "./verify_pieces.js";
import { goals, tenants } from "./verify_plan.js";
import { openLeaves } from "./verify_tree.js";

const MOST_STEPS = 50000, MOST_PLANS = 2000;

/** Its sites by applicant, null when no plan is worth the certificate's bound.  Gives up (Refusal too_long) where lotwise does.
 * steps: those of the searches through pieces, and those of putting choices together. */
export function drawn(zone, certificate, steps = [new Steps(MOST_STEPS), new Steps(MOST_STEPS)]) {
  const plans = new Plans(zone, certificate.bound), fixed = zone.instance.applicants.filter((each) => each.pinned_lots.length);
  const pins = new Map(fixed.map((each) => [each.applicant_id, each.pinned_lots]));
  if (certificate.format < 3) ofLeaves(zone, certificate, plans, steps[1]);
  for (const each of certificate.format < 3 ? [] : near(zone, certificate, steps[0])) together(each, pins, plans, steps[1]);
  return plans.best?.sites ?? null;
}

/** The plans that were tried, and the best of those that keep every rule and are worth so much. */
class Plans {
  constructor(zone, value) { Object.assign(this, { zone, value, best: null, tried: 0, ranks: new Map() }); }

  rank(name) {
    if (!this.ranks.has(name)) this.ranks.set(name, this.zone.rank(this.zone.applicants.get(name)));
    return this.ranks.get(name);
  }

  try(held) {
    need((this.tried += 1) <= MOST_PLANS, "too_long");
    const sites = new Map(held);
    try {
      const worth = goals(this.zone, sites, tenants(this.zone, sites));
      if (Object.values(worth).reduce((sum, each) => sum + each) !== this.value) return;
    } catch (error) { if (error instanceof Refusal) return; throw error; }
    const order = [...sites].map(([name, lots]) => [this.rank(name), lots]).sort((one, two) => compare(one[0], two[0]));
    const made = { sites, ranks: order.map(([rank]) => rank), lots: order.map(([, lots]) => lots) };
    const turn = this.best && (compareLists(made.ranks, this.best.ranks) || compareLists(made.lots, this.best.lots, (one, two) => compareLists(one, two)));
    if (turn === null || turn < 0) this.best = made;
  }
}

/** Every combination of one choice for each applicant that loses what a leaf has to spare at most. */
function ofLeaves(zone, certificate, plans, steps) {
  for (const { total, choices, gains, granted } of openLeaves(zone, certificate, certificate.bound - 1n)) {
    const most = total - certificate.scale * certificate.bound, options = new Map();
    for (const { applicant_id } of zone.instance.applicants) options.set(applicant_id, granted.has(applicant_id) ? [] : [{ lots: [], gain: 0n }]);
    choices.forEach(({ applicant, lots }, at) => options.get(applicant.applicant_id).push({ lots, gain: gains[at] }));
    const open = [];
    for (const [name, list] of options) {
      const best = list.reduce((top, { gain }) => (gain > top ? gain : top), list[0].gain);
      const within = list.map(({ lots, gain }) => ({ lots, loss: best - gain })).filter(({ loss }) => loss <= most);
      if (within.length > 1 || within[0].lots.length) open.push({ name, within });
    }
    open.sort((one, two) => one.within.length - two.within.length || compare(one.name, two.name));
    const held = new Map(), taken = new Set();
    const extend = (depth, spare) => {
      steps.take();
      need(plans.tried < MOST_PLANS, "too_long");
      if (depth === open.length) return plans.try(held);
      const { name, within } = open[depth];
      for (const { lots, loss } of within) {
        if (loss > spare || lots.some((each) => taken.has(each))) continue;
        if (lots.length) held.set(name, lots);
        for (const each of lots) taken.add(each);
        extend(depth + 1, spare - loss);
        held.delete(name);
        for (const each of lots) taken.delete(each);
      }
    };
    extend(0, most);
  }
}

/** For each case, or for all plans when there are none: the fillings of each piece that lose what there is to spare at most. */
function* near(zone, certificate, steps) {
  const { scale, bound, format } = certificate;
  const listed = (spare, pieces, fill) => pieces.map((piece, at) => {
    const found = [];
    fill(at, spare + 1n, (loss, sites) => found.push({ loss, sites }));
    return found;
  });
  if (format === 3) {
    const cut = new Cut(zone, certificate), spare = cut.total() - scale * bound;
    const fill = (at, ...under) => new Filling(cut, at, steps, new Set(), ...under).go();
    return yield { spare, fillings: listed(spare, certificate.pieces, fill), applicants: certificate.applicants };
  }
  const { sites, isNarrow } = kept(zone, certificate, steps);
  need(sites && !isNarrow, "too_long");
  for (const { total, pieces, applicants, fill } of openCases(zone, certificate, sites, steps)) {
    const spare = total - scale * bound;
    if (spare >= 0n) yield { spare, fillings: listed(spare, pieces, fill), applicants };
  }
}

/** One filling of each piece, each applicant once, that lose the spare at most; the price of an applicant that is in none is lost too. */
function together({ spare, fillings, applicants }, pins, plans, steps) {
  fillings.sort((one, two) => one.length - two.length);
  const last = new Map(), due = fillings.map(() => []);
  fillings.forEach((list, at) => { for (const { sites } of list) for (const name of sites.keys()) last.set(name, at); });
  let most = spare;
  for (const { words: [name], price } of applicants) if (last.has(name)) due[last.get(name)].push({ name, price }); else most -= price;
  const extend = (at, left, held) => {
    steps.take();
    if (at === fillings.length) return plans.try(held);
    for (const { loss, sites } of fillings[at]) {
      if (loss > left || [...sites.keys()].some((name) => held.has(name))) continue;
      const both = new Map([...held, ...sites]);
      const rest = due[at].reduce((sum, { name, price }) => (both.has(name) ? sum : sum - price), left - loss);
      if (rest >= 0n) extend(at + 1, rest, both);
    }
  };
  extend(0, most, pins);
}
