"""From what the analysis knows of a Python value to a :data:`~faaslint.model.value.Value`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ...model.span import Span
from ...model.value import (
    Environment,
    Fields,
    Item,
    Items,
    Known,
    Leaf,
    Open,
    Pattern,
    Unknown,
    Value,
    join_text,
)
from .domain import (
    OTHER,
    SDK,
    Abstract,
    Atom,
    Data,
    External,
    FromEnvironment,
    Holder,
    Method,
    Nothing,
    Text,
    bounded,
    each,
    text,
)
from .run import Run

_DEPTH: Final = 8
"""How deep lists and mappings inside an argument are followed."""

_ENTRIES: Final = 500
"""Most entries of the lists and mappings in one argument that are told."""

_ENTRY: Final = 0.2
"""What storing an entry costs, in steps of the engine."""

_HOLDERS: Final = 100
"""Most lists and dictionaries in one value that are looked into."""

_COMPUTED: Final = "it is computed when the function runs"
_SEVERAL: Final = "it may have one of several values"


TEXT: Final[Abstract] = frozenset({External("builtins.str()")})
"""A text of which nothing else is known."""

_EMPTY: Final[Abstract] = text("")


def value_of(run: Run, value: Abstract, place: Span | None = None) -> Value:
    """Return a value for the facts. ``place`` is where it is written."""
    return _told(run, value, (place,) if place is not None else (), 0, [_ENTRIES])


def _told(run: Run, value: Abstract, trail: tuple[Span, ...], depth: int, left: list[int]) -> Value:
    """Return a value for the facts; ``left`` holds how many entries may still be told."""
    atoms = {atom for atom in value if not isinstance(atom, Nothing)} if len(value) > 1 else set(value)
    names = {atom.name for atom in atoms if isinstance(atom, FromEnvironment)}
    if len(names) == 1 and len(names) == len({_plain(atom) for atom in atoms}):
        return Known(Environment(next(iter(names))), trail)
    if len(atoms) != 1:
        return Unknown(_SEVERAL if atoms else _COMPUTED, trail=trail)
    (atom,) = atoms
    if isinstance(atom, Text):
        return Known(atom.value, trail)
    if isinstance(atom, Nothing):
        return Known(None, trail)
    if isinstance(atom, Data):
        return Unknown(_COMPUTED, atom.shown(), trail)
    if isinstance(atom, Holder) and depth < _DEPTH:
        return _held(run, atom, trail, depth, left)
    return Unknown(_COMPUTED, trail=trail)


def _plain(atom: Atom) -> Atom:
    return FromEnvironment(atom.name) if isinstance(atom, FromEnvironment) else atom


def _held(run: Run, holder: Holder, trail: tuple[Span, ...], depth: int, left: list[int]) -> Value:
    keys = keys_of(run, holder)
    is_dictionary = holder.kind == "dict"
    openness = Open(_COMPUTED) if "*" in keys or (is_dictionary and any(key.startswith("#") for key in keys)) else None
    found: dict[str, Value] = {}
    for key in keys if is_dictionary else sorted(keys, key=lambda one: (len(one), one)):
        if key.startswith("'" if is_dictionary else "#"):
            if left[0] <= 0:
                openness = Open(_COMPUTED)
                break
            left[0] -= 1
            run.engine.count()
            found[key[1:]] = _told(run, run.engine.read(("item", holder, key), run.frame), (), depth + 1, left)
    if is_dictionary:
        return Known(Fields(found, openness=openness), trail)
    return Known(Items(tuple(Item(value) for value in found.values()), openness), trail)


def keys_of(run: Run, holder: Holder) -> list[str]:
    """Return the keys that a holder may have: ``'name`` for texts, ``#0`` for numbers, ``*`` for any others."""
    return run.engine.keys(holder, run.frame)


def key_of(value: Abstract) -> str:
    """Return the name of the entry that a subscript means, ``*`` where that can't be known."""
    if len(value) == 1:
        (atom,) = value
        if isinstance(atom, Text):
            if isinstance(atom.value, str):
                return "'" + atom.value
            if isinstance(atom.value, int) and not isinstance(atom.value, bool):
                return f"#{atom.value}"
    return "*"


