"""What the model knows of: one row a kind of resource, with the properties of both providers side by side."""

from __future__ import annotations

from functools import cache

from ..table import Kind
from . import access, callers, databases, entrances, functions, network, policies, sources


def kinds() -> tuple[Kind, ...]:
    """Return every row of the tables."""
    return (
        *functions.KINDS,
        *sources.KINDS,
        *callers.KINDS,
        *entrances.KINDS,
        *access.KINDS,
        *policies.KINDS,
        *network.KINDS,
        *databases.KINDS,
    )


@cache
def kinds_by_type() -> dict[str, tuple[Kind, ...]]:
    """Return the rows by resource type, of both providers."""
    found: dict[str, tuple[Kind, ...]] = {}
    for kind in kinds():
        for name in (*kind.cloudformation.split(), *kind.terraform.split()):
            found[name] = (*found.get(name, ()), kind)
    return found
