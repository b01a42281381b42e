// A zone as the rules look it up, and a plan against them: feasibility, value and waitlist, from the instance alone.
import { compare, compareLists, hashOfText, need } from "./verify_json.js";

export const pairKey = (one, two) => `${one}\n${two}`;
export const UNITS = ["power_kw", "water_hl_day"];
const sum = (values) => values.reduce((total, each) => total + each, 0n);

/** The instance with what is looked up again and again.  placements: those of its applicants, where they are known. */
export class Zone {
  constructor(instance, placements = null) {
    this.instance = instance;
    this.policy = instance.policy;
    this.lots = new Map(instance.lots.map((each) => [each.lot_id, each]));
    this.applicants = new Map(instance.applicants.map((each) => [each.applicant_id, each]));
    this.sectors = new Map(this.policy.sectors.map((each) => [each.sector_id, each]));
    this.pairs = new Map();
    this.beside = new Map(instance.lots.map((each) => [each.lot_id, []]));
    for (const pair of instance.neighbours) {
      const rate = pair.kind === "border" ? this.policy.border_metre : this.policy.street_metre;
      const known = { x: pair.lot_a, y: pair.lot_b, kind: pair.kind, rate: rate * pair.length_dm, isApart: this.policy.separation.includes(pair.kind) };
      for (const [one, two] of [[known.x, known.y], [known.y, known.x]]) {
        this.pairs.set(pairKey(one, two), known);
        this.beside.get(one).push(two);
      }
    }
    this.percent = new Map([...this.sectors.keys()].map((each) => [pairKey(each, each), 100n]));
    for (const { sector_a, sector_b, percent } of this.policy.affinity) {
      this.percent.set(pairKey(sector_a, sector_b), percent);
      this.percent.set(pairKey(sector_b, sector_a), percent);
    }
    this.hostility = new Map();
    this.pinned = new Map();
    for (const each of instance.applicants) for (const lot of each.pinned_lots) this.pinned.set(lot, each);
    const sites = placements ?? this.sites();
    this.placements = placements ?? new Map(instance.applicants.map((each) => [each.applicant_id, this.placed(each, sites)]));
  }

  hostile(s, t) {
    const key = pairKey(s, t);
    if (!this.hostility.has(key)) {
      const one = this.sectors.get(s), two = this.sectors.get(t);
      this.hostility.set(key, one.emits.some((each) => two.sensitive_to.includes(each)) || two.emits.some((each) => one.sensitive_to.includes(each)));
    }
    return this.hostility.get(key);
  }

  /** Millipoints of a pair that two tenants of these sectors hold. */
  link(pair, s, t) { return pair.rate * (this.percent.get(pairKey(s, t)) ?? 0n); }

  sites() {
    const free = new Set(this.instance.lots.filter((each) => each.status === "available" && !this.pinned.has(each.lot_id)).map((each) => each.lot_id));
    const joined = (lot) => this.beside.get(lot).filter((other) => free.has(other) && this.pairs.get(pairKey(lot, other)).kind === this.policy.across);
    const all = new Map();
    let last = [...free].map((lot) => [lot]);
    for (let size = 1n; last.length && size <= this.policy.max_lots; size += 1n) {
      const grown = new Map();
      for (const site of last) all.set(site.join("\n"), site);
      for (const site of last) {
        for (const lot of site) {
          for (const other of joined(lot)) {
            if (site.includes(other)) continue;
            const larger = [...site, other].sort(compare);
            grown.set(larger.join("\n"), larger);
          }
        }
      }
      last = [...grown.values()];
    }
    return [...all.values()].map((lots) => {
      const held = lots.map((each) => this.lots.get(each));
      return { lots, held, area: sum(held.map((each) => each.area_m2)), power: sum(held.map((each) => each.power_kw)), water: sum(held.map((each) => each.water_hl_day)) };
    });
  }

  placed(applicant, sites) {
    if (applicant.pinned_lots.length) return [applicant.pinned_lots];
    if (applicant.score < this.policy.min_score) return [];
    return sites.filter((site) => this.fits(applicant, site)).map((site) => site.lots);
  }

  fits(applicant, { lots, held, area, power, water }) {
    return BigInt(lots.length) <= applicant.max_lots && applicant.area_min_m2 <= area && area <= applicant.area_max_m2
      && power >= applicant.power_kw && water >= applicant.water_hl_day
      && held.every((lot) => !lot.sectors.length || lot.sectors.includes(applicant.sector))
      && (!applicant.zones.length || held.every((lot) => applicant.zones.includes(lot.zone)))
      && (!applicant.beside_lots.length || applicant.beside_lots.some((near) => lots.some((lot) => lot === near || this.pairs.get(pairKey(lot, near))?.kind === "border")));
  }

