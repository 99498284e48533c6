"""Values of one template put into the terms of the whole app: addresses, other stacks' values, the user's own lines."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from ...model.record import replace
from ...model.span import Span
from ...model.value import (
    Choice,
    Environment,
    Fields,
    Item,
    Items,
    Known,
    Leaf,
    Pattern,
    Reference,
    Unknown,
    Value,
    branches,
    choose,
    join_text,
)

LookUp: TypeAlias = Callable[[Reference | Unknown], Value | None]
"""Says what a reference or an unknown of a template is, None where it stays what it is."""


class Rewriter:
    """Rewrites the values of one template.

    Each reference gets the template's ``prefix``. What ``look_up`` knows takes the place of a hole. ``place``, the line of
    the app that made the resource, is where each value is used and where a person would edit it: both ends of its trail,
    which leads through the template.
    """

    def __init__(self, prefix: str, look_up: LookUp) -> None:
        self._prefix = prefix
        self._look_up = look_up

    def address(self, name: str) -> str:
        """Return the address in the app of a resource of the template."""
        return f"{self._prefix}/{name}"

    def fields(self, content: Fields, place: Span | None) -> Fields:
        """Return the fields of a resource."""
        rewritten = self._fields(content, place)
        assert isinstance(rewritten, Fields)
        return rewritten

    # Two frames a level: templates may be nested 150 deep.
    def value(self, value: Value, place: Span | None) -> Value:
        """Return a value. Depth is bounded by the loader that made it."""
        trail = (place, *value.trail, place) if place is not None and value.trail else value.trail
        if isinstance(value, Choice):
            return choose([(guard, self.value(leaf, place)) for guard, leaf in branches(value)], trail)
        if isinstance(value, Unknown):
            found = self._look_up(value) if value.symbol is not None else None
            return replace(found if found is not None else value, trail=trail)
        content = value.value
        if isinstance(content, Fields):
            return replace(value, value=self._fields(content, place), trail=trail)
        if isinstance(content, Items):
            items: list[Item] = []
            for item in content.items:
                items.append(Item(self.value(item.value, place), item.guard))
            return replace(value, value=Items(tuple(items), content.openness), trail=trail)
        if isinstance(content, Reference):
            found = self._look_up(content)
            if found is not None:
                return replace(found, trail=trail)
            return replace(value, value=Reference(self.address(content.address), content.attribute), trail=trail)
        if isinstance(content, Pattern):
            joined = join_text([self._part(part) for part in content.parts])
            if isinstance(joined, Known):
                return replace(value, value=joined.value, trail=trail)
            return replace(joined, trail=trail)
        return replace(value, trail=trail)

    def _fields(self, content: Fields, place: Span | None) -> Fields:
        values: dict[str, Value] = {}
        for name, entry in content.values.items():
            values[name] = self.value(entry, place)
        keys = dict.fromkeys(content.keys, place) if place is not None else content.keys
        computed = tuple((self.value(key, place), self.value(entry, place)) for key, entry in content.computed)
        return Fields(values, keys, content.openness, computed)

    def _part(self, part: str | Reference | Environment | Unknown) -> Leaf:
        if isinstance(part, str | Environment):
            return Known(part)
        found = self._look_up(part) if isinstance(part, Reference) or part.symbol is not None else None
        if isinstance(found, Known) and isinstance(found.value, (str, int, float, Reference, Pattern)):
            return found
        if isinstance(part, Reference):
            return Known(Reference(self.address(part.address), part.attribute))
        return part
