"""Logs: one JSON object a line on standard error, with the id of the request that it belongs to."""

from __future__ import annotations

import logging
import re
import sys
from typing import Any

import structlog

log: Any = structlog.get_logger("lotwise")

OBEYED = re.compile(r"[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
"""Characters that JSON leaves as they are and that a terminal or an editor obeys instead of showing them."""


def set_up(level: str = "info") -> None:
    """Write our own lines, and those of the libraries from warnings on, as JSON to standard error."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer(ensure_ascii=False), harmless],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper())),
        logger_factory=lambda *_: structlog.WriteLogger(sys.stderr),  # the stream of now, not that of the set-up
        cache_logger_on_first_use=False,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer(ensure_ascii=False),
            harmless,
        ],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)


def harmless(_logger: Any, _method: str, line: Any) -> str:
    """The JSON line, the same to whoever parses it, with nothing in it that a terminal obeys."""
    return OBEYED.sub(lambda found: f"\\u{ord(found.group()):04x}", line)


def bound(**values: Any) -> Any:
    """A context in which every line of this task carries these values."""
    return structlog.contextvars.bound_contextvars(**values)
