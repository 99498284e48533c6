"""Facts by the place that they stand at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from faaslint.model.facts import Return
from faaslint.model.span import Span


def by_place(returns: Iterable[Return]) -> Iterator[tuple[Span, list[Return]]]:
    """Yield the things that may be returned at each place together: a claim about a place has to hold for all of them."""
    groups: dict[Span, list[Return]] = {}
    for one in returns:
        groups.setdefault(one.span, []).append(one)
    yield from groups.items()
