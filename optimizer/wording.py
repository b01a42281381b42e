"""Numbers as people read them: points, whole numbers and gaps, in the reader's language."""

from __future__ import annotations

from instances.faults import Language

NARROW_SPACE = "\u202f"
SPACE = "\u00a0"


def whole(number: int, language: Language = "en") -> str:
    """A whole number in groups of three digits: 12,345 in English, 12 345 in French and in Morocco's Arabic."""
    return f"{number:,}".replace(",", "," if language == "en" else NARROW_SPACE)


def points(millipoints: int, language: Language = "en") -> str:
    """Millipoints as points, with up to three decimals and none that are zero."""
    sign = "-" if millipoints < 0 else ""
    units, rest = divmod(abs(millipoints), 1000)
    if not rest:
        return sign + whole(units, language)
    decimals = f"{rest:03d}".rstrip("0")
    return f"{sign}{whole(units, language)}{'.' if language == 'en' else ','}{decimals}"


def percent(millionths: int, language: Language = "en") -> str:
    """A gap in percent with two decimals, rounded up, so that it never sounds smaller than proved."""
    hundredths = -(-millionths // 100)
    units, rest = divmod(hundredths, 100)
    text = f"{whole(units, language)}{'.' if language == 'en' else ','}{rest:02d}" if millionths else "0"
    return f"{text}{SPACE}%"
