"""Mending what was found: edits of text and rewrites of handler source, planned, checked, and written."""

from __future__ import annotations

from .plan import ROUNDS, Change, plan
from .write import write

__all__ = ["ROUNDS", "Change", "plan", "write"]
