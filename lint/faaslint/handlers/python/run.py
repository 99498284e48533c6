"""The state of following one frame: the names in scope, and where to note what is found."""

from __future__ import annotations

from collections.abc import Callable

from ...model.record import field, record
from ...model.span import Span
from ...source.python import Module
from ...source.python_syntax import Expression, Syntax
from .domain import (
    OTHER,
    PENDING,
    Abstract,
    ClassCode,
    Condition,
    Data,
    External,
    FromEnvironment,
    Method,
    ModuleValue,
    join,
)
from .engine import Engine, Frame
from .modules import is_builtin
from .package import PackageModule
from .records import Records


@record(frozen=False, eq=False)
class Arguments:
    """The evaluated arguments of a call, with the expressions they come from (None where there is none).

    ``open_positional`` and ``open_named`` say that there may be further ones, from ``*`` and ``**`` over something unknown.
    """

    positional: list[tuple[Abstract, Expression | None]] = field(default_factory=list)
    named: dict[str, tuple[Abstract, Expression | None]] = field(default_factory=dict)
    open_positional: bool = False
    open_named: bool = False

    def get(self, position: int | None, name: str) -> Abstract | None:
        """Return an argument by its name or position, None where it is not given."""
        found = self.named.get(name)
        if found is not None:
            return found[0]
        if position is not None and position < len(self.positional):
            return self.positional[position][0]
        return None

    def all(self) -> list[Abstract]:
        """Return every argument's value."""
        return [value for value, _ in self.positional] + [value for value, _ in self.named.values()]


