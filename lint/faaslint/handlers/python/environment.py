"""Environment variables, as the source reads and sets them."""

from __future__ import annotations

from typing import Final

from ...source.python_syntax import Syntax
from .domain import OTHER, PENDING, Abstract, Atom, External, FromEnvironment, Holder, Nothing, Text, each, texts_of
from .records import ReadRecord
from .run import Arguments, Run
from .values import keys_of

ENVIRON: Final = External("os.environ")

_COMPUTED_READ: Final = "an environment variable is read whose name is computed"
_COMPUTED_SET: Final = "an environment variable is set whose name is computed"


def read_subscript(run: Run, index: Abstract, node: Syntax) -> Abstract:
    """Return ``os.environ[index]``: it raises where the variable is missing."""
    return _read(run, index, node, subscript=True, has_default=False)


def _read(run: Run, name: Abstract, node: Syntax, subscript: bool, has_default: bool, alone: bool = False) -> Abstract:
    if not name:
        return PENDING
    names = texts_of(name)
    if names is None:
        run.hidden_read(_COMPUTED_READ, node)
        _record(run, None, node, subscript, has_default)
        return OTHER
    found = set()
    for one in names:
        _record(run, one, node, subscript, has_default)
        place = None if subscript or has_default else (run.module.path, node.start)
        found.add(FromEnvironment(one, place, alone))
    return frozenset(found)


def _record(run: Run, name: str | None, node: Syntax, subscript: bool, has_default: bool) -> None:
    key = (node.start, name)
    if key not in run.records.reads:
        place = (run.module.path, node.start)
        run.records.reads[key] = ReadRecord(run.span(node), name, subscript, has_default, run.protected > 0, place)


def call_environment(run: Run, method: str, arguments: Arguments, node: Syntax) -> Abstract:
    """Return what a method of ``os.environ`` gives; ``getenv`` and ``get`` are one."""
    name = arguments.get(0, "key") or frozenset()
    if method in ("get", "getenv", "pop", "__getitem__"):
        default = arguments.get(1, "default")
        # ``.get("X", None)`` brings no value of its own.
        has_default = default is not None and any(not isinstance(atom, Nothing) for atom in default)
        if method == "pop" and default is None:
            return _read(run, name, node, subscript=True, has_default=False)
        alone = method != "__getitem__" and (
            default is None or (bool(default) and all(counts_as_false(atom) for atom in default))
        )
        return _read(run, name, node, subscript=method == "__getitem__", has_default=has_default, alone=alone)
    if method == "setdefault":
        names = texts_of(name)
        if names is None:
            run.hidden_set(_COMPUTED_SET, node)
            return OTHER
        run.records.sets.update(names)
        return _read(run, name, node, subscript=False, has_default=True)
    if method == "update":
        _update(run, arguments, node)
    elif method in ("copy", "items", "keys", "values"):
        run.hidden_read("all environment variables are read at once", node)
    elif method in ("putenv", "__setitem__"):
        names = texts_of(name)
        if names is None:
            run.hidden_set(_COMPUTED_SET, node)
        else:
            run.records.sets.update(names)
    elif method == "__contains__":
        run.records.tested.update(atom.value for atom in name if isinstance(atom, Text) and isinstance(atom.value, str))
    return OTHER


def counts_as_false(atom: Atom) -> bool:
    """Return whether a test of the truth of a value fails."""
    return isinstance(atom, Nothing) or (isinstance(atom, Text) and atom.value == "")


def _update(run: Run, arguments: Arguments, node: Syntax) -> None:
    run.records.sets.update(arguments.named)
    if arguments.open_named or arguments.open_positional:
        run.hidden_set("environment variables are set from a mapping that is computed", node)
    for value, _ in arguments.positional:
        for atom in each(value):
            if isinstance(atom, Holder) and atom.kind == "dict":
                keys = keys_of(run, atom)
                run.records.sets.update(key[1:] for key in keys if key.startswith("'"))
                if "*" not in keys:
                    continue
            run.hidden_set("environment variables are set from a mapping that is computed", node)
