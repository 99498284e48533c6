"""FL201 weighted-alias-on-latest."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.check.claims import claim
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.model.finding import INAPPLICABLE, Level
from faaslint.model.guard import NEVER
from faaslint.model.nodes import Alias
from faaslint.model.span import Location

from .named import NamedVersion, additional_versions, is_weighted, own_version, routing_withheld


@rule(id="FL201", name="weighted-alias-on-latest", level=Level.ERROR, visits=Alias, supersedes=("FL202", "FL208"))
def weighted_alias_on_latest(alias: Alias, graph: Graph, context: Context) -> Iterator[Answer]:
    """A weighted alias has `$LATEST` as one of its versions.

    What it does
    Checks that an alias with routing names published versions only, as its own version and as the additional one. In
    Terraform the `version` of a function without `publish = true` is `$LATEST` too.

    Why it matters
    Lambda shifts traffic between published versions only and refuses the alias, so the deployment fails.

    How to fix
    Publish a version and name that: `AutoPublishAlias` in SAM, `AWS::Lambda::Version` in CloudFormation, `publish = true` in
    Terraform.

    What it can't know
    A version that comes from a parameter without a default.

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
    weighted = NEVER
    for named in additional_versions(alias, graph):
        weighted = weighted | named.guard
        if named.is_latest:
            yield claim(
                alias,
                "routing",
                f"Alias '{alias.name}' shifts traffic to $LATEST, which Lambda refuses; name a published version.",
                at=named.place,
                related=_related(named),
                guard=named.guard,
            )
        elif not named.is_read:
            yield named.withheld()
    for named in own_version(alias, graph):
        guard = named.guard & weighted
        if not guard.satisfiable():
            continue
        if named.is_latest:
            yield claim(
                alias,
                "version",
                f"Alias '{alias.name}' shifts traffic away from $LATEST, which Lambda refuses for an alias with routing; "
                f"point it at a published version.",
                at=named.place,
                related=(*_related(named), Location(alias.at("routing").span, "the routing")),
                guard=guard,
            )
        elif not named.is_read:
            yield named.withheld()


def _related(named: NamedVersion) -> tuple[Location, ...]:
    if named.unpublished is None:
        return ()
    return (Location(named.unpublished.span, f"'{named.unpublished.name}' publishes no version"),)
