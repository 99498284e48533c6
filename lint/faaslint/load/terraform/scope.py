"""Where an expression is evaluated: its module instance, and the names that are bound around it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, TypeAlias

from ...model.guard import ALWAYS, Guard
from ...model.record import field, record
from ...model.value import Provenance, Value
from ...source.hcl_nodes import Block
from .configuration import Configuration

Key: TypeAlias = int | str | None
"""What tells the instances of one block apart: the index of ``count``, the key of ``for_each``, or nothing."""


class Instance(NamedTuple):
    """One instance of a resource, data source or module call."""

    key: Key
    guard: Guard
    scope: Scope


@record(frozen=False)
class Expansion:
    """The instances of a block. ``many`` says that references to it carry an index, ``unknown`` that their number is not
    known: there is then one instance, without a key. ``symbolic`` says that keys are the names of what they refer to, as
    their texts are not known."""

    instances: list[Instance]
    many: bool = False
    unknown: bool = False
    symbolic: bool = False
    by_key: dict[Key, Instance] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.by_key = {instance.key: instance for instance in self.instances}


@record(frozen=False, eq=False)
class Module:
    """One instance of a module. ``address`` is empty for the root, else ``module.x`` with the keys of the calls.

    ``caller`` is the scope in which the arguments of the call are evaluated.
    """

    configuration: Configuration
    address: str = ""
    call: Block | None = None
    caller: Scope | None = None
    guard: Guard = ALWAYS
    unknown_count: bool = False
    depth: int = 0
    path: str = "."
    """The folder as ``path.module`` writes it: relative to the root module."""
    names: tuple[str, ...] = ()
    """The names of the calls that lead here, as ``.terraform/modules/modules.json`` keys them."""
    variables: dict[str, Value] = field(default_factory=dict)
    locals: dict[str, Value] = field(default_factory=dict)
    outputs: dict[str, Value] = field(default_factory=dict)
    expansions: dict[str, Expansion] = field(default_factory=dict)
    children: dict[tuple[str, Key], Module | None] = field(default_factory=dict)

    def within(self, name: str) -> str:
        """Return the address of something in this module."""
        return f"{self.address}.{name}" if self.address else name

    @property
    def is_foreign(self) -> bool:
        """Whether the module was fetched from a registry or repository: its source is no folder of the project."""
        module: Module | None = self
        while module is not None and module.call is not None and module.caller is not None:
            source = module.call.body.attributes.get("source")
            text = getattr(source.expression, "value", None) if source is not None else None
            if not isinstance(text, str) or not text.startswith("."):
                return True
            module = module.caller.module
        return False

    @property
    def is_root(self) -> bool:
        """Whether nothing in the run calls this module."""
        return self.caller is None


@record(frozen=False, eq=False)
class Scope:
    """A module and the names that are bound on the way in.

    ``names`` holds ``each``, ``count``, iterators and the variables of ``for``. ``assumed`` holds what a surrounding
    conditional says about variables. ``tag`` tells instances of one block apart where a condition is put into words.
    """

    module: Module
    names: Mapping[str, Value] = field(default_factory=dict)
    assumed: Mapping[str, Value] = field(default_factory=dict)
    provenance: Provenance = Provenance.LITERAL
    tag: str = ""
    trying: bool = False
    """Whether what is evaluated stands inside ``try`` or ``can``, which ask for what may not be there."""

    def binding(self, names: Mapping[str, Value], tag: str = "") -> Scope:
        """Return this scope with further names."""
        return Scope(self.module, {**self.names, **names}, self.assumed, self.provenance, tag or self.tag, self.trying)

    def assuming(self, assumed: Mapping[str, Value]) -> Scope:
        """Return this scope where variables are known to be what a condition says."""
        return Scope(self.module, self.names, {**self.assumed, **assumed}, self.provenance, self.tag, self.trying)

    def asking(self) -> Scope:
        """Return this scope inside ``try`` or ``can``."""
        return Scope(self.module, self.names, self.assumed, self.provenance, self.tag, True)


def key_text(key: Key) -> str:
    """Return a key as an address writes it."""
    if key is None:
        return ""
    if isinstance(key, int):
        return f"[{key}]"
    escaped = key.replace("\\", "\\\\").replace('"', '\\"')
    return f'["{escaped}"]'
