"""The sketch kept of a stored instance, made anew where there is none of this version."""

from __future__ import annotations

from api.instances import instance_at
from api.service import Service
from api.sketch import Sketch, sketch_from, sketch_of, sketch_text
from api.store import sketches


def sketched(service: Service, instance_id: str) -> Sketch:
    """The sketch of the instance, kept from now on where the store takes changes.  Raises Problem not_found."""
    with service.reading() as connection:
        found = sketch_from(sketches.find(connection, instance_id), instance_id)
    if found is None:
        found = sketch_of(instance_at(service, instance_id), instance_id)
        sketches.put_late(service.engine, instance_id, sketch_text(found))
    return found
