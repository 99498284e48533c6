"""Names of the standard library that only some versions of Python have, or that are deprecated."""

from __future__ import annotations

from functools import cache
from typing import Any

from ...source.python_syntax import Syntax
from .modules import document
from .records import NotableRecord
from .run import Run


@cache
def _names() -> dict[str, Any]:
    content = dict(document("versions"))
    content["notable"] = frozenset({*content["since"], *content["removed"], *content["deprecated"]})
    return content


def note_name(run: Run, path: str, node: Syntax) -> None:
    """Note that a name outside the package is used, where versions of Python differ about it."""
    if path in _names()["notable"]:
        protected = run.tries > 0 or run.protected > 0
        key = (node.start, path)
        run.records.notable.setdefault(key, NotableRecord(run.source.first_line(node), "name", path, protected))


def since(path: str) -> tuple[int, int] | None:
    """Return the version of Python that first has a name, None where all supported ones do."""
    found = _names()["since"].get(path)
    return _version(found) if found else None


def until(path: str) -> tuple[int, int] | None:
    """Return the version of Python that no longer has a name."""
    found = _names()["removed"].get(path)
    return _version(found) if found else None


def deprecated(path: str) -> tuple[int, int] | None:
    """Return the version of Python that deprecates a name."""
    found = _names()["deprecated"].get(path)
    return _version(found) if found else None


def _version(text: str) -> tuple[int, int]:
    major, minor = text.split(".")
    return int(major), int(minor)
