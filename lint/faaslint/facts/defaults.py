"""What AWS or the Terraform provider uses where a property is not set."""

from __future__ import annotations

from typing import NamedTuple

from .store import document


class Default(NamedTuple):
    """The default of one property. ``value`` is what JSON holds; None says that the property has no default."""

    value: object
    verified: bool
    source: str


def cloudformation(resource_type: str, path: str) -> Default | None:
    """Return the default of a CloudFormation or SAM property, None where the data does not speak of it."""
    return _default("cloudformation", resource_type, path)


def terraform(resource_type: str, path: str) -> Default | None:
    """Return the default of a Terraform argument, None where the data does not speak of it."""
    return _default("terraform", resource_type, path)


def _default(family: str, resource_type: str, path: str) -> Default | None:
    section = document("defaults")[family].get(resource_type)
    if not isinstance(section, dict):
        return None
    entry = section.get(path)
    if not isinstance(entry, dict) or "default" not in entry:
        return None
    return Default(entry["default"], entry["verified"], entry["source"])
