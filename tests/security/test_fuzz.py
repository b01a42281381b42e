"""A bounded look at every reader with spoilt files; `python -m tests.fuzz` looks for longer."""

from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.mutations import KINDS, WORDS, Edit, inside, spoilt
from tests.fuzz.readers import READERS

places = st.integers(0, 999_999)
contents = st.sampled_from(WORDS) | st.binary(min_size=1, max_size=4)
edits = st.builds(Edit, st.sampled_from(KINDS), places, places, st.integers(1, 60), contents)
SLOW = {"zone.gpkg", "zone.zip", "zone.geojson", "document.json"}


@pytest.mark.parametrize("name", READERS)
def test_good_files_are_read(name):
    READERS[name].read(READERS[name].good())


@pytest.mark.parametrize("name", READERS)
def test_mutated_files_are_read_or_refused(name):
    reader = READERS[name]
    good = reader.good()

    @settings(
        max_examples=25 if name in SLOW else 60,
        deadline=10_000,
        suppress_health_check=[HealthCheck.differing_executors],
    )
    @given(st.lists(edits, min_size=1, max_size=4), st.booleans())
    def read(changes, is_inside):
        data = inside(good, changes) if reader.is_archive and is_inside else spoilt(good, changes)
        with suppress(*reader.allowed):
            reader.read(data)

    read()
