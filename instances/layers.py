"""Lots in GeoPackages and zipped shapefiles: GeoJSON-like features in and out.

The outline of a lot is whole 1e-7 degrees.  A layer may be in any system that has an exact transformation to WGS 84;
EPSG:26191 there and back is good to 1e-8 degrees, so an outline written in it reads back unchanged.

Field names of a shapefile have at most ten characters: `water_m3_day` becomes `water_m3_d`, `price_mad_m2`
becomes `price_mad_`, as every GIS cuts them, in either case of letters; reading restores the full names.
Lists are text split by `|`.
"""

from __future__ import annotations

import math
import tempfile
import warnings
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pyogrio.raw
import shapely
from pyogrio.errors import DataLayerError, DataSourceError, FieldError, GeometryError

from instances.faults import InstanceError, Place, fault
from instances.geometry.plane import PER_DEGREE, WGS84, Coordinates, Polygons, moved, transformer
from instances.layer_files import openable

NAMES = (
    "lot_id",
    "zone",
    "block",
    "subzone",
    "area_m2",
    "status",
    "sectors",
    "power_kw",
    "water_m3_day",
    "price_mad_m2",
)
"""The fields of a lot, in the order in which they are written."""
LAYERS = ("lots", "zone", "terrain_eco")
"""A layer of one of these names is taken, the first that is there; otherwise the only layer of polygons."""
LONGEST_NAME = 10
FULL_NAME = {name[:LONGEST_NAME]: name for name in NAMES}
WHOLE, FRACTION = frozenset(("area_m2", "power_kw", "price_mad_m2")), frozenset(("water_m3_day",))
UNREADABLE = (DataSourceError, DataLayerError, FieldError, GeometryError, shapely.GEOSException, OSError, ValueError)
NO_TEXT = ".prj ≠ UTF-8"
"""What is told of a system that cannot be read as text; the same in every language."""
ZIPPED_DATE = (1980, 1, 1, 0, 0, 0)

Feature = dict[str, Any]


@dataclass(frozen=True)
class _Table:
    """A layer as GDAL hands it over: its system, geometries, and columns by name (with the declared types)."""

    crs: str | None
    shapes: Polygons
    columns: dict[str, Any]
    is_whole: frozenset[str]


def read_layer(path: Path) -> list[Feature]:
    """The features of a .gpkg, .shp or zipped shapefile, geometry in WGS 84 longitude and latitude, heights dropped.

    Properties have the names of the specification; an empty field is left out; what is not a field of a lot keeps
    its name, for the reader to refuse.  Needs no network.
    Raises InstanceError, never an error of GDAL: "unreadable_file", "several_layers", "no_polygon_layer",
    "crs_missing", "crs_unknown", "crs_inexact".
    """
    where = Place(path.name)
    if not path.is_file():
        raise InstanceError([fault("unreadable_file", where, "no such file")])
    with openable(path) as source:
        try:
            with warnings.catch_warnings():
                # What GDAL grumbles about (ring order, field widths) is mended on reading or checked afterwards.
                warnings.simplefilter("ignore", RuntimeWarning)
                table = _read(source, _layer(source, where), where, is_shapefile=path.suffix.lower() != ".gpkg")
        except UNREADABLE as error:
            if isinstance(error, InstanceError):
                raise
            raise InstanceError([fault("unreadable_file", where, _plain(error, source))]) from error
    if not table.crs:
        raise InstanceError([fault("crs_missing", where)])
    try:
        shapes = shapely.transform(shapely.force_2d(table.shapes), _onto_wgs84(table.crs))
    except InstanceError as error:
        raise InstanceError([each.at(file=path.name) for each in error.faults]) from error
    return [
        {"type": "Feature", "geometry": _geometry(shape), "properties": _properties(table, row)}
        for row, shape in enumerate(shapes)
    ]


def write_layer(features: Sequence[Mapping[str, Any]], path: Path, crs: str = "EPSG:26191") -> None:
    """Write features (geometry in longitude and latitude) as the layer `lots` of a .gpkg, .shp or .zip in a system.

    `read_layer` gives back the same properties, and the same outlines after rounding to 1e-7 degrees.
    Raises InstanceError: "crs_unknown"; "crs_inexact" when the system cannot hold these outlines exactly;
    "unknown_choice" for another suffix.
    """
    where = Place(path.name)
    suffix = path.suffix.lower()
    if suffix not in (".gpkg", ".shp", ".zip"):
        raise InstanceError([fault("unknown_choice", where, path.suffix, choices=".gpkg | .shp | .zip")])
    degrees = np.array([_shape(feature.get("geometry")) for feature in features], dtype=object)
    shapes = _placed(degrees, crs, where)
    columns = {name: [_cell(feature, name) for feature in features] for name in NAMES}
    if suffix == ".zip":
        _write_zipped(path, shapes, columns, crs)
    else:
        path.unlink(missing_ok=True)
        _write(path, shapes, columns, crs)


def _layer(path: Path, where: Place) -> str:
    listed = [(str(name), str(kind)) for name, kind in pyogrio.list_layers(path)]
    for wanted in LAYERS:
        for name, _ in listed:
            if name.lower() == wanted:
                return name
    polygons = [name for name, kind in listed if "polygon" in kind.lower() or kind == "Unknown"]
    if len(polygons) == 1:
        return polygons[0]
    code = "several_layers" if polygons else "no_polygon_layer"
    raise InstanceError([fault(code, where, " | ".join(name for name, _ in listed))])


