"""The data files of this package: read once, when first asked for."""

from __future__ import annotations

import json
import os
from functools import cache
from typing import Any

FOLDER = os.path.join(os.path.dirname(__file__), "data")


@cache
def document(name: str) -> Any:
    """Return the content of ``data/<name>.json``. The result is shared: callers must not change it.

    Raises FileNotFoundError for a name that this package does not have: a mistake in our own code.
    """
    with open(os.path.join(FOLDER, f"{name}.json"), encoding="utf-8") as stream:
        return json.load(stream)


def retrieved(name: str) -> str:
    """Return the day (ISO 8601) on which the facts of a data file were gathered."""
    return str(document(name)["retrieved"])
