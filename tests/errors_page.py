"""The page on errors, written from the catalogues: `python -m tests.errors_page` writes docs/errors.md anew."""

from __future__ import annotations

from pathlib import Path

from api.problems import catalogue as problems
from instances.faults import catalogue as faults

PAGE = Path(__file__).parents[1] / "docs" / "errors.md"
HEAD = """# Errors

Everything that can be refused, by its stable code. This page is written from the catalogues of the program by
`python -m tests.errors_page`, and a test compares it with them. Values in braces are filled in; the same sentences in
French and Arabic are in the answers themselves, and all together under `GET /v1/fault-types`. Exit codes of the command
stand on [its page](command-line.md#exit-codes).

"""
FAULTS = """## Faults of files

Each comes with its file and its row, cell, item or key. One is enough to refuse the input; all are listed.

"""
WARNINGS = "\n## Warnings\n\nThese are shown and refuse nothing.\n\n"
REFUSALS = "\n## Refusals of the service\n\nProblem documents (RFC 9457) with this `code` and status.\n\n"


def page() -> str:
    """The whole page."""
    listed = faults()["faults"]
    errors = {code: entry for code, entry in listed.items() if not entry.get("warning")}
    warnings = {code: entry for code, entry in listed.items() if entry.get("warning")}
    refused = [
        row(code, str(entry["status"]), entry["title"]["en"], entry["detail"]["en"])
        for code, entry in sorted(problems().items())
    ]
    return (
        HEAD
        + FAULTS
        + table(("code", "what is wrong", "what to do"), said(errors))
        + WARNINGS
        + table(("code", "what is doubtful", "what to do"), said(warnings))
        + REFUSALS
        + table(("code", "status", "title", "detail"), refused)
    )


def said(entries: dict[str, dict[str, dict[str, str]]]) -> list[str]:
    return [row(code, str(entry["en"]), entry["hint"]["en"]) for code, entry in sorted(entries.items())]


def row(code: str, *cells: str) -> str:
    shown = (cell.replace("|", "\\|").replace("\n", " ").replace("<", "&lt;") for cell in cells)
    return f"| `{code}` | {' | '.join(shown)} |\n"


def table(heads: tuple[str, ...], rows: list[str]) -> str:
    return f"| {' | '.join(heads)} |\n|{'---|' * len(heads)}\n{''.join(rows)}"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
