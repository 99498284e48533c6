"""What ``samconfig.toml`` says of a deployment: the region of the default environment."""

from __future__ import annotations

import posixpath
import tomllib
from typing import Any, Final

from ...model.span import Span
from ...model.value import Known, Provenance
from ...source.workspace import Unreadable, Workspace

NAME: Final = "samconfig.toml"
SECTIONS: Final = ("deploy", "global")
"""The tables that ``sam deploy`` reads, the more specific first."""


def deployed_region(workspace: Workspace, folder: str) -> Known | None:
    """Return the region that ``sam deploy`` uses for the template in a folder, None where no file says so.

    A file that can't be read says nothing: it is the deployment tool's settings, not a part of the project.
    """
    path = posixpath.join(folder, NAME) if folder not in ("", ".") else NAME
    if not workspace.is_file(path):
        return None
    try:
        text = workspace.text(path)
        environment = _table(tomllib.loads(text).get("default"))
    except (Unreadable, tomllib.TOMLDecodeError, RecursionError):
        return None
    for section in SECTIONS:
        region = _table(_table(environment.get(section)).get("parameters")).get("region")
        if isinstance(region, str) and region:
            return Known(region, (_span_of(text, path, region),), Provenance.GIVEN)
    return None


def _table(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _span_of(text: str, path: str, region: str) -> Span:
    """The TOML parser keeps no positions: the first line that sets a region to this value is the one meant."""
    for number, line in enumerate(text.splitlines(), 1):
        name, equals, rest = line.partition("=")
        if equals and name.strip() == "region" and region in rest:
            column = line.index(region, len(name)) + 1
            return Span(path, number, column, number, column + len(region))
    return Span(path, 1, 1, 1, 1)
