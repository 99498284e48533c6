"""The mending of a number that is out of bounds."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.facts.limits import Bounds
from faaslint.model.finding import Edit
from faaslint.model.read import number_of
from faaslint.model.value import Known


def to_nearest(value: Known, bounds: Bounds) -> Iterator[Edit]:
    """Yield the edit to the nearest number that is allowed; it is unsafe, as nobody asked for that number."""
    number = number_of(value)
    if number is not None and abs(number) < float("inf"):
        for span in value.trail[-1:]:
            yield Edit(span, str(bounds.nearest(number)), safe=False)
