"""A view of an outcome, as if it had been stored and read again."""

import json

from api.child import outcome_document
from api.pages.plan_view import PlanView
from api.recorded import Recorded
from api.sketch import sketch_of
from api.store.plans import PlanSummary
from optimizer.outcome import Outcome

INSTANCE_ID = "0" * 64


def viewed(outcome: Outcome) -> PlanView:
    stored = outcome_document(outcome)
    assert outcome.plan is not None
    document, reasons = json.loads(stored["document"]), json.loads(stored["reasons"])
    recorded = Recorded(INSTANCE_ID, document, reasons, outcome.plan)
    summary = PlanSummary("pl_test", "rn_test", None, INSTANCE_ID, outcome.value_millipoints, None, None, None, None)
    return PlanView(summary, recorded, sketch_of(outcome.instance, INSTANCE_ID), lambda: outcome.instance)
