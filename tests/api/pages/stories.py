"""What stories in the browser begin with: the link of the first start, and the files of a small zone."""

from __future__ import annotations

import re
from pathlib import Path

from instances.writing import write_instance
from tests.outcomes import small_instance


def invited(log: str) -> str:
    """The link that the first start of the service has printed."""
    found = re.search(r"http://\S+/invitations/\S+", log)
    assert found is not None, log
    return found[0].rstrip(".,)")


def small_files(folder: Path) -> Path:
    """The small zone as one file to drop."""
    path = folder / "small.json"
    write_instance(small_instance(), path)
    return path
