"""What AWS says about Lambda: quotas, runtimes, event sources and defaults, as data files behind typed accessors.

Each entry of the data keeps its source and whether it was verified. Nothing is read until it is asked for.
"""

from __future__ import annotations

from . import alias_rules, api, defaults, edge, event_sources, limits, runtimes, vpc

__all__ = ["alias_rules", "api", "defaults", "edge", "event_sources", "limits", "runtimes", "vpc"]
