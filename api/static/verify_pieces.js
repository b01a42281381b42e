// The bound of a certificate by pieces: section 15 of docs/certificate.md, going through every way of filling each piece.
import { need } from "./verify_json.js";
import { pairKey } from "./verify_plan.js";
import { Charges, floor } from "./verify_prices.js";

const MOST_STEPS = 2000000;
const word = (...texts) => texts.join("\n");

/** The bound in millipoints, once no filling of any piece is found to bring more than the certificate says. */
export function boundOfPieces(zone, certificate, progress = () => {}, steps = new Steps(MOST_STEPS)) {
  const cut = new Cut(zone, certificate);
  certificate.pieces.forEach((piece, at) => {
    new Filling(cut, at, steps).go();
    progress((at + 1) / certificate.pieces.length);
  });
  return floor(cut.total(), certificate.scale);
}

/** The steps that searches take together, of as many as they may take. */
export class Steps {
  constructor(most) { this.most = most; this.taken = 0; }
  take(count = 1) {
    this.taken += count;
    need(this.taken <= this.most, "too_long");
  }
}

/** The zone cut into pieces: prices by name, the placements that are left, and what each brings.
 * sites: the sites of each applicant without a pin, of which those count that `counts` agrees to. */
export class Cut {
  constructor(zone, { scale, pieces, applicants, rows, borders, lots }, sites = zone.placements, counts = () => true) {
    this.zone = zone;
    this.sites = sites;
    this.counts = counts;
    this.scale = scale;
    this.pieces = pieces;
    this.pieceOf = new Map();
    pieces.forEach((piece, at) => {
      for (const lot of piece.lots) {
        need(zone.lots.has(lot) && !zone.pinned.has(lot) && !this.pieceOf.has(lot), "bad_piece", lot);
        this.pieceOf.set(lot, at);
      }
    });
    this.fee = new Map();
    for (const { words: [name], price } of applicants) {
      need(zone.applicants.has(name) && !zone.applicants.get(name).pinned_lots.length, "invalid_row", name);
      this.fee.set(name, price);
    }
    this.charges = new Charges(zone, rows.map(({ words: [kind, one, two], price }) => {
      const isChanges = kind === "changes" && !one && !two;
      need(["limit", "quota"].includes(kind) || isChanges, "invalid_row", kind);
      return { kind, words: isChanges ? [] : [one, two], price };
    }));
    this.border = new Map();
    for (const { words: [l, m, s], price } of borders) {
      need(zone.pairs.has(pairKey(l, m)) && zone.sectors.has(s), "invalid_row", `${l} ${m} ${s}`);
      this.border.set(word(l, m, s), price);
    }
    this.lot = new Map();
    for (const { words: [l], price } of lots) { need(zone.lots.has(l), "invalid_row", l); this.lot.set(l, price); }
    this.covered = new Map([...this.pieceOf.keys()].map((each) => [each, new Set()]));
    this.placements = pieces.map(() => []);
    for (const applicant of zone.instance.applicants) if (!applicant.pinned_lots.length) this.place(applicant);
  }

  link(pair, s, t) { return this.scale * this.zone.link(pair, s, t); }
  isForbidden(pair, s, t) { return pair.isApart && this.zone.hostile(s, t); }
  end(l, m, s) { return this.border.get(word(l, m, s)) ?? 0n; }

  constant() {
    let total = this.charges.constant;
    for (const price of this.fee.values()) total += price;
    for (const each of this.zone.instance.applicants) {
      if (!each.pinned_lots.length) continue;
      total += this.scale * this.zone.whole_worth(each, each.pinned_lots) - this.charges.placement(each, each.pinned_lots);
    }
    for (const pair of new Set(this.zone.pairs.values())) {
      const one = this.zone.pinned.get(pair.x), two = this.zone.pinned.get(pair.y);
      if (one && two && one !== two) total += this.link(pair, one.sector, two.sector);
    }
    return total;
  }

  place(applicant) {
    const { zone } = this, s = applicant.sector;
    for (const lots of this.sites.get(applicant.applicant_id)) {
      const beside = lots.flatMap((lot) => zone.beside.get(lot).map((other) => ({ lot, other, pair: zone.pairs.get(pairKey(lot, other)) })));
      const stands = beside.some(({ other, pair }) => zone.pinned.has(other) && this.isForbidden(pair, s, zone.pinned.get(other).sector));
      if (stands) continue;
      const at = this.pieceOf.get(lots[0]);
      need(at !== undefined && lots.every((lot) => this.pieceOf.get(lot) === at), "bad_piece", lots);
      if (!this.counts(applicant, lots, at)) continue;
      let gain = this.scale * zone.whole_worth(applicant, lots) - (this.fee.get(applicant.applicant_id) ?? 0n) - this.charges.placement(applicant, lots);
      for (const { lot, other, pair } of beside) {
        const pin = zone.pinned.get(other), place = this.pieceOf.get(other);
        if (pin) gain += pair.x === lot ? this.link(pair, s, pin.sector) : this.link(pair, pin.sector, s);
        else if (place !== undefined && place !== at) gain += this.end(lot, other, s);
      }
      for (const lot of lots) this.covered.get(lot).add(s);
      this.placements[at].push({ applicant: applicant.applicant_id, sector: s, lots, gain });
    }
  }

  /** What no plan exceeds, times the scale, when no piece brings more than is claimed. */
  total() { return this.pieces.reduce((sum, piece) => sum + piece.most, this.constant() + this.between()); }