class Run:
    """One frame being followed. ``env`` holds the names that are bound so far."""

    __slots__ = (
        "_call",
        "bound",
        "branches",
        "caught",
        "elsewhere",
        "engine",
        "env",
        "exits",
        "frame",
        "given",
        "globals",
        "left",
        "loops",
        "makes_closures",
        "module",
        "nonlocals",
        "owner",
        "protected",
        "records",
        "result",
        "source",
        "tries",
        "yielded",
    )

    def __init__(
        self, engine: Engine, frame: Frame, source: Module, call: Callable[[Run, Abstract, Arguments, Syntax], Abstract]
    ) -> None:
        self._call = call
        self.engine = engine
        self.frame = frame
        self.module: PackageModule = frame.module
        self.source = source
        self.records: Records = frame.records
        self.env: dict[str, Abstract] = dict(frame.arguments)
        self.globals: set[str] = set()
        self.nonlocals: set[str] = set()
        self.owner: ClassCode | None = None
        """The class whose body is being followed."""
        self.bound: dict[str, None] | None = None
        """The names that the class body has bound."""
        self.protected = 0
        """How many enclosing statements catch a KeyError."""
        self.tries = 0
        """How many enclosing ``try`` bodies there are."""
        self.loops = 0
        self.branches = 0
        """How many enclosing statements may skip what stands in them."""
        self.given: frozenset[str] = frozenset()
        """The environment variables that enclosing tests, and tests before, ask for."""
        self.left = False
        """Whether a statement so far may have left the frame."""
        self.caught = 0
        """How many enclosing ``except`` clauses there are."""
        self.elsewhere: frozenset[str] = frozenset()
        """The names that the ``try`` of an enclosing ``except`` imports from modules that are there."""
        self.exits: list[list[dict[str, Abstract]]] = []
        """For each enclosing loop, what holds where it is left or continued."""
        self.makes_closures = False
        self.result: Abstract = PENDING
        self.yielded: Abstract = PENDING

    def call(self, function: Abstract, arguments: Arguments, node: Syntax) -> Abstract:
        """Return what calling a value may give, and note what the call does."""
        return self._call(self, function, arguments, node)

    # places

    def span(self, node: Syntax) -> Span:
        """Return the span of a node."""
        return self.source.span(node)

    # names

    def assign(self, name: str, value: Abstract) -> None:
        """Bind a name."""
        self.env[name] = value
        if self.bound is not None:
            self.bound[name] = None
        elif name in self.globals:
            self.engine.write(("global", self.module.path, name), value)
        elif name in self.nonlocals:
            self.engine.write(("local", self.frame.scope, name), value)

    def merge(self, ends: list[dict[str, Abstract]]) -> None:
        """Go on with what may hold after any of several branches."""
        if not ends:
            return
        merged = ends[0]
        if len(ends) > 1:
            self.engine.count(sum(len(end) for end in ends) // 8)
            merged = dict(merged)
            for end in ends[1:]:
                for name, value in end.items():
                    old = merged.get(name)
                    if old is not value:
                        merged[name] = join(old, value) if old is not None else value
        self.env = merged

    def lookup(self, name: str) -> Abstract:
        """Return what a name may stand for."""
        found = self.env.get(name)
        if found is not None:
            if name not in self.globals:
                return found
            return join(found, self.engine.read(("global", self.module.path, name), self.frame))
        scope = self.frame.scope
        while scope:
            value = self.engine.read(("local", scope, name), self.frame)
            if value:
                return value
            scope = self.engine.frames[scope - 1].scope
        return self.global_name(self.module, name)

    def global_name(self, module: PackageModule, name: str) -> Abstract:
        """Return what a name may stand for in a module."""
        engine = self.engine
        cell = ("global", module.path, name)
        value = engine.read(cell, self.frame)
        if value:
            return value
        frame = engine.modules.get(module.path)
        if frame is None:
            return OTHER
        if frame is not self.frame and not frame.done:
            engine.block(cell)
            engine.await_module(module, self.frame)
            return PENDING
        for star in engine.stars.get(module.path, ()):
            starred = self._from_star(star, name)
            if starred is not None:
                return starred
        if is_builtin(name):
            return frozenset({External("builtins." + name)})
        return OTHER

    def _from_star(self, star: PackageModule | External, name: str) -> Abstract | None:
        """Return what ``from star import *`` binds to a name, None if nothing."""
        if isinstance(star, External):
            return frozenset({External(f"{star.path}.{name}")}) if not is_builtin(name) else None
        engine = self.engine
        pending, seen = [star], {self.module.path}
        while pending:
            module = pending.pop()
            if module.path in seen:
                continue
            seen.add(module.path)
            value = engine.read(("global", module.path, name), self.frame)
            if value:
                return value
            frame = engine.modules.get(module.path)
            if frame is not None and not frame.done and frame is not self.frame:
                engine.block(("global", module.path, name))
                engine.await_module(module, self.frame)
                return PENDING
            pending += [one for one in engine.stars.get(module.path, ()) if isinstance(one, PackageModule)]
        return None

    def module_attribute(self, module: PackageModule, name: str, node: Syntax) -> Abstract:
        """Return what ``module.name`` may be: one of its names, or a module inside it."""
        self.enter_module(module, node)
        value = self.engine.read(("global", module.path, name), self.frame)
        if value:
            return value
        if module.is_package:
            inner = self.engine.package.find(f"{module.name}.{name}" if module.name else name)
            if inner is not None:
                self.enter_module(inner, node)
                return frozenset({ModuleValue(inner)})
        found = self.global_name(module, name)
        return OTHER if any(isinstance(atom, External) and atom.path.startswith("builtins.") for atom in found) else found

    def enter_module(self, module: PackageModule, node: Syntax) -> None:
        """Note that a module of the package is loaded here."""
        engine = self.engine
        if engine.frozen and module.path not in engine.modules:
            return
        frame = engine.module_frame(module)
        engine.step(self.frame, frame, node.start, self.span(node), True, self.protected > 0, self.branches == 0)

    # notes

    def need(self, why: str, node: Syntax) -> None:
        """Note that AWS may be called here in a way that is not followed."""
        self.records.needs.setdefault(node.start, (why, self.span(node)))

    def hidden_read(self, why: str, node: Syntax) -> None:
        """Note that variables may be read here that are not named."""
        self.records.hidden_reads.setdefault(node.start, (why, self.span(node)))

    def hidden_set(self, why: str, node: Syntax) -> None:
        """Note that variables may be set here that are not named."""
        self.records.hidden_sets.setdefault(node.start, (why, self.span(node)))

    def tests(self, value: Abstract) -> bool:
        """Note that the truth of a value is asked for: it is no surprise if it is missing.

        Return whether the answer depends on the environment.
        """
        depends = False
        for atom in value:
            if isinstance(atom, FromEnvironment):
                self.records.tested.add(atom.name)
                depends = True
            elif isinstance(atom, Condition):
                depends = True
            elif isinstance(atom, Data):
                self.records.data_tests.add(atom)
            elif isinstance(atom, Method) and isinstance(atom.receiver, Data):
                self.records.data_tests.add(atom.receiver.step(atom.name))
        return depends

    def fails_on_none(self, value: Abstract, node: Syntax) -> None:
        """Note that a value is used where None fails."""
        if len(value) != 1 or self.tries:
            return
        (atom,) = value
        if isinstance(atom, FromEnvironment) and atom.read is not None:
            self.records.none_uses.setdefault(atom.read, self.span(node))
