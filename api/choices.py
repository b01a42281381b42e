"""Choices over HTTP: what administrators set while the service runs."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field

from api.access import May, service_of
from api.openapi import refusals
from api.store import audit
from api.store import choices as store
from api.store.principals import Principal

router = APIRouter(prefix="/v1/settings", tags=["people"])

Administrator = Annotated[Principal, Depends(May("administer"))]


class Choices(BaseModel):
    """What the store keeps; all else comes from the environment in which the service was started."""

    model_config = ConfigDict(extra="forbid")

    approvals_needed: int = Field(
        ge=1, le=store.APPROVALS_MOST, description="How many members of the committee must approve a plan: 1 or 2."
    )


@router.get("", summary="Read the settings", responses=refusals(401, 403))
def show(request: Request, administrator: Administrator) -> Choices:
    """What is set now."""
    with service_of(request).reading() as connection:
        return Choices(approvals_needed=store.approvals_needed(connection))


@router.put("", summary="Change the settings", responses=refusals(401, 403, 422))
def change(request: Request, administrator: Administrator, new: Choices) -> Choices:
    """From now on; an approval that was given stands, and the change is in the audit log."""
    with service_of(request).writing() as connection:
        store.choose(connection, store.APPROVALS, new.approvals_needed, administrator.id)
        audit.write(connection, administrator.id, "settings.change", "", new.model_dump())
    return new
