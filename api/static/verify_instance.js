// instance.json read as docs/certificate.md says in its sections 2 and 3; what is spelled unusually is refused.
import { compare, compareLists, Fraction, need } from "./verify_json.js";

export const LARGEST = 2n ** 53n - 1n;
const KINDS = ["border", "street"];

function text(value, absent = "") {
  if (value === undefined || value === null) return absent;
  if (typeof value === "bigint") return String(value);
  need(typeof value === "string", "bad_instance", "text");
  need(value === value.normalize("NFC") && !/^\s|\s$|[\u0000-\u001f\u007f-\u009f]/.test(value), "bad_instance", value);
  return value === "" ? absent : value;
}
function id(value) {
  const found = text(value);
  need(found && [...found].length <= 100 && !/[|,;]/.test(found), "bad_instance", found || "id");
  return found;
}
/** A whole number, or tenths when `tenths`; `absent` undefined: it must be given. */
function whole(value, { tenths = false, absent, least = 0n, most = LARGEST } = {}) {
  if (value === undefined || value === null) { need(absent !== undefined, "bad_instance", "number"); return absent; }
  let found = value;
  if (value instanceof Fraction) {
    const parts = /^(\d+)\.(\d*?)0*$/.exec(value.text);
    need(parts && parts[2].length <= (tenths ? 1 : 0), "bad_instance", value.text);
    found = BigInt(parts[1] + (tenths ? parts[2].padEnd(1, "0") : ""));
  } else { need(typeof value === "bigint", "bad_instance", "number"); if (tenths) found = value * 10n; }
  need(found >= least && found <= most, "bad_instance", found);
  return found;
}
const sorted = (list) => [...new Set(list)].sort(compare);
function ids(value) {
  if (value === undefined || value === null) return [];
  need(Array.isArray(value), "bad_instance", "list");
  return sorted(value.map(id));
}
/** The values of an object whose keys are all known. */
function keys(value, known, what) {
  need(value instanceof Map, "bad_instance", what);
  for (const key of value.keys()) need(known.includes(key), "bad_instance", `${what}.${key}`);
  return Object.fromEntries(known.map((key) => [key, value.get(key)]));
}
const list = (value, what) => { need(Array.isArray(value), "bad_instance", what); return value; };
const one_of = (value, known) => { need(known.includes(value), "bad_instance", value); return value; };
function distinct(values, what) {
  const seen = new Set();
  for (const each of values) { need(!seen.has(each), "bad_instance", `${what} ${each}`); seen.add(each); }
}

function coordinate(value) {
  need(value instanceof Fraction || typeof value === "bigint", "bad_instance", "coordinate");
  const scaled = Number(value instanceof Fraction ? value.text : value) * 10000000;
  const floor = Math.floor(scaled), rest = scaled - floor;
  return BigInt(rest > 0.5 || (rest === 0.5 && floor % 2) ? floor + 1 : floor);
}
const byPoint = (one, two) => (one[0] < two[0] ? -1 : one[0] > two[0] ? 1 : one[1] < two[1] ? -1 : one[1] > two[1] ? 1 : 0);
const byRing = (one, two) => compareLists(one, two, byPoint);
const byPolygon = (one, two) => compareLists(one, two, byRing);

function ring(points, turn) {
  let made = list(points, "ring").map((point) => list(point, "point").slice(0, 2).map(coordinate));
  made = made.filter((point, at) => at === 0 || byPoint(point, made[at - 1]));
  if (made.length > 1 && !byPoint(made[0], made.at(-1))) made.pop();
  let area = 0n;
  made.forEach(([x, y], at) => { const [u, v] = made[(at + 1) % made.length]; area += x * v - u * y; });
  if (turn * area < 0n) made.reverse();
  let first = 0;
  made.forEach((point, at) => { if (byPoint(point, made[first]) < 0) first = at; });
  return [...made.slice(first), ...made.slice(0, first)];
}
function outline(geometry) {
  if (geometry === null || geometry === undefined) return [];
  const { type, coordinates } = keys(geometry, ["type", "coordinates"], "geometry");
  const polygons = list(one_of(type, ["Polygon", "MultiPolygon"]) === "Polygon" ? [coordinates] : coordinates, "outline");
  return polygons.filter((rings) => list(rings, "polygon").length).map((rings) => {
    const [outer, ...holes] = rings.map((each, at) => ring(each, at ? -1n : 1n));
    return [outer, ...holes.sort(byRing)];
  }).sort(byPolygon);
}

