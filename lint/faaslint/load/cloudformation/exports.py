"""Exports and imports of one run: what one root exports under a name is what another one imports."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from ...model.value import Choice, Pattern, Unknown, Value
from ...source.workspace import Unreadable, Workspace
from ..resource import Loaded

IMPORTS: Final = b"ImportValue"
EXPORTS: Final = b"Export"

_SHARED: Final = frozenset({"AWS::AccountId", "AWS::Partition", "AWS::Region", "AWS::URLSuffix"})
"""What is the same in all stacks of a deployment."""


class Exports:
    """The exports of all templates of a run, each template loaded when somebody first asks for a name that is not known yet.

    Only values that mean the same in every root are handed over: texts and numbers, also with the account or region in them.
    A resource of another root stays unknown, and so does a name that several roots give different values.
    """

    def __init__(self, workspace: Workspace, templates: Sequence[str], load: Callable[[str], Loaded]) -> None:
        self._pending = [path for path in reversed(templates) if _mentions(workspace, path, EXPORTS)]
        self._load = load
        self._values: dict[str, Value | None] = {}

    def value(self, name: str) -> Value | None:
        """Return what an export of this name is, None where no root has one, or it is not the same for all."""
        while self._pending:
            # Taken off the list before it is loaded: it may ask for exports itself.
            self._take(self._load(self._pending.pop()).exports)
        return self._values.get(name)

    def _take(self, exports: Mapping[str, Value]) -> None:
        for name, value in exports.items():
            if name in self._values and self._values[name] != value:
                self._values[name] = None
            else:
                self._values[name] = value if _is_shared(value) else None


def is_asked_for(workspace: Workspace, templates: Sequence[str]) -> bool:
    """Return whether any template imports something."""
    return any(_mentions(workspace, path, IMPORTS) for path in templates)


def _mentions(workspace: Workspace, path: str, word: bytes) -> bool:
    try:
        return word in workspace.read(path)
    except Unreadable:
        return False


def _is_shared(value: Value) -> bool:
    if isinstance(value, (Unknown, Choice)):
        return isinstance(value, Unknown) and value.symbol in _SHARED
    content = value.value
    if isinstance(content, Pattern):
        return all(isinstance(part, str) or (isinstance(part, Unknown) and part.symbol in _SHARED) for part in content.parts)
    return isinstance(content, (str, int, float))