  touches(lots, zone) { return !zone || lots.some((each) => this.lots.get(each).zone === zone); }
  counts(applicant, quota) { return quota.group ? applicant.group === quota.group : applicant.sector === quota.sector; }
  isEarlier(applicant, lots) { return Boolean(applicant.earlier_lots) && !compareLists(applicant.earlier_lots, lots); }

  /** Millipoints of a grant by itself, goal by goal. */
  worth(applicant, lots) {
    const { job_direct, job_indirect, preferred_lot, kept_site } = this.policy;
    return {
      jobs: 1000n * (job_direct * applicant.jobs_direct + job_indirect * applicant.jobs_indirect),
      preferred: lots.some((each) => applicant.preferred_lots.includes(each)) ? 1000n * preferred_lot : 0n,
      stability: kept_site && this.isEarlier(applicant, lots) ? 1000n * kept_site : 0n,
    };
  }
  whole_worth(applicant, lots) { return sum(Object.values(this.worth(applicant, lots))); }

  /** Rank in the published lottery: 64 digits, the smaller the earlier. */
  rank(applicant) { return hashOfText(`${this.policy.lottery_seed}:${applicant.applicant_id}`); }
}

/** Who holds each lot, once the plan is found to keep every rule. */
export function tenants(zone, assignments) {
  const tenant = new Map();
  for (const [name, lots] of assignments) {
    const applicant = zone.applicants.get(name);
    need(applicant, "plan_breaks_rule", name);
    need(Array.isArray(lots) && lots.length && lots.every((each) => zone.lots.has(each)), "plan_breaks_rule", name);
    const site = [...lots].sort(compare);
    assignments.set(name, site);
    need(zone.placements.get(name).some((each) => !compareLists(each, site)), "plan_breaks_rule", `${name}: ${site}`);
    for (const lot of site) {
      need(!tenant.has(lot), "plan_breaks_rule", lot);
      tenant.set(lot, applicant);
    }
  }
  for (const each of zone.instance.applicants) need(!each.pinned_lots.length || assignments.has(each.applicant_id), "plan_breaks_rule", each.applicant_id);
  for (const { lot_a, lot_b } of zone.instance.neighbours) {
    const one = tenant.get(lot_a), two = tenant.get(lot_b);
    if (!one || !two || one === two || !zone.pairs.get(pairKey(lot_a, lot_b)).isApart) continue;
    need(!zone.hostile(one.sector, two.sector), "plan_breaks_rule", `${lot_a} ${lot_b}`);
  }
  for (const limit of zone.policy.limits) {
    for (const unit of UNITS) {
      const inside = [...assignments].filter(([, lots]) => zone.touches(lots, limit.zone)).map(([name]) => zone.applicants.get(name)[unit]);
      need(limit[unit] === null || sum(inside) <= limit[unit], "plan_breaks_rule", `${unit} ${limit.zone}`);
    }
  }
  const granted = BigInt(tenant.size);
  for (const quota of zone.policy.quotas) {
    const counted = BigInt([...tenant.values()].filter((each) => zone.counts(each, quota)).length);
    const { min_lot_share_percent: low, max_lot_share_percent: high } = quota;
    need((low === null || 100n * counted >= low * granted) && (high === null || 100n * counted <= high * granted), "plan_breaks_rule", quota.name);
  }
  if (zone.policy.most_changes !== undefined) {
    const moved = zone.instance.applicants.filter((each) => each.earlier_lots && !zone.isEarlier(each, assignments.get(each.applicant_id) ?? []));
    need(BigInt(moved.length) <= zone.policy.most_changes, "plan_breaks_rule", "most_changes");
  }
  return tenant;
}

/** The goals of a plan in millipoints. */
export function goals(zone, assignments, tenant) {
  const found = { jobs: 0n, preferred: 0n, clustering: 0n, stability: 0n };
  for (const [name, lots] of assignments) {
    for (const [goal, worth] of Object.entries(zone.worth(zone.applicants.get(name), lots))) found[goal] += worth;
  }
  for (const { lot_a, lot_b } of zone.instance.neighbours) {
    const one = tenant.get(lot_a), two = tenant.get(lot_b);
    if (one && two && one !== two) found.clustering += zone.link(zone.pairs.get(pairKey(lot_a, lot_b)), one.sector, two.sector);
  }
  return found;
}

/** Who holds nothing and fits somewhere, in the order in which they wait. */
export function waitlist(zone, assignments) {
  const waits = zone.instance.applicants.filter((each) => !assignments.has(each.applicant_id) && zone.placements.get(each.applicant_id).length);
  const first = (each) => (zone.policy.waitlist ? each.rounds_waited ?? 0n : 0n);
  const keyed = waits.map((each) => ({ id: each.applicant_id, waited: first(each), score: each.score, rank: zone.rank(each) }));
  keyed.sort((one, two) => Number(two.waited - one.waited) || Number(two.score - one.score) || compare(one.rank, two.rank));
  return keyed.map((each) => each.id);
}