const LOT = ["lot_id", "zone", "block", "subzone", "area_m2", "status", "sectors", "power_kw", "water_m3_day", "price_mad_m2"];
function lot(feature) {
  const { type, geometry, properties } = keys(feature, ["type", "geometry", "properties", "id"], "feature");
  one_of(type, ["Feature"]);
  const given = keys(properties, LOT, "lot");
  return {
    lot_id: id(given.lot_id), zone: text(given.zone, "Z1"), block: text(given.block), subzone: text(given.subzone),
    area_m2: whole(given.area_m2, { least: 1n }), power_kw: whole(given.power_kw), price_mad_m2: whole(given.price_mad_m2, { absent: 0n }),
    water_hl_day: whole(given.water_m3_day, { tenths: true }), sectors: ids(given.sectors), outline: outline(geometry),
    status: one_of(text(given.status, "available"), ["available", "reserved", "allocated", "withdrawn"]),
  };
}
function pair(row) {
  const given = keys(row, ["lot_a", "lot_b", "length_m", "kind"], "neighbours");
  const [lot_a, lot_b] = [id(given.lot_a), id(given.lot_b)].sort(compare);
  need(lot_a !== lot_b, "bad_instance", lot_a);
  return { lot_a, lot_b, length_dm: whole(given.length_m, { tenths: true }), kind: one_of(given.kind, KINDS) };
}

const WHOLE = ["area_min_m2", "area_max_m2", "jobs_direct", "jobs_indirect", "power_kw"];
const LISTS = ["zones", "preferred_lots", "beside_lots", "pinned_lots"];
const APPLICANT = ["applicant_id", "name", "sector", "group", "filed_on", "max_lots", "score", "investment_kmad", "water_m3_day", "earlier_lots", "rounds_waited", ...WHOLE, ...LISTS];
function applicant(row) {
  const given = keys(row, APPLICANT, "applicants");
  const made = { applicant_id: id(given.applicant_id), sector: id(given.sector) };
  for (const key of ["name", "group", "filed_on"]) made[key] = text(given[key]);
  for (const key of WHOLE) made[key] = whole(given[key]);
  for (const key of LISTS) made[key] = ids(given[key]);
  made.max_lots = whole(given.max_lots, { least: 1n });
  made.score = whole(given.score, { most: 100n });
  made.investment_kmad = whole(given.investment_kmad, { absent: 0n });
  made.water_hl_day = whole(given.water_m3_day, { tenths: true });
  need(made.area_min_m2 <= made.area_max_m2, "bad_instance", made.applicant_id);
  const earlier = ids(given.earlier_lots), waited = whole(given.rounds_waited, { absent: 0n });
  if (earlier.length) made.earlier_lots = earlier;
  if (waited) made.rounds_waited = waited;
  return made;
}

