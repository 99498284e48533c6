"""FL205 alias-weights-invalid."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.check.claims import claim, withheld
from faaslint.check.rule import Answer, Context, rule
from faaslint.facts.alias_rules import ADDITIONAL_VERSIONS, WEIGHT_MAXIMUM, WEIGHT_MINIMUM
from faaslint.graph import Graph
from faaslint.model.finding import INAPPLICABLE, Level
from faaslint.model.guard import NEVER
from faaslint.model.nodes import Alias
from faaslint.model.read import number_of
from faaslint.model.span import Location
from faaslint.model.value import Known, branches

from .named import NamedVersion, additional_versions, is_weighted, own_version, routing_withheld


@rule(id="FL205", name="alias-weights-invalid", level=Level.ERROR, visits=Alias)
def alias_weights_invalid(alias: Alias, graph: Graph, context: Context) -> Iterator[Answer]:
    """The routing of an alias is not one that Lambda takes.

    What it does
    Checks that an alias names at most one additional version, and that its weight is a fraction from 0 to 1. The same
    version as both own and additional version is a warning.

    Why it matters
    Lambda refuses a second additional version and a weight such as 10 (meant as percent), so the deployment fails. With the
    same version twice the routing does nothing.

    How to fix
    Keep one additional version, and write its share as a fraction: `0.1` for 10 percent. The alias's own version gets the
    rest.

    What it can't know
    Versions and weights that come from parameters without a default.

    Sources
    - https://docs.aws.amazon.com/lambda/latest/dg/configuring-alias-routing.html
    - https://docs.aws.amazon.com/lambda/latest/api/API_AliasRoutingConfiguration.html
    """
    if not is_weighted(alias):
        yield INAPPLICABLE
        return
    unknown_routing = routing_withheld(alias)
    if unknown_routing is not None:
        yield unknown_routing
    yield from _too_many(alias)
    yield from _out_of_range(alias)
    yield from _twice(alias, graph)


def _too_many(alias: Alias) -> Iterator[Answer]:
    seen = NEVER
    for weight in alias.weights:
        both = seen & weight.guard & alias.guard
        if both.satisfiable():
            yield claim(
                alias,
                "routing",
                f"Alias '{alias.name}' names more than {ADDITIONAL_VERSIONS} additional version, which Lambda refuses; "
                f"keep {ADDITIONAL_VERSIONS}.",
                at=alias.at("routing", weight.version),
                related=(Location(alias.at("routing").span, "the routing"),),
                guard=both,
            )
            return
        seen = seen | weight.guard


def _out_of_range(alias: Alias) -> Iterator[Answer]:
    for weight in alias.weights:
        for guard, leaf in branches(weight.weight):
            both = alias.guard & weight.guard & guard
            if not both.satisfiable():
                continue
            if not (isinstance(leaf, Known) and isinstance(leaf.value, (str, int, float))):
                yield withheld(leaf, alias)
                continue
            share = number_of(leaf)
            if share is None or not WEIGHT_MINIMUM <= share <= WEIGHT_MAXIMUM:
                yield claim(
                    alias,
                    "routing",
                    f"Alias '{alias.name}' gives its additional version the weight {leaf.value}, which Lambda refuses; "
                    f"write a fraction from 0 to 1.",
                    value=leaf,
                    guard=both,
                )


def _twice(alias: Alias, graph: Graph) -> Iterator[Answer]:
    others = tuple(additional_versions(alias, graph))
    for own in own_version(alias, graph):
        for other in others:
            both = own.guard & other.guard
            if not both.satisfiable():
                continue
            same = _same(own, other)
            if same is None:
                yield (other if own.is_read else own).withheld()
            elif same:
                yield claim(
                    alias,
                    "routing",
                    f"Alias '{alias.name}' names one version as its own and as the additional one, so that its routing does "
                    f"nothing; name two versions.",
                    at=other.place,
                    related=(Location(own.place.span, "the alias's own version"),),
                    level=Level.WARNING,
                    guard=both,
                )


def _same(own: NamedVersion, other: NamedVersion) -> bool | None:
    """Return whether two names are of one version; a reference and a number may be."""
    if own.is_latest or other.is_latest:
        return False
    if own.version is not None and other.version is not None:
        return own.version is other.version
    if own.number is not None and other.number is not None:
        return int(own.number) == int(other.number) if max(len(own.number), len(other.number)) < 20 else None
    return None
