"""A small instance as files, to be spoilt one way at a time."""

import copy
import io
import json
import re
import zipfile

from instances.faults import LANGUAGES
from instances.reading import inspect

STEP = 0.0003
"""A side of a lot in degrees: about 27 m by 33 m, 910 m2."""


def square(column, row=0, west=-3.93, south=35.17):
    x, y = round(west + STEP * column, 7), round(south + STEP * row, 7)
    east, north = round(x + STEP, 7), round(y + STEP, 7)
    return [[x, y], [east, y], [east, north], [x, north], [x, y]]


def feature(lot_id, column, **properties):
    values = {
        "lot_id": lot_id,
        "zone": "Z1",
        "block": "B1",
        "subzone": "",
        "area_m2": 910,
        "status": "available",
        "sectors": [],
        "power_kw": 100,
        "water_m3_day": 6.3,
        "price_mad_m2": 300,
    }
    geometry = {"type": "Polygon", "coordinates": [square(column)]}
    return {"type": "Feature", "geometry": geometry, "properties": values | properties}


def zone():
    return {"type": "FeatureCollection", "name": "small", "features": [feature(f"L{n}", n) for n in (1, 2, 3)]}


NEIGHBOURS = """\
lot_a,lot_b,length_m,kind
L1,L2,33.3,border
L2,L3,33.3,border
"""

APPLICANTS = """\
applicant_id,name,sector,area_min_m2,area_max_m2,max_lots,jobs_direct,jobs_indirect,investment_kmad,power_kw,\
water_m3_day,score,group,zones,preferred_lots,beside_lots,filed_on,pinned_lots
A1,Four du Rif,bakery,800,1000,1,10,5,500,50,1.5,80,sme,Z1,L1|L2,,2026-03-17,
A2,رخام الحسيمة,marble,800,2000,2,14,7,900,60,2,75,large,,,,2026-01-28,L3
A3,,bakery,700,950,1,8,0,,40,0.5,60,sme,,,L2,,
"""

POLICY = """\
name = "small"
lottery_seed = 7919

[eligibility]
min_score = 50

[grouping]
max_lots = 3
across = "border"

[points]
job_direct = 100
job_indirect = 40
border_metre = 6
street_metre = 3
preferred_lot = 150

[limits]
power_kw = 500
water_m3_day = 20.5

[[quotas]]
name = "sme_floor"
group = "sme"
min_lot_share_percent = 25

[sectors.bakery]
en = "Bakery"
fr = "Boulangerie"
ar = "المخابز"
emits = []
sensitive_to = ["dust"]

[sectors.marble]
emits = ["dust"]

[[affinity]]
sectors = ["bakery", "marble"]
percent = 30

[separation]
neighbours = ["border"]
"""


def files():
    """The four files by name, as text or, for the zone, as values."""
    return {"zone.geojson": zone(), "neighbours.csv": NEIGHBOURS, "applicants.csv": APPLICANTS, "policy.toml": POLICY}


def encoded(content):
    if isinstance(content, bytes):
        return content
    return (content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)).encode()


def write(folder, contents):
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in contents.items():
        (folder / name).write_bytes(encoded(content))
    return folder


def zipped(contents, prefix=""):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            archive.writestr(prefix + name, encoded(content))
    return buffer.getvalue()


def document():
    """The same instance as one JSON document, but for what only a file can say."""
    rows = [line.split(",") for line in APPLICANTS.splitlines()]
    applicants = [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
    pairs = [line.split(",") for line in NEIGHBOURS.splitlines()]
    neighbours = [dict(zip(pairs[0], row, strict=True)) for row in pairs[1:]]
    policy = {
        "name": "small",
        "lottery_seed": 7919,
        "eligibility": {"min_score": 50},
        "grouping": {"max_lots": 3, "across": "border"},
        "points": {
            "job_direct": 100,
            "job_indirect": 40,
            "border_metre": 6,
            "street_metre": 3,
            "preferred_lot": 150,
        },
        "limits": {"power_kw": 500, "water_m3_day": 20.5},
        "quotas": [{"name": "sme_floor", "group": "sme", "min_lot_share_percent": 25}],
        "sectors": {
            "bakery": {
                "en": "Bakery",
                "fr": "Boulangerie",
                "ar": "المخابز",
                "emits": [],
                "sensitive_to": ["dust"],
            },
            "marble": {"emits": ["dust"]},
        },
        "affinity": [{"sectors": ["bakery", "marble"], "percent": 30}],
        "separation": {"neighbours": ["border"]},
    }
    return copy.deepcopy({"zone": zone(), "neighbours": neighbours, "applicants": applicants, "policy": policy})


def place(fault):
    """The place of a fault in short: file, part and key, field."""
    where = fault.where
    return f"{where.file}:{where.part} {where.key}:{where.field}"


def said(faults):
    """The faults as (code, place), after making sure that each speaks three languages without leftovers."""
    for fault in faults:
        for language in LANGUAGES:
            text = fault.text(language)
            assert not re.search(r"\{\w{4,}\}", text), text
            assert len(text) < 1000
        assert set(fault.document()["text"]) == set(LANGUAGES)
    return [(fault.code, place(fault)) for fault in faults]


def inspected(tmp_path, **spoilt):
    """The faults of the small instance with files replaced; names are given with _ for the dot."""
    contents = files()
    for name, content in spoilt.items():
        name = name.replace("_", ".")
        contents.pop(name, None)
        if content is not None:
            contents[name] = content
    return inspect(write(tmp_path / "spoilt", contents))


def spoilt_zone(change):
    collection = zone()
    change(collection["features"], collection)
    return collection


def faults_of(source, name=""):
    """Code and place of each fault of a source that is no instance."""
    reading = inspect(source, name)
    assert reading.instance is None
    return said(reading.faults)
