"""Attributes: what ``value.name`` may be, and what storing to it does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ...source.python_syntax import Syntax
from .data import attribute_of_data
from .domain import (
    OTHER,
    PENDING,
    Abstract,
    Atom,
    BatchWriter,
    Class,
    ClassCode,
    Client,
    Collection,
    Data,
    External,
    FromEnvironment,
    Function,
    Holder,
    Instance,
    Method,
    ModuleValue,
    Nothing,
    Other,
    Paginator,
    Parent,
    ResourceObject,
    Session,
    Text,
    Waiter,
    bounded,
    each,
    ordered,
    text,
)
from .notable import note_name
from .run import Arguments, Run
from .sdk_resources import sdk_attribute

_PATH: Final = 300
"""Longest dotted path (characters) of something external."""

_INHERITANCE: Final = 100
"""Most classes that are asked for one attribute."""

_WITH_METHODS = (Text, Holder, Other, Session, Paginator, Waiter, BatchWriter)


def attribute_of(run: Run, value: Abstract, name: str, node: Syntax) -> Abstract:
    """Return what an attribute of a value may be."""
    if not value:
        return PENDING
    run.fails_on_none(value, node)
    found: set[Atom] = set()
    pending = False
    for atom in value if len(value) == 1 else ordered(value):
        if isinstance(atom, Nothing):
            continue
        part = _attribute(run, atom, name, node)
        pending = pending or not part
        found |= part
    if not found and not pending:
        return OTHER
    return bounded(frozenset(found))


def _attribute(run: Run, atom: Atom, name: str, node: Syntax) -> Abstract:
    if isinstance(atom, External):
        return _external(run, atom, name, node)
    if isinstance(atom, ModuleValue):
        return run.module_attribute(atom.module, name, node)
    if isinstance(atom, (Instance, Class, Parent)):
        return member(run, atom, name, node)
    if isinstance(atom, (Client, ResourceObject, Collection)):
        return sdk_attribute(run, atom, name, node)
    if isinstance(atom, Data):
        return attribute_of_data(run, atom, name, node)
    if isinstance(atom, (*_WITH_METHODS, FromEnvironment)):
        return frozenset({Method(atom, name)})
    if isinstance(atom, Method):
        # ``table.meta.client``
        if atom.name == "meta" and name == "client" and isinstance(atom.receiver, (Client, ResourceObject)):
            return frozenset({Client(atom.receiver.service, atom.receiver.account)})
        # A helper that pages through what a method of a client answers takes the method, and asks it for its client.
        if name == "__self__":
            return frozenset({atom.receiver})
        if name == "__name__":
            return text(atom.name)
        return OTHER
    if isinstance(atom, Function):
        return run.engine.read(("attribute", atom.code, name), run.frame) or frozenset({Method(atom, name)})
    return OTHER


def _external(run: Run, atom: External, name: str, node: Syntax) -> Abstract:
    path = f"{atom.path}.{name}"
    note_name(run, path, node)
    stored = run.engine.read(("attribute", atom, name), run.frame)
    if stored:
        return stored
    if path == "os.environ" or len(path) <= _PATH:
        return frozenset({External(path)})
    return OTHER


def lineage(run: Run, code: ClassCode) -> Iterator[ClassCode]:
    """Yield a class of the package and the classes of the package that it inherits from, nearest first."""
    seen: dict[ClassCode, None] = {}
    pending = [code]
    while pending and len(seen) < _INHERITANCE:
        current = pending.pop(0)
        if current in seen:
            continue
        seen[current] = None
        yield current
        bases = run.engine.read(("bases", current), run.frame)
        pending += [atom.code for atom in ordered(bases) if isinstance(atom, Class)]


def inherits_external(run: Run, code: ClassCode) -> list[str]:
    """Return the dotted paths of the bases that are not in the package; ``?`` for one that is not known."""
    found: list[str] = []
    for one in lineage(run, code):
        for atom in ordered(run.engine.read(("bases", one), run.frame)):
            if isinstance(atom, External):
                found.append(atom.path)
            elif not isinstance(atom, Class):
                found.append("?")
    return [path for path in found if path != "builtins.object"]


def member(run: Run, atom: Instance | Class | Parent, name: str, node: Syntax) -> Abstract:
    """Return an attribute of an object or class of the package; functions come bound, properties are called."""
    engine, frame = run.engine, run.frame
    own: Abstract = PENDING
    cell: tuple[object, ...] | None = None
    receiver: Atom = atom
    if isinstance(atom, Instance):
        cell = ("attribute", atom, name)
        own = engine.read(cell, frame)
    elif isinstance(atom, Parent):
        receiver = atom.receiver
    from_class: Abstract = PENDING
    for position, code in enumerate(lineage(run, atom.code)):
        if position == 0 and isinstance(atom, Parent):
            continue
        from_class = engine.read(("attribute", code, name), frame)
        if from_class:
            break
    if not own and not from_class:
        if isinstance(atom, (Class, Parent)) or cell is None or inherits_external(run, atom.code):
            return OTHER
        if name == "__class__":
            return frozenset({Class(atom.code)})
        engine.block(cell)
        return PENDING
    found: set[Atom] = set(own)
    for one in from_class:
        found |= _bound_to(run, one, receiver, node) if isinstance(one, Function) else {one}
    return bounded(frozenset(found))


def _bound_to(run: Run, function: Function, receiver: Atom, node: Syntax) -> Abstract:
    kinds = function.code.kinds
    if "static" in kinds or function.code.owner is None:
        return frozenset({function})
    if "class" in kinds:
        code = receiver.code if isinstance(receiver, (Instance, Class, Parent)) else function.code.owner
        return frozenset({Function(function.code, function.scope, Class(code))})
    if isinstance(receiver, Class):
        return frozenset({function})
    bound = Function(function.code, function.scope, receiver)
    if "property" in kinds:
        return run.call(frozenset({bound}), Arguments(), node)
    return frozenset({bound})


def store(run: Run, receiver: Abstract, name: str, value: Abstract) -> bool:
    """Store an attribute; return whether every possible receiver is followed."""
    followed = True
    for atom in each(receiver):
        if isinstance(atom, Instance):
            run.engine.write(("attribute", atom, name), value)
        elif isinstance(atom, Class):
            run.engine.write(("attribute", atom.code, name), value)
        elif isinstance(atom, Parent):
            run.engine.write(("attribute", atom.receiver, name), value)
        elif isinstance(atom, Function):
            run.engine.write(("attribute", atom.code, name), value)
        elif isinstance(atom, ModuleValue):
            run.engine.write(("global", atom.module.path, name), value)
        elif isinstance(atom, External):
            run.engine.write(("attribute", atom, name), value)
        else:
            if isinstance(atom, Data):
                run.records.data_sets.add(atom.step(name))
            followed = False
    return followed and bool(receiver)
