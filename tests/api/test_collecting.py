"""Collecting goes on when the last of those who paused it is done, however that ends."""

import gc

import pytest

from api.collecting import without_collecting


def test_collecting_pauses_until_the_last_is_done():
    assert gc.isenabled()
    with without_collecting():
        with without_collecting():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_what_fails_meanwhile_does_not_leave_it_paused():
    with pytest.raises(KeyError), without_collecting():
        raise KeyError("x")
    assert gc.isenabled()
