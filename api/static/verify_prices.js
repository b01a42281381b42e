// The bound that prices prove: sections 6 and 7 of docs/certificate.md.
import { need } from "./verify_json.js";
import { pairKey, UNITS } from "./verify_plan.js";

const add = (map, key, value) => { if (map.has(key)) map.get(key).push(value); else map.set(key, [value]); };
export const floor = (number, by) => (number >= 0n || number % by === 0n ? number / by : number / by - 1n);

/** What rows add to the constant, and what placements and links pay for them. */
export class Charges {
  constructor(zone, rows) {
    this.zone = zone;
    this.constant = 0n;
    this.lot = new Map();
    this.wide = [];
    this.separation = new Map();
    this.link = new Map();
    this.linkFrom = new Map();
    this.apart = new Map();
    this.apartBeside = new Map();
    for (const { kind, words, price } of rows) this[`take_${kind}`](words, price);
  }

  pair(l, m) { const pair = this.zone.pairs.get(pairKey(l, m)); need(pair, "invalid_row", `${l} ${m}`); return pair; }

  take_lot([l], price) {
    need(this.zone.lots.has(l), "invalid_row", l);
    this.constant += price;
    this.lot.set(l, price);
  }

  take_limit([name, unit], price) {
    const limit = this.zone.policy.limits.find((each) => each.zone === name);
    need(limit && UNITS.includes(unit) && limit[unit] !== null, "invalid_row", `limit ${name} ${unit}`);
    this.constant += price * limit[unit];
    this.wide.push((applicant, lots) => (this.zone.touches(lots, name) ? price * applicant[unit] : 0n));
  }

  take_quota([name, side], price) {
    const quota = this.zone.policy.quotas.find((each) => each.name === name);
    const share = quota && { min: quota.min_lot_share_percent, max: quota.max_lot_share_percent }[side];
    need(["min", "max"].includes(side) && share !== null && share !== undefined, "invalid_row", `quota ${name} ${side}`);
    this.wide.push((applicant, lots) => {
      const each = (this.zone.counts(applicant, quota) ? share - 100n : share) * (side === "min" ? 1n : -1n);
      return price * each * BigInt(lots.length);
    });
  }

  take_changes(words, price) {
    const { policy, instance } = this.zone;
    need(policy.most_changes !== undefined, "invalid_row", "changes");
    this.constant += price * (policy.most_changes - BigInt(instance.applicants.filter((each) => each.earlier_lots).length));
    this.wide.push((applicant, lots) => (this.zone.isEarlier(applicant, lots) ? -price : 0n));
  }

  take_separation([l, m, first, second], price) {
    const [P, Q] = [first.split("|"), second.split("|")];
    need(this.pair(l, m).isApart, "invalid_row", `${l} ${m}`);
    for (const list of [P, Q]) need(new Set(list).size === list.length && list.every((each) => this.zone.sectors.has(each)), "invalid_row", list);
    need(P.every((s) => Q.every((t) => this.zone.hostile(s, t))), "invalid_row", `${first} ${second}`);
    this.constant += price;
    const row = { l, m, P, Q, price };
    add(this.separation, l, row);
    add(this.separation, m, row);
  }

  take_link([l, m, s], price) {
    this.pair(l, m);
    need(this.zone.sectors.has(s), "invalid_row", s);
    this.link.set([l, m, s].join("\n"), price);
    add(this.linkFrom, l, { m, s, price });
  }

  take_apart([l, m, s, a], price) {
    need(this.pair(l, m).x === l, "invalid_row", `${l} ${m}`);
    need(this.zone.applicants.get(a)?.sector === s, "invalid_row", a);
    const key = [l, m, s].join("\n");
    this.apart.set(key, (this.apart.get(key) ?? 0n) + price);
    add(this.apartBeside, l, { other: m, s, a, price });
    add(this.apartBeside, m, { other: l, s, a, price });
  }

  /** What a placement pays. */
  placement(applicant, lots) {
    const g = applicant.sector, seen = new Set();
    let paid = 0n;
    for (const row of this.wide) paid += row(applicant, lots);
    for (const lot of lots) {
      paid += this.lot.get(lot) ?? 0n;
      for (const row of this.separation.get(lot) ?? []) {
        if (seen.has(row)) continue;
        seen.add(row);
        if ((lots.includes(row.l) && row.P.includes(g)) || (lots.includes(row.m) && row.Q.includes(g))) paid += row.price;
      }
      for (const { m, s, price } of this.linkFrom.get(lot) ?? []) if (s === g && !lots.includes(m)) paid -= price;
      for (const { other, s, a, price } of this.apartBeside.get(lot) ?? []) {
        if (s === g && a !== applicant.applicant_id && !lots.includes(other)) paid -= price;
      }
    }
    return paid;
  }

  /** What the link of a pair pays with s on its first lot and t on its second. */
  linked({ x, y }, s, t) {
    const paid = (this.link.get([x, y, s].join("\n")) ?? 0n) + (this.link.get([y, x, t].join("\n")) ?? 0n);
    return paid + (s === t ? this.apart.get([x, y, s].join("\n")) ?? 0n : 0n);
  }
}

/** The bound in millipoints. */
export function boundOfPrices(zone, { prices, scale }, progress = () => {}) {
  const charges = new Charges(zone, prices), covered = new Map(zone.instance.lots.map((each) => [each.lot_id, new Set()]));
  let total = charges.constant, done = 0;
  for (const [name, placements] of zone.placements) {
    const applicant = zone.applicants.get(name);
    let best = applicant.pinned_lots.length ? null : 0n;
    for (const lots of placements) {
      for (const lot of lots) covered.get(lot).add(applicant.sector);
      const gain = scale * zone.whole_worth(applicant, lots) - charges.placement(applicant, lots);
      if (best === null || gain > best) best = gain;
    }
    total += best;
    done += 1;
    progress(done / zone.placements.size);
  }
  for (const pair of new Set(zone.pairs.values())) {
    let best = 0n;
    for (const s of covered.get(pair.x)) {
      for (const t of covered.get(pair.y)) {
        const gain = scale * zone.link(pair, s, t) - charges.linked(pair, s, t);
        if (gain > best) best = gain;
      }
    }
    total += best;
  }
  return floor(total, scale);
}