def _read(path: Path, layer: str, where: Place, is_shapefile: bool) -> _Table:
    try:
        facts, _, geometry, columns = pyogrio.raw.read(path, layer=layer)
    except UnboundLocalError as error:
        # How pyogrio ends on a system whose text is not UTF-8: it names a variable that was never set.
        raise InstanceError([fault("crs_unknown", where, NO_TEXT)]) from error
    shapes = np.asarray(shapely.from_wkb(geometry), dtype=object)
    names = [FULL_NAME.get(str(name).lower(), str(name)) if is_shapefile else str(name) for name in facts["fields"]]
    whole = {name for name, kind in zip(names, facts["dtypes"], strict=True) if str(kind).startswith(("int", "uint"))}
    return _Table(facts["crs"], shapes, dict(zip(names, columns, strict=True)), frozenset(whole))


def _onto_wgs84(crs: str) -> Any:
    if crs == WGS84:
        return lambda points: points
    onto = transformer(crs, WGS84)
    return lambda points: moved(onto, points)


def _properties(table: _Table, row: int) -> dict[str, Any]:
    found = {}
    for name, column in table.columns.items():
        value = column[row]
        value = value.item() if isinstance(value, np.generic) else value
        if isinstance(value, float) and math.isnan(value):
            value = None
        if isinstance(value, float) and name in table.is_whole:
            value = int(value)
        if value not in (None, ""):
            found[name] = value
    return found


def _geometry(shape: Any) -> dict[str, Any] | None:
    if shape is None or shape.is_empty:
        return None
    if shape.geom_type == "MultiPolygon" and len(shape.geoms) == 1:
        shape = shape.geoms[0]
    drawn: dict[str, Any] = shapely.geometry.mapping(shape)
    return drawn


def _shape(geometry: Any) -> Any:
    return None if geometry is None else shapely.geometry.shape(geometry)


def _cell(feature: Mapping[str, Any], name: str) -> Any:
    value = (feature.get("properties") or {}).get(name)
    return "|".join(map(str, value)) if isinstance(value, (list, tuple)) else value


def _placed(degrees: Polygons, crs: str, where: Place) -> Polygons:
    """The outlines in a system, once it is sure that they come back the same."""
    if crs == WGS84:
        return degrees
    there, back = transformer(WGS84, crs), transformer(crs, WGS84)
    shapes = np.asarray(shapely.transform(degrees, lambda points: moved(there, points)), dtype=object)
    before, after = shapely.get_coordinates(degrees), _whole(moved(back, shapely.get_coordinates(shapes)))
    if not np.array_equal(_whole(before), after):
        raise InstanceError([fault("crs_inexact", where, f"{WGS84} → {crs}")])
    return shapes


def _whole(points: Coordinates) -> Coordinates:
    rounded: Coordinates = np.round(points * PER_DEGREE)
    return rounded


def _write(path: Path, shapes: Polygons, columns: Mapping[str, list[Any]], crs: str) -> None:
    is_shapefile = path.suffix.lower() == ".shp"
    if not is_shapefile:
        several = [None if shape is None else _several(shape) for shape in shapes]
        shapes = np.array(several, dtype=object)
    fields = [_column(name, values) for name, values in columns.items()]
    pyogrio.raw.write(
        path,
        geometry=np.array([None if shape is None else shapely.to_wkb(shape) for shape in shapes], dtype=object),
        field_data=[values for values, _ in fields],
        field_mask=[mask for _, mask in fields],
        fields=np.array([name[:LONGEST_NAME] if is_shapefile else name for name in columns], dtype=object),
        geometry_type="Polygon" if is_shapefile else "MultiPolygon",
        crs=crs,
        encoding="utf-8" if is_shapefile else None,
        driver="ESRI Shapefile" if is_shapefile else "GPKG",
        **({} if is_shapefile else {"layer": LAYERS[0]}),
    )


def _column(name: str, values: list[Any]) -> tuple[Any, Any]:
    absent = np.array([value is None for value in values], dtype=bool)
    if name in WHOLE:
        return np.array([value or 0 for value in values], dtype=np.int64), absent
    if name in FRACTION:
        return np.array([value or 0 for value in values], dtype=np.float64), absent
    return np.array(["" if value is None else str(value) for value in values], dtype=object), absent


def _several(shape: Any) -> Any:
    return shape if shape.geom_type == "MultiPolygon" else shapely.MultiPolygon([shape])


def _write_zipped(path: Path, shapes: Polygons, columns: Mapping[str, list[Any]], crs: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        _write(Path(folder) / f"{LAYERS[0]}.shp", shapes, columns, crs)
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for file in sorted(Path(folder).iterdir()):
                archive.writestr(zipfile.ZipInfo(file.name, ZIPPED_DATE), file.read_bytes(), zipfile.ZIP_DEFLATED)


def _plain(error: Exception, path: Path) -> str:
    """What GDAL said, with the file's name in place of its folders."""
    return str(error).replace(str(path), path.name).replace(str(path.parent), "")
