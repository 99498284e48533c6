"""Documents as trees: what YAML and JSON have in common, with a span on every node."""

from __future__ import annotations

from typing import TypeAlias

from ..model.record import record
from ..model.span import Span


class ParseFailure(Exception):
    """A text that is not what it should be, and where: ``message`` says what was expected."""

    def __init__(self, message: str, span: Span) -> None:
        super().__init__(message)
        self.message = message
        self.span = span


@record(frozen=False, eq=False)
class Scalar:
    """A string, number, boolean or null. ``text`` is the source's own spelling, ``tag`` a YAML tag such as ``!Ref``.

    ``lines`` is set for YAML block scalars (``|``, ``>``): the span of each content line, so that text inside keeps its
    position in the file.
    """

    value: str | int | float | bool | None
    span: Span
    text: str = ""
    tag: str = ""
    lines: tuple[Span, ...] = ()


@record(frozen=False, eq=False)
class Sequence:
    """A list."""

    items: list[Tree]
    span: Span
    tag: str = ""


@record(frozen=False, eq=False)
class Mapping:
    """A mapping, in the order of the text; ``entries`` holds (key, value)."""

    entries: list[tuple[Scalar, Tree]]
    span: Span
    tag: str = ""
    _index: dict[str, Tree] | None = None

    def get(self, key: str) -> Tree | None:
        """Return the value of a key, None where there is none."""
        if self._index is None:
            self._index = {str(name.value): value for name, value in self.entries}
        return self._index.get(key)

    def key(self, name: str) -> Scalar | None:
        """Return the key's own node."""
        return next((key for key, _ in self.entries if key.value == name), None)


Tree: TypeAlias = Scalar | Sequence | Mapping
