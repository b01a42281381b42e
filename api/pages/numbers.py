"""Numbers, dates and ids as pages show them: in the reader's language, and never torn apart by its direction."""

from __future__ import annotations

from datetime import datetime

from markupsafe import Markup

from instances.faults import Language
from optimizer.wording import percent, points, whole

NO_BREAK = "\u00a0"


def id_text(value: str) -> Markup:
    """An id, kept apart from the direction of the text around it."""
    return Markup("<bdi>{}</bdi>").format(value)


def ids_text(values: tuple[str, ...] | list[str]) -> Markup:
    """Several ids in one line."""
    return Markup(", ").join(id_text(each) for each in values)


def points_text(millipoints: int | None, language: Language) -> Markup:
    """Points to the whole, or a dash when there are none."""
    return _isolated("–" if millipoints is None else points(_rounded(millipoints), language))


def gap_text(millionths: int | None, language: Language) -> Markup:
    """A proved gap in percent, or a dash when nothing was proved."""
    return _isolated("–" if millionths is None else percent(millionths, language))


def whole_text(number: int | None, language: Language) -> Markup:
    """A whole number, or a dash when there is none."""
    return _isolated("–" if number is None else whole(number, language))


def tenths_text(tenths: int, language: Language) -> Markup:
    """Tenths of a unit with one decimal, or none when it is zero."""
    return _isolated(points(tenths * 100, language))


def moment(at: datetime) -> Markup:
    """A time.  The page's script shows it in the reader's own time zone and words."""
    text = at.strftime("%Y-%m-%d %H:%M UTC")
    return Markup('<time datetime="{}">{}</time>').format(at.isoformat(timespec="seconds"), text)


def _rounded(millipoints: int) -> int:
    """To whole points: pages show sums of thousands, and every decimal stands in plan.json."""
    return millipoints if abs(millipoints) < 100_000 else round(millipoints / 1000) * 1000


def _isolated(text: str) -> Markup:
    return Markup('<bdi dir="ltr">{}</bdi>').format(text)
