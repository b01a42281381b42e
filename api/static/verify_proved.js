// What certificates prove: the bound of one, and those of a plan made in stages, each over the plans that keep the floors before it.
import { compareLists, hashOf, need } from "./verify_json.js";
import { LARGEST } from "./verify_instance.js";
import { goals, tenants, Zone } from "./verify_plan.js";
import { certificateOf } from "./verify_form.js";
import { boundOfPrices, floor } from "./verify_prices.js";
import { boundOfCases } from "./verify_cases.js";
import { boundOfPieces } from "./verify_pieces.js";
import { boundOfTree } from "./verify_tree.js";

const WEIGHED = { jobs: ["job_direct", "job_indirect"], preferred: ["preferred_lot"], clustering: ["border_metre", "street_metre"] };
const NUMBERS = ["loss_percent", "value_millipoints", "floor_millipoints", "bound_millipoints"];

/** Millipoints that no plan exceeds, by the certificate alone; what it claims must not be less. */
export function boundOf(zone, certificate, progress) {
  const prove = { 3: boundOfPieces, 4: boundOfCases }[certificate.format] ?? (certificate.tree ? boundOfTree : boundOfPrices);
  const found = prove(zone, certificate, progress);
  need(found <= certificate.bound, "bound_too_low", found);
  return found;
}

/** Whether two plans grant the same sites, each in its order. */
export function isSame(one, two) {
  return one.size === two.size && [...one].every(([name, lots]) => two.has(name) && !compareLists(lots, two.get(name)));
}

/** The zone whose value is the weighted sum of the goals. */
function weighed(zone, weights) {
  const policy = { ...zone.policy, objective: [["value", 0n]] };
  delete policy.kept_site;
  need(policy.most_changes === undefined, "bad_stage", "most_changes");
  for (const [goal, points] of Object.entries(WEIGHED)) {
    for (const each of points) need((policy[each] *= weights[goal]) <= LARGEST, "bad_stage", each);
  }
  return new Zone({ ...zone.instance, policy }, zone.placements);
}

/** A stage as it is written: its numbers, plan, weights and certificate. */
function stageOf(written, at) {
  need(written instanceof Map && ["assignments", "weights"].every((key) => written.get(key) instanceof Map), "bad_stage", at);
  for (const each of NUMBERS) need(typeof written.get(each) === "bigint", "not_whole", each);
  const given = written.get("weights"), weights = Object.fromEntries(Object.keys(WEIGHED).map((goal) => [goal, given.get(goal) ?? 0n]));
  need([...given.keys()].every((goal) => goal in weights) && Object.values(weights).every((each) => typeof each === "bigint" && each >= 0n), "bad_stage", "weights");
  const [loss, value, least, bound] = NUMBERS.map((each) => written.get(each));
  return { goal: written.get("stage"), loss, value, least, bound, weights, plan: new Map(written.get("assignments")), certificate: certificateOf(written.get("certificate")) };
}

/** The stages [goal, value, bound] of the document, once each is found to be as it says and the plan to keep every floor.
 * said: what the plan says of its stages. */
export function boundsOfStages(zone, document, assignments, said, progress) {
  need(document.size === 2 && Array.isArray(document.get("stages")), "bad_stage");
  const stages = document.get("stages").map(stageOf), { objective } = zone.policy, floors = new Map();
  need(stages.length === objective.length && stages.every(({ goal, loss }, at) => goal === objective[at][0] && loss === objective[at][1]), "bad_stage", "objective");
  need(Array.isArray(said) && said.length === stages.length, "bad_stage", "stages");
  stages.forEach(({ goal, loss, value, least, bound, weights, plan, certificate }, at) => {
    need(goal in WEIGHED, "bad_stage", goal);
    const counted = goals(zone, plan, tenants(zone, plan));
    need(counted[goal] === value, "value_differs", `${goal} ${counted[goal]}`);
    for (const [each, left] of floors) need(counted[each] >= left, "bad_stage", `${goal}: ${each} ${counted[each]}`);
    need(100n * least >= value * (100n - loss) && 100n * (least - 1n) < value * (100n - loss), "bad_stage", `${goal}: floor`);
    need(weights[goal] > 0n, "bad_stage", `${goal}: weights`);
    const there = weighed(zone, weights);
    need(certificate.instance === hashOf(there.instance), "other_instance", goal);
    boundOf(there, certificate, (part) => progress((at + part) / stages.length));
    const spent = [...floors].reduce((sum, [each, left]) => sum + weights[each] * left, 0n);
    const most = floor(certificate.bound - spent, weights[goal]);
    need(bound >= 0n && bound >= most, "bound_too_low", `${goal} ${most}`);
    for (const each of ["stage", ...NUMBERS]) need(said[at] instanceof Map && said[at].get(each) === document.get("stages")[at].get(each), "bad_stage", `${goal}: ${each}`);
    if (at === stages.length - 1) need(isSame(plan, assignments), "bad_stage", "assignments");
    floors.set(goal, least);
  });
  return stages.map(({ goal, value, bound }) => [goal, value, bound].map(String));
}
