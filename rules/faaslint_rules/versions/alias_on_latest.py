"""FL202 alias-on-latest."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.check.claims import claim
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.model.finding import Level, Withheld
from faaslint.model.nodes import Alias
from faaslint.model.span import Location

from .named import moved_elsewhere, own_version


@rule(id="FL202", name="alias-on-latest", level=Level.WARNING, visits=Alias)
def alias_on_latest(alias: Alias, graph: Graph, context: Context) -> Iterator[Answer]:
    """An alias points at `$LATEST`.

    What it does
    Checks that an alias points at a published version. In Terraform the `version` of a function without `publish = true` is
    `$LATEST` too.

    Why it matters
    An alias is a name for a release: callers keep the name while you move it from one version to the next, and back. An
    alias on `$LATEST` changes with every upload, can't be rolled back, and takes neither routing nor provisioned
    concurrency.

    How to fix
    Publish versions and point the alias at one: `AutoPublishAlias` in SAM, `AWS::Lambda::Version` in CloudFormation,
    `publish = true` in Terraform.

    What it can't know
    A version that comes from a parameter without a default, or one that a pipeline sets after the deployment.

    Sources
    - https://docs.aws.amazon.com/lambda/latest/dg/configuration-aliases.html
    - https://docs.aws.amazon.com/lambda/latest/dg/configuration-versions.html
    """
    for named in own_version(alias, graph):
        if named.is_latest and moved_elsewhere(alias):
            yield Withheld("Terraform leaves the version of the alias to something else", named.place.span)
        elif named.is_latest:
            unpublished = named.unpublished
            yield claim(
                alias,
                "version",
                f"Alias '{alias.name}' points at $LATEST, so every upload changes what its callers get; "
                f"point it at a published version.",
                at=named.place,
                related=(Location(unpublished.span, f"'{unpublished.name}' publishes no version"),) if unpublished else (),
                guard=named.guard,
            )
        elif not named.is_read:
            yield named.withheld()
