// The whole check of section 9: the three files against each other, in whole numbers, without asking anybody.
import { compare, compareLists, Fraction, hashOf, need, parse, Refusal } from "./verify_json.js";
import { readInstance } from "./verify_instance.js";
import { goals, tenants, waitlist, Zone } from "./verify_plan.js";
import { certificateOf } from "./verify_form.js";
import { boundOf, boundsOfStages, isSame } from "./verify_proved.js";
import { drawn } from "./verify_unique.js";

const GOALS = ["jobs", "preferred", "clustering", "stability"];
const STAGES = "lotwise-stages-1";

/** Checks the bytes of instance, plan and certificate.
 * tell(check, state, said): state is good, bad or none (nothing of the kind is said); said is a text, of stages a list of
 * [goal, value, bound].  progress(part) goes from 0 to 1.
 * Gives back {state, value, bound}: good only when nothing is bad; bound is null unless it was proved of the whole value. */
export function verify({ instance, plan, certificate }, tell = () => {}, progress = () => {}) {
  const result = { state: "good", value: null, bound: null };
  const check = (name, look) => {
    try {
      const said = look();
      tell(name, "good", Array.isArray(said) ? said : String(said ?? ""));
      return true;
    } catch (error) {
      // Anything that goes wrong while files are read is a reason to refuse them.
      const refusal = error instanceof Refusal ? error : new Refusal("unreadable", error.message);
      tell(name, "bad", refusal.message);
      result.state = "bad";
      return false;
    }
  };
  const leave = (...names) => { for (const name of names) tell(name, "none", ""); };
  const part = (each) => progress(0.2 + 0.7 * each);
  let zone, decided, proof, proved, fingerprint, assignments, planHash, counted;

  if (!check("form", () => {
    decided = parse(plan);
    need(decided instanceof Map, "not_an_object", "plan.json");
    proof = parse(certificate);
    zone = parse(instance);
  })) return result;
  if (!check("instance", () => {
    const read = readInstance(zone);
    fingerprint = hashOf(read);
    const about = decided.get("instance");
    need(about instanceof Map && about.get("fingerprint") === fingerprint && about.get("name") === read.policy.name, "other_instance", fingerprint);
    zone = new Zone(read);
    return fingerprint;
  })) return result;
  progress(0.1);
  if (!check("rules", () => {
    need(decided.get("assignments") instanceof Map, "plan_breaks_rule", "assignments");
    assignments = new Map(decided.get("assignments"));
    const tenant = tenants(zone, assignments);
    counted = goals(zone, assignments, tenant);
  })) return result;
  check("value", () => {
    const said = decided.get("goals_millipoints");
    result.value = GOALS.reduce((total, goal) => total + counted[goal], 0n);
    need(said instanceof Map && [...said.keys()].every((key) => GOALS.includes(key)), "value_differs", "goals_millipoints");
    for (const goal of GOALS) need((said.get(goal) ?? (goal === "stability" ? 0n : null)) === counted[goal], "value_differs", `${goal} ${counted[goal]}`);
    need(decided.get("value_millipoints") === result.value, "value_differs", result.value);
    return result.value;
  });
  check("waitlist", () => {
    const said = decided.get("waitlist");
    need(Array.isArray(said) && said.every((each) => typeof each === "string") && !compareLists(said, waitlist(zone, assignments), compare), "waitlist_differs");
  });
  progress(0.2);
  const isStaged = decided.has("stages");
  leave(...(isStaged ? ["hashes", "bound", "gap"] : ["stages"]));
  if (!check("certificate", () => {
    if (!isStaged) proved = certificateOf(proof);
    else need(proof instanceof Map && proof.get("format") === STAGES, "unknown_format");
    return proof.get("format");
  })) return result;
  const isUnique = decided.get("unique");
  if (isStaged) {
    check("stages", () => {
      need((decided.get("proof") ?? null) === null, "bad_stage", "proof");
      return boundsOfStages(zone, proof, assignments, decided.get("stages"), part);
    });
    check("unique", () => { need(isUnique === false, "unique_differs"); });
    progress(1);
    return result;
  }
  const said = decided.get("proof");
  check("hashes", () => {
    need(said instanceof Map, "no_proof");
    const bare = new Map(decided);
    bare.delete("proof");
    planHash = hashOf(bare);
    need(proved.instance === fingerprint, "other_instance", proved.instance);
    need(proved.plan_sha256 === planHash, "other_plan", planHash);
    need(proved.value === result.value, "value_differs", proved.value);
    const hash = hashOf(proof);
    need(said.get("certificate_sha256") === hash, "other_certificate", hash);
    return hash;
  });
  check("bound", () => {
    const found = boundOf(zone, proved, part);
    need(said instanceof Map && said.get("bound_millipoints") === proved.bound, "bound_differs", proved.bound);
    need(result.value <= found, "bound_under_value", found);
    result.bound = proved.bound;
    return proved.bound;
  });
  check("gap", () => {
    const least = result.value > 1n ? result.value : 1n, over = 1000000n * (proved.bound - result.value);
    const millionths = over > 0n ? (over + least - 1n) / least : 0n;
    const gap = said instanceof Map ? said.get("gap") : null;
    need(over >= 0n && gap instanceof Fraction && Number(gap.text) === Number(millionths) / 1000000, "gap_differs", `${millionths} / 1000000`);
    return `${gap.text}`;
  });
  check("unique", () => {
    if (isUnique === false) return;
    need(isUnique === true && result.bound === result.value, "unique_differs");
    const best = drawn(zone, proved);
    need(best && isSame(best, assignments), "unique_differs", best ? [...best].map(([name, lots]) => `${name}: ${lots}`).join("; ").slice(0, 200) : "");
  });
  progress(1);
  return result;
}
