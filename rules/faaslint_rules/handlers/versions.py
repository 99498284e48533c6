"""The version of Python that a runtime brings."""

from __future__ import annotations

from faaslint.model.read import text_of
from faaslint.model.value import Leaf


def version_of(leaf: Leaf) -> tuple[int, int] | None:
    """Return the version of Python of a runtime (``python3.13``), None where it is none or not known."""
    text = text_of(leaf)
    if text is None or not text.startswith("python"):
        return None
    major, _, minor = text.removeprefix("python").partition(".")
    return (int(major), int(minor)) if major.isdecimal() and minor.isdecimal() else None
