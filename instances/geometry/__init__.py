"""Geometry of a zone: areas, neighbours and a report of gaps, overlaps and slivers.

The only place where floats and shapely are allowed near an instance: what leaves it is whole numbers.
"""

from instances.geometry.areas import area_m2, areas_m2
from instances.geometry.coverage import coverage_faults
from instances.geometry.neighbours import neighbours_of

__all__ = ["area_m2", "areas_m2", "coverage_faults", "neighbours_of"]
