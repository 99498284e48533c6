"""One graph for every language: nodes, edges, and the questions that rules ask."""

from __future__ import annotations

from .graph import Callee, Graph

__all__ = ["Callee", "Graph"]
