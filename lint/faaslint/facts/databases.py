"""Databases and caches: their ports, and how many connections an instance takes."""

from __future__ import annotations

from .store import document

GIBIBYTE = 1024**3


def default_port(engine: str) -> int | None:
    """Return the port of an engine where none is configured, None for an engine that the data does not have."""
    port = document("databases")["ports"].get(engine)
    return port if isinstance(port, int) else None


def memory_gib(instance_class: str) -> int | None:
    """Return the memory of an instance class (``db.t4g.micro``) in GiB, None where the data does not have its family."""
    data = document("databases")["memory_gib"]
    prefix, _, rest = instance_class.partition(".")
    family, _, size = rest.partition(".")
    if prefix != "db" or family not in data["families"]:
        return None
    if family.startswith("t"):
        found = data["sizes_of_t"].get(size)
    else:
        factor = data["size_factors"].get(size)
        found = data["of_large"][family[0]] * factor if factor is not None else None
    return found if isinstance(found, int) else None


def maximum_connections(engine: str, instance_class: str) -> int | None:
    """Return how many connections an instance takes with its default parameters, None where that is not known.

    The formula counts all of the instance's memory, so the real number is a little lower.
    """
    rule = document("databases")["maximum_connections"].get(engine)
    memory = memory_gib(instance_class)
    if not isinstance(rule, dict) or memory is None:
        return None
    count = memory * GIBIBYTE // int(rule["bytes_per_connection"])
    return min(count, int(rule.get("maximum", count)))
