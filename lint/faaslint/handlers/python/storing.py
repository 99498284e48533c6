"""Storing a value: in an entry, or where it can't be followed."""

from __future__ import annotations

from ...source.python_syntax import Expression, Name, Subscript, Syntax
from .data import stored
from .domain import OTHER, Abstract, Data, External, Holder, bounded, each, texts_of
from .environment import ENVIRON
from .records import WriteRecord
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


def note_write(run: Run, holder: Holder, name: Expression, way: str, node: Syntax, *, keyed: bool = False) -> None:
    """Note that a function changes a list or mapping that the module level made."""
    made_in = holder.site[0]
    if run.frame.code is None or not 0 < made_in < len(run.engine.frames) or run.engine.frames[made_in].code is not None:
        return
    variable = name.name if isinstance(name, Name) else ""
    run.records.writes[node.start] = WriteRecord(run.source.first_line(node), variable, way, keyed)


def store_item(run: Run, target: Subscript, receiver: Abstract, index: Abstract, value: Abstract) -> None:
    """Follow ``receiver[index] = value``."""
    for atom in each(receiver):
        if isinstance(atom, Holder):
            key = key_of(index) if atom.kind == "dict" else "*"
            put(run, atom, key, value)
            note_write(run, atom, target.value, "item", target, keyed=key == "*" or run.branches > 0)
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
