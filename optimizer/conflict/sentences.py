"""The conflict as sentences, in English, French and Arabic, from its document and one catalogue, `conflict.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from instances.faults import Language
from instances.fields import tenths_text
from optimizer.wording import whole


def sentences(document: Mapping[str, Any], language: Language = "en") -> list[str]:
    """What stands in the way and what would be enough, one sentence each.  document: of `Conflict.document`."""
    return list(_sentences(document, language))


def rule(group: Mapping[str, Any], language: Language = "en") -> str:
    """How a rule is called."""
    return _filled("rules", _key(group), language, name=group["name"], zone=_zone(group, language))


def _sentences(document: Mapping[str, Any], language: Language) -> Iterator[str]:
    yield _word(f"{document['kind']}_{'proved' if document['proved'] else 'claimed'}", language)
    for finding in document["findings"]:
        values = {name: _word("any", language) if each == "∞" else each for name, each in finding["values"].items()}
        yield _filled("findings", finding["code"], language, **values)
    for clash in document["clashes"]:
        if clash["rules"]:
            rules = _word("and", language).join(rule(each, language) for each in clash["rules"])
            yield _word("clash", language, rules=rules)
    remedies = [_remedy(each, language) for each in document["remedies"]]
    if remedies:
        yield _word("remedy", language, remedies=_word("or", language).join(remedies))
    else:
        yield _word("no_remedy", language)


def _remedy(changes: Sequence[Mapping[str, Any]], language: Language) -> str:
    """Several pins are told in one breath; how sure it is that less is not enough stands once, the weakest."""
    pins = [each["name"] for each in changes if each["kind"] == "pin"]
    texts = [_change(each, language) for each in changes if each["kind"] != "pin"]
    if pins:
        texts.append(_filled("changes", "pin", language, name=", ".join(pins)))
    least = max((each["least"] for each in changes), key=("proved", "claimed", "found").index)
    return _word(f"least_{least}", language, change=_word("and", language).join(texts))


def _change(change: Mapping[str, Any], language: Language) -> str:
    values: dict[str, object] = {"name": change["name"], "zone": _zone(change, language)}
    if change["kind"] == "separation":
        kinds = [_word(kind, language) for kind in change["kept_apart"]]
        values["kinds"] = ", ".join(kinds) or _word("none", language)
    else:
        numbers = {"was": change["was"], "to": change["to"], "by": abs(change["to"] - change["was"])}
        is_water = change["part"] == "water_hl_day"
        values |= {name: tenths_text(each) if is_water else whole(each, language) for name, each in numbers.items()}
    return _filled("changes", _key(change), language, **values)


def _key(group: Mapping[str, Any]) -> str:
    return "_".join(part for part in (group["kind"], group["part"]) if part)


def _zone(group: Mapping[str, Any], language: Language) -> str:
    is_zoned = group["kind"] == "limit" and group["name"]
    return _word("zone", language, zone=group["name"]) if is_zoned else ""


def _word(word: str, language: Language, /, **values: object) -> str:
    return _filled("words", word, language, **values)


def _filled(part: str, name: str, language: Language, /, **values: object) -> str:
    text: str = catalogue()[part][name][language]
    return text.format_map(values)


@cache
def catalogue() -> dict[str, dict[str, dict[str, str]]]:
    """Sentences by part (findings, rules, changes, words) and name, each with one text per language."""
    return tomllib.loads((Path(__file__).parent / "conflict.toml").read_text(encoding="utf-8"))
