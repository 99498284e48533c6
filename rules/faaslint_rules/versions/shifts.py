"""What a gradual deployment shifts between: the version that is out there and the one that this deployment publishes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from faaslint.graph import Graph
from faaslint.model.finding import Withheld
from faaslint.model.guard import Guard
from faaslint.model.nodes import Alias, Function, Unread, Version
from faaslint.model.read import text_of
from faaslint.model.value import ABSENT, CLOSED, Value, branches, jointly

from .gradual import Gradual, shifting
from .named import own_version
from .snapshots import Aspect, Side, retained


class Shift(NamedTuple):
    """One situation of a gradual deployment: what the version that is out there has, and what the new one will have.

    ``before`` says in words which version is out there.
    """

    guard: Guard
    gradual: Gradual
    function: Function
    before: str
    sides: tuple[Side, Side]


class _OutThere(NamedTuple):
    guard: Guard
    words: str
    graph: Graph
    value: Value


def shifts(alias: Alias, graph: Graph, aspect: Aspect) -> Iterator[Shift | Withheld]:
    """Yield each gradual move of an alias to a version that this deployment publishes, or why it can't be known."""
    for gradual in shifting(alias, graph):
        if isinstance(gradual, Withheld):
            yield gradual
            continue
        new = _publishes(alias, graph)
        if isinstance(new, Withheld):
            yield new
            continue
        for guard, function, _ in graph.functions_called_by(alias) if new else ():
            for out_there in _out_there(alias, graph, function, aspect):
                if isinstance(out_there, Withheld):
                    yield out_there
                    continue
                given = gradual.guard & guard & out_there.guard
                for inner, (before, after) in jointly(out_there.value, getattr(function, aspect), given=given):
                    sides = Side(out_there.graph, before), Side(graph, after)
                    yield Shift(inner, gradual, function, out_there.words, sides)


def _publishes(alias: Alias, graph: Graph) -> bool | Withheld:
    """Return whether this deployment gives the alias a version that is not out there yet."""
    if alias.ignored_changes:
        # Whoever moves the alias takes what is published last.
        return True
    for named in own_version(alias, graph):
        if named.version is None:
            return False if named.is_latest else named.withheld()
        if retained(graph, named.version) is None:
            return True
    return False


def _out_there(alias: Alias, graph: Graph, function: Function, aspect: Aspect) -> Iterator[_OutThere | Withheld]:
    recorded = [
        version
        for version in graph.all(Version)
        if version.recorded_role is not ABSENT and any(one is function for _, one, _ in graph.functions_called_by(version))
    ]
    if recorded:
        number = next((text_of(leaf) for _, leaf in branches(recorded[-1].number)), None)
        value = recorded[-1].recorded_role if aspect == "role" else recorded[-1].recorded_dead_letter
        yield _OutThere(recorded[-1].guard, f"version {number}" if number else "the version out there", graph, value)
        return
    earlier = graph.earlier
    if earlier is None:
        yield Withheld("nothing here tells the version that is out there; --base REV does", alias.span)
        return
    before = earlier.node(alias.id)
    if not isinstance(before, Alias):
        if earlier.openness is not CLOSED or earlier.all(Unread):
            yield Withheld(f"the project could not be read in full as it was at {earlier.revision}", alias.span)
        return
    for named in own_version(before, earlier):
        if named.version is None and not before.ignored_changes:
            if not named.is_latest:
                yield Withheld(f"which version was out there at {earlier.revision} can't be known", alias.span)
            continue
        for guard, owner, _ in earlier.functions_called_by(named.version or before):
            if owner.id == function.id:
                words = f"the version of {earlier.revision}"
                yield _OutThere(named.guard & guard, words, earlier, getattr(owner, aspect))
