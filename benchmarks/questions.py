"""The committee's questions on the bundled zone: how long all reasons take, one forced question, and how wide it is.

    python -m benchmarks.questions [--seconds 30] [--asked 8]

First a run of so many seconds; then every reason, and the question of evenly chosen applicants of the waitlist.
"""

from __future__ import annotations

import argparse
import time

from benchmarks.registry import INSTANCES
from optimizer.certificates import any_certificate_from
from optimizer.fairness import fairness
from optimizer.outcome import Limits
from optimizer.solve import solve
from optimizer.why.explainer import Explainer
from optimizer.why.forced_bound import ForcedBounds
from optimizer.why.question import Questions


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--instance", choices=sorted(INSTANCES), default="ait-kamra-168")
    parser.add_argument("--seconds", type=int, default=30)
    parser.add_argument("--asked", type=int, default=8)
    given = parser.parse_args()
    instance = INSTANCES[given.instance]()
    outcome = solve(instance, Limits(seconds=given.seconds))
    if outcome.plan is None or outcome.certificate is None:
        raise SystemExit("the run has no plan with a certificate")
    certificate = any_certificate_from(outcome.certificate)
    gap = certificate.bound_millipoints / outcome.value_millipoints - 1
    print(f"plan {outcome.value_millipoints / 1000:,.0f} points, gap {gap:.2%}")
    began = time.perf_counter()
    explainer = Explainer(instance, outcome.plan)
    told = [explainer.of_applicant(each) for each in instance.applicant]
    print(f"reasons of {len(told)} applicants: {time.perf_counter() - began:.2f} s")
    began = time.perf_counter()
    for each in instance.lot:
        explainer.of_lot(each)
    print(f"reasons of {len(instance.lots)} lots: {time.perf_counter() - began:.2f} s")
    began = time.perf_counter()
    bounds = ForcedBounds(instance, certificate)
    most = [bounds.most_millipoints(each, steps=100) for each in outcome.waitlist]
    screened = sum(1 for each in most if each is None or each < outcome.value_millipoints)
    print(f"hopeless by prices alone: {screened} of {len(most)} that wait, {time.perf_counter() - began:.2f} s")
    began = time.perf_counter()
    fairness(instance, outcome.plan)
    print(f"fairness: {time.perf_counter() - began:.2f} s")
    questions = Questions(instance, outcome.plan, certificate)
    step = max(len(outcome.waitlist) // given.asked, 1)
    for applicant_id in outcome.waitlist[::step][: given.asked]:
        began, worked = time.perf_counter(), time.process_time()
        answer = questions.cost(applicant_id)
        elapsed, busy = time.perf_counter() - began, time.process_time() - worked
        least, found = answer.least_millipoints, answer.most_millipoints
        if least is None or found is None:
            print(f"{applicant_id}: {answer.status}, {elapsed:.1f} s")
            continue
        width = (found - least) / outcome.value_millipoints
        print(
            f"{applicant_id}: {least / 1000:,.0f} to {found / 1000:,.0f} points, width {width:.2%}, "
            f"{elapsed:.1f} s ({busy:.1f} s of a core)"
        )


if __name__ == "__main__":
    main()
