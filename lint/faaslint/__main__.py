"""``python -m faaslint``."""

from __future__ import annotations

from .cli import program

program()
