"""lotwise validate: every fault of an input in one pass, and what the input holds."""

from __future__ import annotations

from collections.abc import Iterator

import typer

from api.cli.console import AsJson, Code, Debug, InLanguage, emit, facts, fault_table, people
from api.cli.phrases import say
from api.cli.sources import Folder, instance_path
from instances.faults import Language
from instances.instance import Instance
from optimizer.wording import whole


def validate(folder: Folder, language: InLanguage = "en", as_json: AsJson = False, debug: Debug = False) -> None:
    """List every fault of an instance with its place and what to do, and sum up what the instance holds."""
    from instances.reading import inspect

    reading = inspect(instance_path(folder))
    errors = sum(not fault.is_warning for fault in reading.faults)
    console = people(as_json)
    if reading.faults:
        console.print(fault_table(reading.faults, language))
        warnings = len(reading.faults) - errors
        console.print(say("faults_count", language, errors=errors, warnings=warnings))
    else:
        console.print(say("no_faults", language))
    if reading.instance is not None:
        console.print(facts(summary(reading.instance, reading.neighbours_computed, language)))
    if as_json:
        instance = reading.instance
        emit(
            {
                "valid": not errors,
                "faults": [fault.document() for fault in reading.faults],
                "neighbours_computed": reading.neighbours_computed,
                "instance": {"name": instance.name, "fingerprint": instance.fingerprint()} if instance else None,
            }
        )
    if errors:
        raise typer.Exit(Code.FAULTS)


def summary(instance: Instance, neighbours_computed: bool, language: Language) -> Iterator[tuple[str, str]]:
    """What an instance holds, as labels and values."""
    available = [lot for lot in instance.lots if lot.status == "available"]
    area = sum(lot.area_m2 for lot in available)
    asked = sum(each.area_min_m2 for each in instance.applicants)
    per_lot = len(instance.applicants) * 10 // max(len(available), 1)
    counts = {
        "lots": whole(len(instance.lots), language),
        "available": whole(len(available), language),
        "area": whole(sum(lot.area_m2 for lot in instance.lots), language),
    }
    demand = {
        "per_lot": f"{per_lot // 10}.{per_lot % 10}" if language == "en" else f"{per_lot // 10},{per_lot % 10}",
        "area": whole(asked, language),
        "percent": whole(100 * asked // max(area, 1), language),
    }
    border_count = sum(pair.kind == "border" for pair in instance.neighbours)
    borders = whole(border_count, language)
    streets = whole(len(instance.neighbours) - border_count, language)
    neighbours = say("neighbours_count", language, borders=borders, streets=streets)
    if neighbours_computed:
        neighbours += f" ({say('neighbours_computed', language)})"
    pinned = sum(each.is_pinned for each in instance.applicants)
    yield say("instance", language), instance.name
    yield say("zones", language), str(len({lot.zone for lot in instance.lots}))
    yield say("lots", language), say("lots_available", language, **counts)
    yield say("neighbours", language), neighbours
    yield (
        say("applicants", language),
        say("applicants_count", language, applicants=whole(len(instance.applicants), language), pinned=pinned),
    )
    yield say("demand", language), say("demand_count", language, **demand)
    yield say("fingerprint", language), instance.fingerprint()
