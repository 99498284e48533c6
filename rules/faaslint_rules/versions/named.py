"""The versions that an alias names: its own, and those that its routing adds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from faaslint.facts.alias_rules import is_version_number
from faaslint.graph import Graph
from faaslint.model.finding import Withheld
from faaslint.model.guard import Guard
from faaslint.model.nodes import Alias, Function, Version
from faaslint.model.read import text_of
from faaslint.model.span import Place
from faaslint.model.value import CLOSED, Known, Leaf, Reference, Unknown, Value

LATEST: Final = "$LATEST"


class NamedVersion(NamedTuple):
    """One branch of one version that an alias names.

    ``version`` is the version of this project that it refers to. ``unpublished`` is the function whose version Terraform
    reads although it publishes none: its version is ``$LATEST``.
    """

    guard: Guard
    leaf: Leaf
    version: Version | None
    place: Place
    unpublished: Function | None

    @property
    def is_latest(self) -> bool:
        """Whether this is the function as it was last uploaded."""
        return self.unpublished is not None or text_of(self.leaf) == LATEST

    @property
    def number(self) -> str | None:
        """The number of a published version, where it is written out."""
        text = text_of(self.leaf)
        return text if text is not None and is_version_number(text) else None

    @property
    def is_read(self) -> bool:
        """Whether it is known which version this is, as far as a name says that."""
        return self.version is not None or self.unpublished is not None or text_of(self.leaf) is not None

    def withheld(self) -> Withheld:
        """Return the answer of a rule that needs to know this version and can't."""
        why = self.leaf.why if isinstance(self.leaf, Unknown) else "the version can't be known"
        return Withheld(why, self.place.span)


def own_version(alias: Alias, graph: Graph) -> Iterator[NamedVersion]:
    """Yield the version that an alias points at, branch by branch."""
    yield from _named(alias, graph, alias.version, alias.guard, "version")


def additional_versions(alias: Alias, graph: Graph) -> Iterator[NamedVersion]:
    """Yield the versions that an alias's routing adds to its own."""
    for weight in alias.weights:
        yield from _named(alias, graph, weight.version, alias.guard & weight.guard, "routing")


def is_weighted(alias: Alias) -> bool:
    """Return whether an alias has, or may have, additional versions."""
    return bool(alias.weights) or alias.weights_openness is not CLOSED


def moved_elsewhere(alias: Alias) -> bool:
    """Return whether Terraform leaves the version of an alias alone once it is made: a pipeline moves it then."""
    return not {"function_version", "all"}.isdisjoint(alias.ignored_changes)


def routing_withheld(alias: Alias) -> Withheld | None:
    """Return why an alias may have further versions than are known, None where it has none."""
    openness = alias.weights_openness
    return None if openness is CLOSED else Withheld(openness.why, openness.where or alias.span)


def _named(alias: Alias, graph: Graph, value: Value, given: Guard, attribute: str) -> Iterator[NamedVersion]:
    for guard, leaf, version in graph.published(value):
        both = given & guard
        if not both.satisfiable():
            continue
        place = alias.at(attribute, leaf)
        other = _version_of_another(graph, leaf, alias)
        if other is None:
            yield NamedVersion(both, leaf, version, place, _unpublished(graph, leaf, version))
            continue
        for inner, its_leaf, its_version in graph.published(other.version):
            if (both & inner).satisfiable():
                yield NamedVersion(both & inner, its_leaf, its_version, place, _unpublished(graph, its_leaf, its_version))


def _version_of_another(graph: Graph, leaf: Leaf, alias: Alias) -> Alias | None:
    """Return the other alias, if this is the number that it points at (Terraform)."""
    content = leaf.value if isinstance(leaf, Known) else None
    if not isinstance(content, Reference) or content.attribute != "function_version":
        return None
    node = graph.node(content.address)
    return node if isinstance(node, Alias) and node is not alias else None


def _unpublished(graph: Graph, leaf: Leaf, version: Version | None) -> Function | None:
    content = leaf.value if isinstance(leaf, Known) else None
    if version is not None or not isinstance(content, Reference) or content.attribute != "version":
        return None
    node = graph.node(content.address)
    return node if isinstance(node, Function) else None