def put(run: Run, holder: Holder, key: str, value: Abstract) -> None:
    """Store an entry in a holder."""
    run.engine.count(_ENTRY)
    run.engine.add_key(holder, key)
    run.engine.write(("item", holder, key), value)


def take(run: Run, holder: Holder, key: str) -> Abstract:
    """Return what an entry of a holder may be; that of any entry for ``*``."""
    engine, frame = run.engine, run.frame
    keys = keys_of(run, holder)
    run.engine.count(len(keys) * _ENTRY / 8)
    wanted = keys if key == "*" or key.startswith("#-") else [one for one in keys if one in (key, "*")]
    if not wanted:
        return OTHER
    found: set[Atom] = set()
    for one in wanted:
        found |= engine.read(("item", holder, one), frame)
    if not found:
        for one in wanted:
            engine.block(("item", holder, one))
    return bounded(frozenset(found))


def elements_of(run: Run, value: Abstract) -> Abstract:
    """Return what iterating over a value may give."""
    found: set[Atom] = set()
    for atom in each(value):
        if isinstance(atom, Holder):
            found |= take(run, atom, "*") if atom.kind != "dict" else dict_keys(run, atom)
        elif isinstance(atom, Data):
            found.add(atom.step("[*]"))
        else:
            found |= OTHER
    return bounded(frozenset(found))


def dict_keys(run: Run, holder: Holder) -> Abstract:
    """Return the keys of a dictionary as values."""
    found: set[Atom] = set()
    for key in keys_of(run, holder):
        found |= text(key[1:]) if key.startswith("'") else OTHER
    return bounded(frozenset(found)) or OTHER


def joined_text(run: Run, parts: list[Abstract]) -> Abstract:
    """Return the concatenation of texts: a constant, or a pattern with holes."""
    leaves: list[Leaf] = []
    parts = [part for part in parts if part != _EMPTY]
    for part in parts:
        value = value_of(run, part)
        if isinstance(value, Known) and isinstance(value.value, (str, int, float, Environment, Pattern)):
            leaves.append(_shown(value))
        else:
            leaves.append(Unknown(_COMPUTED, value.symbol if isinstance(value, Unknown) else None))
    if len(parts) == 1 and any(isinstance(atom, Data) for atom in parts[0]):
        return parts[0]
    result = join_text(leaves)
    if isinstance(result, Known):
        content = result.value
        if isinstance(content, Environment):
            return frozenset({FromEnvironment(content.name)})
        if isinstance(content, (str, Pattern)):
            return text(content) if len(str(content)) <= 2_000 else TEXT
    return TEXT


def path_of(run: Run, parts: list[Abstract]) -> Abstract:
    """Return a path made of its parts: a text that knows that it is one."""
    pieces: list[Abstract] = []
    for part in parts:
        pieces += [text("/"), part] if pieces else [part]
    joined = joined_text(run, pieces) if pieces else OTHER
    found = frozenset(
        Text(atom.value, "path") for atom in joined if isinstance(atom, Text) and not isinstance(atom.value, int)
    )
    return found or OTHER


def _shown(value: Known) -> Known:
    """Return a value as Python formats it: templates write booleans otherwise."""
    return Known(str(value.value)) if isinstance(value.value, bool) else value


def everything_in(run: Run, value: Abstract) -> Iterator[Atom]:
    """Yield what a value may be, and what the lists and dictionaries among it hold; each list once."""
    seen: set[Holder] = set()
    pending: list[Abstract] = [value]
    while pending:
        current = pending.pop()
        run.engine.count(len(current) // 4)
        for atom in each(current):
            yield atom
            if isinstance(atom, Holder) and atom not in seen and len(seen) < _HOLDERS:
                seen.add(atom)
                pending += (run.engine.read(("item", atom, key), run.frame) for key in keys_of(run, atom))


def any_sdk(run: Run, value: Abstract) -> bool:
    """Return whether something through which AWS is called is in a value, or in what it holds."""
    return any(
        isinstance(atom, SDK) or (isinstance(atom, Method) and isinstance(atom.receiver, SDK))
        for atom in everything_in(run, value)
    )


def is_invariant(value: Abstract) -> bool:
    """Return whether a value is the same at every call of the handler."""
    fixed = (Text, FromEnvironment, Nothing, External)
    return all(isinstance(atom, fixed) or (isinstance(atom, Holder) and atom.kind == "config") for atom in value)
