"""An outcome as files in a folder, one module per format."""

from __future__ import annotations

from optimizer.export.document import plan_document
from optimizer.export.folder import FILES, save

__all__ = ["FILES", "plan_document", "save"]
