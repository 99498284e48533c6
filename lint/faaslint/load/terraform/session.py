"""The state of one load: budgets, problems, and what was declared where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from ...model.span import Span
from ...model.value import Fields, Items, Leaf, Payload, Value, branches
from ...source.hcl_nodes import Block, Text
from ...source.limits import EVALUATION_STEPS, NESTING, NODES
from ...source.workspace import Workspace
from ..resource import Problem
from .configuration import Configuration, read_configuration
from .given import installed_modules
from .scope import Instance, Module

STEPS_PER_EXPRESSION: Final = 5
"""What one expression costs of ``EVALUATION_STEPS``: it makes about as many values and spans on the way."""


class Fragment(NamedTuple):
    """One part of a composed text: what it is, the literal text of the file (if it is one), and where it stands."""

    leaf: Leaf
    text: Text | None
    span: Span


class Declared(NamedTuple):
    """One instance of a resource or data source."""

    block: Block
    module: Module
    instance: Instance


@dataclass(slots=True)
class Session:
    """One run over one root module."""

    workspace: Workspace
    root: str
    parameters: Mapping[str, str]
    problems: list[Problem] = field(default_factory=list)
    declared: dict[str, Declared] = field(default_factory=dict)
    layouts: dict[tuple[Span, Payload], tuple[Fragment, ...]] = field(default_factory=dict)
    """How composed texts came about, by where they stand and what came out (one heredoc gives a text an instance)."""
    incomplete: list[tuple[str, Span]] = field(default_factory=list)
    attributes: dict[tuple[str, str], Value] = field(default_factory=dict)
    active: set[object] = field(default_factory=set)
    """What is being evaluated right now: meeting it again is a cycle."""
    given: dict[str, Value] = field(default_factory=dict)
    depth: int = 0
    steps: int = 0
    module_count: int = 0
    _configurations: dict[str, Configuration] = field(default_factory=dict)
    _sizes: dict[int, tuple[object, int, int]] = field(default_factory=dict)
    _told: set[tuple[Span, str]] = field(default_factory=set)
    _installed: dict[str, str] | None = None

    def configuration(self, folder: str) -> Configuration:
        """Return what a folder declares; read once."""
        found = self._configurations.get(folder)
        if found is None:
            found = self._configurations[folder] = read_configuration(self.workspace, folder)
            self.problems += found.problems
        return found

    @property
    def configurations(self) -> list[Configuration]:
        """Return every folder that was read."""
        return list(self._configurations.values())

    def installed(self, names: str) -> str | None:
        """Return the folder into which ``terraform init`` put a module, by the dotted names of the calls that lead to it."""
        if self._installed is None:
            self._installed = installed_modules(self.workspace, self.root)
        return self._installed.get(names)

    def tell(self, span: Span, message: str, fatal: bool = False) -> None:
        """Note a problem once."""
        if (span, message) not in self._told:
            self._told.add((span, message))
            self.problems.append(Problem(span=span, message=message, fatal=fatal))

    def exhausted(self, span: Span) -> bool:
        """Count one expression; return whether the budget of the root is used up."""
        self.steps += STEPS_PER_EXPRESSION
        if self.steps <= EVALUATION_STEPS:
            return False
        if self.steps - STEPS_PER_EXPRESSION <= EVALUATION_STEPS:
            self.tell(span, "evaluating this module takes more steps than are worth it; values from here on are unknown")
        return True

    def spend(self, steps: int) -> None:
        """Count work that is done without evaluating expressions."""
        room = EVALUATION_STEPS - self.steps
        self.steps += min(steps, max(room, 0))

    def too_large(self, payload: Items | Fields) -> bool:
        """Measure a new list or mapping (written out in full); return whether it is too large or deep to be kept."""
        size, depth = 1, 1
        members = (item.value for item in payload.items) if isinstance(payload, Items) else payload.values.values()
        for member in members:
            for _, leaf in branches(member):
                content = getattr(leaf, "value", None)
                if isinstance(content, (Items, Fields)):
                    measured = self._sizes.get(id(content))
                    inner, below = (measured[1], measured[2]) if measured is not None else (1, 1)
                    size += inner
                    depth = max(depth, below + 1)
                else:
                    size += 1
        # The payload itself is kept, so that its id stays its own.
        self._sizes[id(payload)] = (payload, size, depth)
        return size > NODES or depth > NESTING
