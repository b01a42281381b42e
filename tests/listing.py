"""The full listing of all placements, forbidden wherever a module of the product knows it by name."""

import sys

import pytest

from optimizer.sites import enumerate_placements

ROOMS = ("optimizer.", "api.")


def forbid(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on whoever asks for the full listing fails."""

    def refused(*_: object) -> None:
        raise AssertionError("the full listing was asked for")

    for name, module in list(sys.modules.items()):
        if name.startswith(ROOMS) and getattr(module, "enumerate_placements", None) is enumerate_placements:
            monkeypatch.setattr(module, "enumerate_placements", refused)
