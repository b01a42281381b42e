"""policy.toml: the policy as it is written, read into a Policy and back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from instances.faults import Fault, InstanceError, Place, fault
from instances.fields import Misread, is_blank, tenths, tenths_value, text, whole
from instances.policy import Affinity, Limit, Policy, Quota, Sector
from instances.record import nearest
from instances.text import toml_lines

Reader = Callable[[object], Any]

TOP = ("name", "lottery_seed", "waitlist", "street_width_m", "objective")
SECTIONS: dict[str, dict[str, tuple[str, Reader]]] = {
    "eligibility": {"min_score": ("min_score", whole)},
    "grouping": {"max_lots": ("max_lots", whole), "across": ("across", text)},
    "points": {
        name: (name, whole)
        for name in ("job_direct", "job_indirect", "border_metre", "street_metre", "preferred_lot", "kept_site")
    },
    "revision": {"most_changes": ("most_changes", whole)},
}
UNSAID: Mapping[str, object] = {"kept_site": 0, "most_changes": None}
"""Keys of a revision, left out where they say nothing."""
LIMIT = {"zone": ("zone", text), "power_kw": ("power_kw", whole), "water_m3_day": ("water_hl_day", tenths)}
QUOTA: dict[str, tuple[str, Reader]] = {
    "name": ("name", text),
    "group": ("group", text),
    "sector": ("sector", text),
    "min_lot_share_percent": ("min_lot_share_percent", whole),
    "max_lot_share_percent": ("max_lot_share_percent", whole),
}
PATHS = {
    attribute: f"{section}.{name}" for section, fields in SECTIONS.items() for name, (attribute, _) in fields.items()
}
KNOWN = (*TOP, *SECTIONS, "limits", "quotas", "sectors", "affinity", "separation")


class PolicyReader:
    """Reads one policy table; `faults` holds everything wrong in it, and `sector_ids` the sectors it names."""

    def __init__(self, where: Place) -> None:
        self.where = where
        self.faults: list[Fault] = []
        self.sector_ids: frozenset[str] | None = None

    def read(self, table: object) -> Policy | None:
        """The policy, or None when there is any fault."""
        if not isinstance(table, Mapping):
            self._say("wrong_type", "", table, wanted="table")
            return None
        values: dict[str, Any] = {}
        self._strangers(table, KNOWN, "")
        if is_blank(table.get("name")):
            self._say("missing_value", "name", "")
        scalars = {"name": ("name", text), "lottery_seed": ("lottery_seed", whole)}
        scalars["waitlist"] = ("waitlist", text)
        scalars["street_width_m"] = ("street_width_m", whole)
        self._take(table, scalars, "", values)
        for name, fields in SECTIONS.items():
            section = self._table(table.get(name, {}), name)
            self._strangers(section, fields, name)
            self._take(section, fields, name, values)
        if "objective" in table:
            values["objective"] = self._objective(table["objective"])
        values["sectors"] = self._sectors(self._table(table.get("sectors", {}), "sectors"))
        values["limits"] = self._limits(table.get("limits", []))
        values["quotas"] = self._made(table.get("quotas", []), "quotas", QUOTA, Quota)
        values["affinity"] = self._affinities(table.get("affinity", []))
        separation = self._table(table.get("separation", {}), "separation")
        self._strangers(separation, ("neighbours",), "separation")
        if "neighbours" in separation:
            values["separation"] = self._texts(separation["neighbours"], "separation.neighbours")
        return self._policy(values)

    def _policy(self, values: dict[str, Any]) -> Policy | None:
        said = {each.where.field for each in self.faults}
        policy = None
        try:
            policy = Policy(**{"name": "?", **values})
        except InstanceError as error:
            for each in error.faults:
                field = PATHS.get(each.where.field, each.where.field)
                if field not in said and not self._is_echo(each):
                    where = self.where
                    self.faults.append(each.at(file=where.file, part=where.part, key=where.key, field=field))
        return None if any(not each.is_warning for each in self.faults) else policy

    def _is_echo(self, each: Fault) -> bool:
        """The fault only says that a sector is gone whose own fault was already told."""
        named = self.sector_ids or ()
        return (each.code == "unknown_sector" and each.found in named) or (each.code == "no_sectors" and bool(named))

    def _say(self, code: str, field: str, found: object, **values: object) -> None:
        where = Place(self.where.file, self.where.part, self.where.key, field)
        self.faults.append(fault(code, where, found, **values))

    def _strangers(self, table: Mapping[str, Any], known: Any, path: str) -> None:
        for name in table:
            if name not in known:
                self._say("unknown_field", _join(path, name), name, nearest=nearest(name, known))

    def _table(self, value: object, path: str) -> Mapping[str, Any]:
        if isinstance(value, Mapping):
            return value
        self._say("wrong_type", path, value, wanted="table")
        return {}

    def _tables(self, value: object, path: str) -> list[tuple[str, Mapping[str, Any]]]:
        if isinstance(value, list) and all(isinstance(each, Mapping) for each in value):
            return [(f"{path}[{number}]", each) for number, each in enumerate(value, start=1)]
        self._say("wrong_type", path, value, wanted="[[table]]")
        return []

    def _texts(self, value: object, path: str) -> tuple[str, ...]:
        if not isinstance(value, list):
            self._say("wrong_type", path, value, wanted="list")
            return ()
        read = []
        for each in value:
            try:
                read.append(text(each))
            except Misread as error:
                self._say(error.code, path, error.found, **error.values)
        return tuple(read)

    def _take(
        self, table: Mapping[str, Any], fields: Mapping[str, tuple[str, Reader]], path: str, into: dict[str, Any]
    ) -> None:
        for name, (attribute, reader) in fields.items():
            if name not in table or (reader is text and is_blank(table[name])):
                continue
            try:
                into[attribute] = reader(table[name])
            except Misread as error:
                self._say(error.code, _join(path, name), error.found, **error.values)

    def _make(self, make: Callable[..., Any], values: dict[str, Any], path: str) -> Any | None:
        try:
            return make(**values)
        except InstanceError as error:
            self.faults += [
                each.at(file=self.where.file, part=self.where.part, key=self.where.key, field=path)
                for each in error.faults
            ]
        return None

    def _made(
        self, value: object, path: str, fields: Mapping[str, tuple[str, Reader]], make: Callable[..., Any]
    ) -> tuple[Any, ...]:
        made = []
        for at, table in self._tables(value, path):
            before = len(self.faults)
            self._strangers(table, fields, at)
            values: dict[str, Any] = {}
            self._take(table, fields, at, values)
            if make is Quota and "name" not in values:
                self._say("missing_value", f"{at}.name", "")
            if len(self.faults) == before:
                made.append(self._make(make, values, at))
        return tuple(each for each in made if each is not None)

    def _limits(self, value: object) -> tuple[Limit, ...]:
        return self._made([value] if isinstance(value, Mapping) else value, "limits", LIMIT, Limit)

    def _sectors(self, tables: Mapping[str, Any]) -> tuple[Sector, ...]:
        self.sector_ids = frozenset(text(name) for name in tables)
        sectors = []
        for name, value in tables.items():
            path = f"sectors.{name}"
            table = self._table(value, path)
            names = {language: (language, text) for language in ("en", "fr", "ar")}
            self._strangers(table, (*names, "emits", "sensitive_to"), path)
            values: dict[str, Any] = {"sector_id": text(name)}
            self._take(table, names, path, values)
            for trait in ("emits", "sensitive_to"):
                if trait in table:
                    values[trait] = self._texts(table[trait], f"{path}.{trait}")
            sectors.append(self._make(Sector, values, path))
        return tuple(each for each in sectors if each is not None)

    def _affinities(self, value: object) -> tuple[Affinity, ...]:
        made = []
        for at, table in self._tables(value, "affinity"):
            before = len(self.faults)
            self._strangers(table, ("sectors", "percent"), at)
            pair = self._texts(table.get("sectors", []), f"{at}.sectors")
            if len(pair) != 2 and len(self.faults) == before:
                self._say("two_sectors", f"{at}.sectors", " | ".join(pair))
            if "percent" not in table:
                self._say("missing_value", f"{at}.percent", "")
            values: dict[str, Any] = {}
            self._take(table, {"percent": ("percent", whole)}, at, values)
            if len(self.faults) == before:
                made.append(self._make(Affinity, {"sector_a": pair[0], "sector_b": pair[1], **values}, at))
        return tuple(each for each in made if each is not None)

    def _objective(self, value: object) -> tuple[tuple[str, int], ...]:
        stages = []
        for each in value if isinstance(value, list) else [value]:
            table = each if isinstance(each, Mapping) else {"stage": each}
            self._strangers(table, ("stage", "loss_percent"), "objective")
            read: dict[str, Any] = {"loss_percent": 0}
            fields = {"stage": ("stage", text), "loss_percent": ("loss_percent", whole)}
            self._take(table, fields, "objective", read)
            if "stage" in read:
                stages.append((read["stage"], read["loss_percent"]))
            else:
                self._say("wrong_type", "objective", each, wanted="stage")
        return tuple(stages)


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def policy_document(policy: Policy) -> dict[str, Any]:
    """The policy as the values of policy.toml, every key written out."""
    stages: list[Any] = [{"stage": name, "loss_percent": loss} if loss else name for name, loss in policy.objective]
    document: dict[str, Any] = {"name": policy.name, "lottery_seed": policy.lottery_seed}
    document |= {} if policy.waitlist == "none" else {"waitlist": policy.waitlist}
    document |= {"street_width_m": policy.street_width_m}
    document["objective"] = "value" if stages == ["value"] else stages
    for section, fields in SECTIONS.items():
        said = {name: getattr(policy, attribute) for name, (attribute, _) in fields.items()}
        said = {name: value for name, value in said.items() if name not in UNSAID or value != UNSAID[name]}
        if said:
            document[section] = said
    limits = [_given(limit, LIMIT) for limit in policy.limits]
    if limits:
        document["limits"] = limits[0] if len(limits) == 1 and "zone" not in limits[0] else limits
    if policy.quotas:
        document["quotas"] = [_given(quota, QUOTA) for quota in policy.quotas]
    document["sectors"] = {
        each.sector_id: {
            **{language: getattr(each, language) for language in ("en", "fr", "ar") if getattr(each, language)},
            "emits": list(each.emits),
            "sensitive_to": list(each.sensitive_to),
        }
        for each in policy.sectors
    }
    if policy.affinity:
        document["affinity"] = [
            {"sectors": [pair.sector_a, pair.sector_b], "percent": pair.percent} for pair in policy.affinity
        ]
    document["separation"] = {"neighbours": list(policy.separation)}
    return document


def _given(value: object, fields: Mapping[str, tuple[str, Reader]]) -> dict[str, Any]:
    given = {name: getattr(value, attribute) for name, (attribute, _) in fields.items()}
    given = {name: each for name, each in given.items() if each is not None and each != ""}
    if "water_m3_day" in given:
        given["water_m3_day"] = tenths_value(given["water_m3_day"])
    return given


def policy_text(policy: Policy) -> str:
    """The policy as the text of policy.toml."""
    return "\n".join(toml_lines(policy_document(policy))) + "\n"
