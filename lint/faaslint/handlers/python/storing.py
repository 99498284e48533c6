"""Storing a value: in an entry, or where it can't be followed."""

from __future__ import annotations

from ...source.python_syntax import Subscript, Syntax
from .data import stored
from .domain import OTHER, Abstract, Data, External, Holder, bounded, each, texts_of
from .environment import ENVIRON
from .run import Run
from .values import any_sdk, key_of, put, take


def part_of(run: Run, value: Abstract, index: int) -> Abstract:
    """Return what unpacking gives to the target with this index."""
    found: Abstract = frozenset()
    for atom in each(value):
        holder = atom if isinstance(atom, Holder) and atom.kind != "dict" else None
        if isinstance(atom, Data):
            found = found | {atom.step(f"[{index}]")}
            continue
        found = found | (take(run, holder, f"#{index}") if holder is not None else OTHER)
    return bounded(found)


def store_item(run: Run, target: Subscript, receiver: Abstract, index: Abstract, value: Abstract) -> None:
    """Follow ``receiver[index] = value``."""
    for atom in each(receiver):
        if isinstance(atom, Holder):
            put(run, atom, key_of(index) if atom.kind == "dict" else "*", value)
        elif atom == ENVIRON:
            names = texts_of(index)
            if names is None:
                run.hidden_set("an environment variable is set whose name is computed", target)
            else:
                run.records.sets.update(names)
        elif isinstance(atom, External) and atom.path == "builtins.globals()":
            names = texts_of(index)
            for name in names or ():
                run.engine.write(("global", run.module.path, name), value)
            if names is None:
                lost(run, value, target)
        else:
            if isinstance(atom, Data):
                stored(run, atom, index)
            lost(run, value, target)


def lost(run: Run, value: Abstract, node: Syntax) -> None:
    """Note that a value is stored where it can't be found again."""
    if any_sdk(run, value):
        run.need("an SDK client is stored where it can't be followed", node)