const SECTIONS = ["name", "lottery_seed", "street_width_m", "objective", "waitlist", "eligibility", "grouping", "points", "revision", "limits", "quotas", "sectors", "affinity", "separation"];
const percent = (value, absent) => whole(value, { absent, most: 100n });
const table = (value, known, what) => (value === undefined ? {} : keys(value, known, what));
function stages(value) {
  const given = value === undefined ? "value" : value;
  return (Array.isArray(given) ? given : [given]).map((each) => {
    if (!(each instanceof Map)) return [id(each), 0n];
    const { stage, loss_percent } = keys(each, ["stage", "loss_percent"], "objective");
    return [id(stage), percent(loss_percent, 0n)];
  });
}
function policy(value) {
  const given = keys(value, SECTIONS, "policy"), zero = { absent: 0n };
  const points = table(given.points, ["job_direct", "job_indirect", "border_metre", "street_metre", "preferred_lot", "kept_site"], "points");
  const grouping = table(given.grouping, ["max_lots", "across"], "grouping");
  const revision = table(given.revision, ["most_changes"], "revision");
  const separation = table(given.separation, ["neighbours"], "separation").neighbours;
  const limits = given.limits === undefined ? [] : given.limits instanceof Map ? [given.limits] : list(given.limits, "limits");
  need(given.sectors instanceof Map && given.sectors.size, "bad_instance", "sectors");
  const made = {
    name: text(given.name), lottery_seed: whole(given.lottery_seed, zero), street_width_m: whole(given.street_width_m, { absent: 22n }),
    min_score: whole(table(given.eligibility, ["min_score"], "eligibility").min_score, { absent: 0n, most: 100n }),
    max_lots: whole(grouping.max_lots, { absent: 1n, least: 1n }), across: one_of(grouping.across ?? "border", KINDS),
    job_direct: whole(points.job_direct, { absent: 100n }), job_indirect: whole(points.job_indirect, { absent: 40n }),
    border_metre: whole(points.border_metre, zero), street_metre: whole(points.street_metre, zero), preferred_lot: whole(points.preferred_lot, zero),
    objective: stages(given.objective),
    separation: separation === undefined ? ["border"] : sorted(list(separation, "separation").map((kind) => one_of(kind, KINDS))),
    limits: limits.map((each) => {
      const limit = keys(each, ["zone", "power_kw", "water_m3_day"], "limits");
      return { zone: text(limit.zone), power_kw: whole(limit.power_kw, { absent: null }), water_hl_day: whole(limit.water_m3_day, { tenths: true, absent: null }) };
    }).sort((one, two) => compare(one.zone, two.zone)),
    quotas: list(given.quotas ?? [], "quotas").map((each) => {
      const quota = keys(each, ["name", "group", "sector", "min_lot_share_percent", "max_lot_share_percent"], "quotas");
      const [group, sector] = [text(quota.group), text(quota.sector)];
      need(Boolean(group) !== Boolean(sector), "bad_instance", "quotas");
      return { name: id(quota.name), group, sector, min_lot_share_percent: percent(quota.min_lot_share_percent, null), max_lot_share_percent: percent(quota.max_lot_share_percent, null) };
    }).sort((one, two) => compare(one.name, two.name)),
    sectors: [...given.sectors].map(([name, each]) => {
      const sector = keys(each, ["en", "fr", "ar", "emits", "sensitive_to"], "sectors");
      return { sector_id: id(name), en: text(sector.en), fr: text(sector.fr), ar: text(sector.ar), emits: ids(sector.emits), sensitive_to: ids(sector.sensitive_to) };
    }).sort((one, two) => compare(one.sector_id, two.sector_id)),
    affinity: list(given.affinity ?? [], "affinity").map((each) => {
      const near = keys(each, ["sectors", "percent"], "affinity");
      const both = list(near.sectors, "affinity").map(id).sort(compare);
      need(both.length === 2 && both[0] !== both[1], "bad_instance", "affinity");
      return { sector_a: both[0], sector_b: both[1], percent: percent(near.percent) };
    }).sort((one, two) => compareLists([one.sector_a, one.sector_b], [two.sector_a, two.sector_b])),
  };
  const kept = whole(points.kept_site, zero), most = whole(revision.most_changes, { absent: null });
  if (kept) made.kept_site = kept;
  if (most !== null) made.most_changes = most;
  if (given.waitlist !== undefined && one_of(given.waitlist, ["none", "priority", "standing"]) !== "none") made.waitlist = given.waitlist;
  return made;
}

/** What names something names something that is there, and nothing is named twice. */
function refers({ lots, neighbours, applicants, policy: rules }) {
  const known = (there, names) => { for (const each of names) need(there.has(each), "bad_instance", each); };
  const names = new Set(lots.map((each) => each.lot_id)), zones = new Set(lots.map((each) => each.zone));
  const sectors = new Set(rules.sectors.map((each) => each.sector_id));
  distinct(lots.map((each) => each.lot_id), "lots");
  distinct(applicants.map((each) => each.applicant_id), "applicants");
  distinct(neighbours.map((each) => JSON.stringify([each.lot_a, each.lot_b])), "neighbours");
  distinct(rules.quotas.map((each) => each.name), "quotas");
  distinct(rules.limits.map((each) => each.zone), "limits");
  distinct(rules.affinity.map((each) => JSON.stringify([each.sector_a, each.sector_b])), "affinity");
  distinct(applicants.flatMap((each) => each.pinned_lots), "pinned_lots");
  for (const each of neighbours) known(names, [each.lot_a, each.lot_b]);
  for (const each of lots) known(sectors, each.sectors);
  for (const each of applicants) {
    known(sectors, [each.sector]);
    known(zones, each.zones);
    for (const key of ["preferred_lots", "beside_lots", "pinned_lots"]) known(names, each[key]);
  }
  known(zones, rules.limits.map((each) => each.zone).filter(Boolean));
  known(sectors, [...rules.quotas.map((each) => each.sector).filter(Boolean), ...rules.affinity.flatMap((each) => [each.sector_a, each.sector_b])]);
}

/** The instance in the form of section 3, of which the fingerprint is the hash. */
export function readInstance(document) {
  const given = keys(document, ["zone", "neighbours", "applicants", "policy"], "instance");
  const { features } = keys(given.zone, ["type", "name", "features", "crs", "bbox"], "zone");
  const made = {
    format: "lotwise-instance-1",
    lots: list(features, "features").map(lot).sort((one, two) => compare(one.lot_id, two.lot_id)),
    neighbours: list(given.neighbours, "neighbours").map(pair).sort((one, two) => compareLists([one.lot_a, one.lot_b], [two.lot_a, two.lot_b])),
    applicants: list(given.applicants, "applicants").map(applicant).sort((one, two) => compare(one.applicant_id, two.applicant_id)),
    policy: policy(given.policy),
  };
  refers(made);
  return made;
}
