"""What was checked and written once is read back as it was; what is written otherwise is read with every check."""

import json

import pytest
from drawn_instances import instances
from hypothesis import given, settings

from instances import library
from instances.faults import InstanceError
from instances.generate import generate
from instances.reading import read_instance
from instances.reading_back import read_back
from instances.writing import document, document_text


@settings(max_examples=60, deadline=None)
@given(instances())
def test_any_instance_reads_back_as_it_reads_with_every_check(instance):
    text = document_text(instance).encode()
    back = read_back(text)
    assert back == instance == read_instance(text)
    assert back.fingerprint() == instance.fingerprint()


@pytest.mark.parametrize("name", ["ait-kamra-168", "generated"])
def test_an_instance_of_the_size_of_a_zone_reads_back(name):
    instance = generate(lots=300, applicants=500, seed=2, zones=3)
    if name != "generated":
        instance = read_instance(library.path(name))
    assert read_back(document_text(instance).encode()) == instance


def test_whole_numbers_come_back_as_whole_numbers():
    instance = generate(lots=30, applicants=60, seed=1)
    back = read_back(document_text(instance).encode())
    assert document_text(back) == document_text(instance)
    assert {type(each.water_hl_day) for each in (*back.lots, *back.applicants)} == {int}


ALTERED = {
    "too fine": lambda of: of["applicants"][0].update(water_m3_day=1.25),
    "negative": lambda of: of["applicants"][0].update(score=-1),
    "text for a number": lambda of: of["applicants"][0].update(score="many"),
    "stranger": lambda of: of["applicants"][0].update(colour="red"),
    "missing": lambda of: of["applicants"][0].pop("sector"),
    "dangling": lambda of: of["applicants"][0].update(preferred_lots=["nowhere"]),
    "no day": lambda of: of["applicants"][0].update(filed_on="yesterday"),
    "no lot": lambda of: of["zone"].update(features=[]),
    "not a list": lambda of: of.update(applicants=7),
    "twice": lambda of: of["applicants"].append(of["applicants"][0]),
    "bad policy": lambda of: of["policy"].update(sectors={}),
    "no policy": lambda of: of.pop("policy"),
}


@pytest.mark.parametrize("name", ALTERED)
def test_what_the_writer_would_not_write_is_refused_with_the_faults_of_a_full_reading(name):
    given_ = document(generate(lots=12, applicants=20, seed=3))
    ALTERED[name](given_)
    text = json.dumps(given_).encode()
    with pytest.raises(InstanceError) as full:
        read_instance(text)
    with pytest.raises(InstanceError) as back:
        read_back(text)
    assert back.value.faults == full.value.faults


def test_what_is_written_otherwise_but_well_is_read():
    instance = generate(lots=12, applicants=20, seed=3)
    given_ = document(instance)
    for each in given_["applicants"]:
        each |= {"water_m3_day": str(each["water_m3_day"]), "score": str(each["score"])}
    assert read_back(json.dumps(given_).encode()) == instance
