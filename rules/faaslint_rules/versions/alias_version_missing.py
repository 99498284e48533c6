"""FL207 alias-version-missing."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.check.claims import claim
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.model.finding import INAPPLICABLE, Level, Withheld
from faaslint.model.nodes import Alias, Version
from faaslint.model.span import Location, Place

from .named import NamedVersion, additional_versions, own_version, routing_withheld


@rule(id="FL207", name="alias-version-missing", level=Level.ERROR, visits=Alias)
def alias_version_missing(alias: Alias, graph: Graph, context: Context) -> Iterator[Answer]:
    """An alias names a version of another function.

    What it does
    Follows each reference to a version, of the alias and of its routing, to the function that publishes it, and compares
    that with the function of the alias. A version number that is written out is left alone: an earlier deployment may have
    published it.

    Why it matters
    A version's number counts within its own function. The alias fails where its function has no version of that number, and
    where it has one, the alias calls other code than the template says.

    How to fix
    Refer to a version of the alias's own function.

    What it can't know
    A function or a version that comes from a parameter without a default.

    Sources
    - https://docs.aws.amazon.com/lambda/latest/dg/configuration-aliases.html
    - https://docs.aws.amazon.com/lambda/latest/dg/configuration-versions.html
    """
    asked = False
    unknown_routing = routing_withheld(alias)
    if unknown_routing is not None:
        asked = True
        yield unknown_routing
    for named in (*own_version(alias, graph), *additional_versions(alias, graph)):
        if named.version is None:
            if not named.is_read:
                asked = True
                yield named.withheld()
            continue
        asked = True
        yield from _compare(alias, graph, named, named.version)
    if not asked:
        yield INAPPLICABLE


def _compare(alias: Alias, graph: Graph, named: NamedVersion, version: Version) -> Iterator[Answer]:
    own = graph.functions_called_by(alias)
    publishers = graph.functions_called_by(version)
    if not own or not publishers:
        # A function outside the project, or one that can't be known.
        yield Withheld(f"the function of '{alias.name if not own else version.name}' can't be known", named.place.span)
        return
    for owner_guard, owner, _ in own:
        for publisher_guard, publisher, _ in publishers:
            guard = named.guard & owner_guard & publisher_guard
            if publisher is owner or not guard.satisfiable():
                continue
            yield claim(
                alias,
                "version",
                f"Alias '{alias.name}' belongs to function '{owner.name}' but names a version of '{publisher.name}'; "
                f"name a version of '{owner.name}'.",
                at=_written(alias, named),
                related=(
                    Location(alias.at("function").span, "the alias's function"),
                    Location(version.at("function").span, f"the version is of '{publisher.name}'"),
                ),
                guard=guard,
            )


def _written(alias: Alias, named: NamedVersion) -> Place:
    """Where the alias names the version: the output of a module that it comes through is right, its module is not."""
    outermost = next((span for span in named.leaf.trail if span.in_project), named.place.span)
    return Place(outermost, named.place.property)