  /** What the pairs between pieces bring at most. */
  between() {
    let total = 0n;
    for (const pair of new Set(this.zone.pairs.values())) {
      const { x, y } = pair, one = this.pieceOf.get(x), two = this.pieceOf.get(y);
      if (one !== undefined && two !== undefined && one !== two) total += best(this, pair);
    }
    return total;
  }
}

/** What a pair brings with these labels, the prices of its ends taken off; null on a side is an empty lot, undefined is forbidden. */
function brings(cut, pair, s, t) {
  if (s !== null && t !== null && cut.isForbidden(pair, s, t)) return undefined;
  const link = s !== null && t !== null ? cut.link(pair, s, t) : 0n;
  return link - (s === null ? 0n : cut.end(pair.x, pair.y, s)) - (t === null ? 0n : cut.end(pair.y, pair.x, t));
}

function best(cut, pair) {
  let most = 0n;
  for (const s of [null, ...cut.covered.get(pair.x)]) {
    for (const t of [null, ...cut.covered.get(pair.y)]) {
      const found = brings(cut, pair, s, t);
      if (found !== undefined && found > most) most = found;
    }
  }
  return most;
}

/** Goes through the fillings of one piece by what a branch has lost.
 * held: lots that may not stay empty.  Of each filling that brings over the claim less `under`, tells what it brings under the
 * claim, and the site of each who holds one: without an `under`, none is allowed. */
export class Filling {
  constructor(cut, at, steps, held = new Set(), under = 0n, tell = () => need(false, "piece_too_low")) {
    this.steps = steps;
    this.tell = tell;
    const { zone } = cut, { lots, most } = cut.pieces[at];
    const number = new Map(lots.map((lot, place) => [lot, place]));
    this.held = lots.map((lot) => held.has(lot));
    const q = lots.map((lot) => cut.lot.get(lot) ?? 0n);
    this.pairs = lots.map(() => []);
    let whole = 0n;
    for (const pair of new Set(zone.pairs.values())) {
      const x = number.get(pair.x), y = number.get(pair.y);
      if (x === undefined || y === undefined) continue;
      const top = best(cut, pair), losses = new Map();
      const lost = (s, t) => {
        const key = word(s ?? "", t ?? "");
        if (!losses.has(key)) { const found = brings(cut, pair, s, t); losses.set(key, found === undefined ? null : top - found); }
        return losses.get(key);
      };
      whole += top;
      this.pairs[x].push({ other: y, top, lost });
      this.pairs[y].push({ other: x, top, lost: (s, t) => lost(t, s) });
    }
    const G = lots.map(() => 0n);
    this.starts = lots.map(() => []);
    for (const { applicant, sector, lots: site, gain } of cut.placements[at]) {
      const places = site.map((lot) => number.get(lot)).sort((one, two) => one - two);
      let inner = gain;
      for (const place of places) {
        inner -= q[place];
        for (const { other, top } of this.pairs[place]) {
          if (!places.includes(other)) inner += cut.end(lots[place], lots[other], sector);
          else if (other > place) inner -= top;
        }
      }
      this.starts[places[0]].push({ applicant, sector, site, places, inner });
      if (inner > G[places[0]]) G[places[0]] = inner;
    }
    this.room = lots.map((lot, place) => (q[place] > 0n ? q[place] : 0n) + G[place]);
    for (const each of this.room) whole += each;
    this.over = whole - most;
    this.spare = this.over + under;
    for (const list of this.starts) {
      for (const each of list) each.loss = each.places.reduce((sum, place) => sum + this.room[place] - q[place], 0n) - each.inner;
      list.sort((one, two) => (one.loss < two.loss ? -1 : one.loss > two.loss ? 1 : 0));
    }
    this.label = lots.map(() => undefined);
    this.used = new Map();
  }

  /** way: placements that every filling holds. */
  go(way = []) {
    let loss = 0n;
    for (const { applicant, sector, site, places, loss: own } of way) {
      const more = this.lost(places, sector);
      loss = more === null ? this.spare : loss + own + more;
      if (loss >= this.spare) break;
      this.used.set(applicant, site);
      for (const place of places) this.label[place] = sector;
    }
    if (loss < this.spare) this.step(0, loss);
    this.used.clear();
    this.label.fill(undefined);
  }

  step(from, loss) {
    let first = from;
    while (first < this.label.length && this.label[first] !== undefined) first += 1;
    if (first === this.label.length) return this.tell(loss - this.over, new Map(this.used));
    if (!this.held[first]) this.decide([first], null, loss + this.room[first], first);
    for (const { applicant, sector, site, places, loss: own } of this.starts[first]) {
      if (loss + own >= this.spare) break;
      if (this.used.has(applicant)) continue;
      this.used.set(applicant, site);
      this.decide(places, sector, loss + own, first);
      this.used.delete(applicant);
    }
  }

  /** What the pairs lose of which both lots are decided now; null where a lot is decided already, or a pair is forbidden. */
  lost(places, label) {
    let loss = 0n;
    for (const place of places) {
      if (this.label[place] !== undefined) return null;
      for (const { other, lost } of this.pairs[place]) {
        if (this.label[other] === undefined) continue;
        const more = lost(label, this.label[other]);
        if (more === null) return null;
        loss += more;
      }
    }
    return loss;
  }

  decide(places, label, begun, first) {
    if (begun >= this.spare) return;
    const more = this.lost(places, label), loss = more === null ? this.spare : begun + more;
    if (loss >= this.spare) return;
    this.steps.take();
    for (const place of places) this.label[place] = label;
    this.step(first + 1, loss);
    for (const place of places) this.label[place] = undefined;
  }
}
