"""Compile the search once, after installation, so that no run spends its time limit on it.

Run as `python -m optimizer.search.warm`.
"""

from __future__ import annotations

from instances.library import path
from instances.reading import read_instance
from optimizer.outcome import Limits
from optimizer.solve import solve


def warm() -> None:
    """Run every compiled part on the bundled instance; what is compiled is kept on disk beside the code."""
    solve(read_instance(path("ait-kamra-168")), Limits(seconds=None, work=4))


if __name__ == "__main__":
    warm()
