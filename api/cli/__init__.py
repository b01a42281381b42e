"""The command `lotwise`, one module per subcommand; heavy libraries are imported only by the command in need."""

from __future__ import annotations

from api.cli.app import app, main

__all__ = ["app", "main"]
