"""The names of boto3's resource objects and of botocore's waiters; made by ``tools/build_sdk_resources.py``."""

from __future__ import annotations

import json
import os
from functools import cache
from typing import Any

_FOLDER = os.path.join(os.path.dirname(__file__), "data")


@cache
def _table(name: str) -> Any:
    with open(os.path.join(_FOLDER, f"sdk_{name}.json"), encoding="utf-8") as stream:
        return json.load(stream)["services"]


def resource_type(service: str, kind: str) -> dict[str, Any] | None:
    """Return the description of a resource type; an empty ``kind`` is the service itself. None if there is none.

    ``actions`` maps a method to [operation, {parameter: index of an identifier, or [constant]}, type that it returns];
    ``resources`` a name to [type, sources of its identifiers (-1: given), all known]; ``collections`` a name to
    [operation, parameters, type, sources, batch actions]; ``waiters`` a method to a waiter.
    """
    found: dict[str, Any] | None = _table("resources").get(service, {}).get(kind)
    return found


def waited_operation(service: str, waiter: str) -> str:
    """Return the operation that a waiter calls, empty where the waiter is not known."""
    found: str = _table("waiters").get(service, {}).get(waiter, "")
    return found
