"""What the tests of pieces share."""

import pytest

from optimizer.search import pieces as pieces_module


@pytest.fixture(params=[20, 1], ids=["whole", "cut"])
def most_lots(request, monkeypatch):
    """Pieces of the usual size, or of one site each, with separated neighbours in two of them."""
    monkeypatch.setattr(pieces_module, "MOST_LOTS", request.param)
