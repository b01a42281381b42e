"""Every certificate of tests/certificates with a plan whose proof agrees with it, as files for a browser."""

from __future__ import annotations

import json
import tomllib
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

from instances.reading import read_instance
from instances.writing import document_text
from optimizer.certificate import document_sha256

FOLDER = Path(__file__).parents[2] / "certificates"
EXPECTED = tomllib.loads((FOLDER / "expected.toml").read_text(encoding="utf-8"))
NAMES = [f"{kind}/{name}" for kind, names in EXPECTED.items() for name in names]


def files() -> Iterator[dict[str, str]]:
    """Name, plan and certificate of each, in base64.  The liar is thorough: only the lie itself can be found."""
    for name in NAMES:
        content = (FOLDER / f"{name}.json").read_bytes()
        yield {"name": name, "plan": _text(believed(content)), "certificate": _text(content)}


def instance() -> str:
    """Their one instance, as one document in base64."""
    return _text(document_text(read_instance(FOLDER / "instance")).encode())


def believed(content: bytes) -> bytes:
    """A plan whose proof says what the certificate says, as far as that can be read."""
    plan = json.loads((FOLDER / "plan.json").read_text(encoding="utf-8"))
    value = plan["value_millipoints"]
    try:
        certificate = json.loads(content)
        digest, bound = document_sha256(certificate), certificate["bound_millipoints"]
        gap = -((value - bound) * 1_000_000 // value) / 1_000_000
    except (ValueError, TypeError, KeyError, RecursionError):
        digest, bound, gap = "0" * 64, value, 0.0
    plan["proof"] = {"bound_millipoints": bound, "gap": gap, "certificate_sha256": digest}
    # A bound above the value settles no tie.
    return json.dumps(plan).encode()


def _text(content: bytes) -> str:
    return b64encode(content).decode()
