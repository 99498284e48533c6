"""The state of one load: budgets, problems, and what was declared where."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from ...model.record import field, record
from ...model.span import Span
from ...model.value import Fields, Items, Leaf, Payload, Value, branches
from ...source.hcl_nodes import Block, Text
from ...source.limits import EVALUATION_STEPS, NESTING, NODES
from ...source.workspace import Workspace
from ..resource import Problem
from .configuration import Configuration, read_configuration
from .given import installed_modules
from .registry import MODEL_PATH
from .scope import Instance, Module

STEPS_PER_EXPRESSION: Final = 16
"""What one expression costs of ``EVALUATION_STEPS``: it makes about as many values, spans and look-ups on the way."""

SHARE: Final = EVALUATION_STEPS // 6
"""Most steps that one resource may take, so that a hostile one leaves the others their part."""


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


@record(frozen=False)
class Session:
    """One run over one root module."""

    workspace: Workspace
    root: str
    parameters: Mapping[str, str]
    workspace_name: str = ""
    """What ``terraform.workspace`` is, empty where that is not known."""
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
    """How many expressions are being evaluated, each inside another."""
    steps: int = 0
    allowance: int = EVALUATION_STEPS
    overdrawn: bool = False
    has_secrets: bool = False
    """Whether a sensitive value has been read: only then results are looked through for such parts."""
    module_count: int = 0
    cut: bool = False
    """Whether modules were left out for a limit's sake, so that resources may be missing."""
    instance_count: int = 0
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
        """Note a problem once; what is told of a model of ours is told of the values that it is given."""
        if not span.path.startswith(MODEL_PATH) and (span, message) not in self._told:
            self._told.add((span, message))
            self.problems.append(Problem(span=span, message=message, fatal=fatal))

    def begin(self) -> None:
        """Give a new share of the budget to what is evaluated next, unless it is part of something larger."""
        if self.depth == 0:
            self.allowance = min(self.steps + SHARE, EVALUATION_STEPS)
            self.overdrawn = False

    def exhausted(self, span: Span) -> bool:
        """Count one expression (at ``span``); return whether the budget of the property, or of the root, is used up."""
        self.steps += STEPS_PER_EXPRESSION
        if self.steps <= self.allowance:
            return False
        if not self.overdrawn:
            self.overdrawn = True
            self.tell(span, "evaluating this takes more steps than are worth it; what is left of it is unknown")
        return True

    def spend(self, expressions: int) -> None:
        """Count work that is done beside evaluating expressions, as so many of them."""
        self.steps = max(self.steps, min(self.steps + expressions * STEPS_PER_EXPRESSION, self.allowance))

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
