"""FL210 provisioned-on-latest."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.check.claims import claim, withheld
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.graph.queries import Provisioned, provisioned_of
from faaslint.model.finding import INAPPLICABLE, Level
from faaslint.model.guard import NEVER, Guard
from faaslint.model.nodes import Alias, Function, Version
from faaslint.model.read import text_of
from faaslint.model.span import Location
from faaslint.model.value import Unknown, branches, is_absent

from .named import LATEST, own_version


@rule(id="FL210", name="provisioned-on-latest", level=Level.ERROR, visits=Function, supersedes=("FL202", "FL208"))
def provisioned_on_latest(function: Function, graph: Graph, context: Context) -> Iterator[Answer]:
    """Provisioned concurrency is set on `$LATEST`, or on an alias of it.

    What it does
    Looks at what each provisioned concurrency of a function is for: a published version, an alias, or `$LATEST`. SAM sets
    it on the alias that `AutoPublishAlias` publishes, and refuses it without one.

    Why it matters
    Lambda can't provision `$LATEST` and refuses the setting, so the deployment fails.

    How to fix
    Publish versions, and set the provisioned concurrency on one, or on an alias that points at one.

    What it can't know
    Versions and qualifiers that come from parameters without defaults.

    Sources
    - https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html
    """
    found = provisioned_of(graph, function)
    if not found and is_absent(function.provisioned_without_alias):
        yield INAPPLICABLE
    for guard, leaf in branches(function.provisioned_without_alias):
        if isinstance(leaf, Unknown):
            yield withheld(leaf, function)
        elif leaf.value is not None:
            yield claim(
                function,
                "provisioned_without_alias",
                f"Function '{function.name}' has provisioned concurrency and publishes no alias that it could be on, which "
                f"SAM refuses; set AutoPublishAlias.",
                value=leaf,
                guard=guard,
            )
    for one in found:
        guard, unknown = _on_latest(graph, one)
        if unknown is not None:
            yield unknown
        if (guard & one.guard).satisfiable():
            # About the alias, where there is one: what else is wrong with it comes of this.
            attribute = "provisioned_concurrency" if isinstance(one.stated_by, (Alias, Version)) else "amount"
            yield claim(
                one.on if isinstance(one.on, Alias) else one.stated_by,
                attribute,
                f"The provisioned concurrency of '{one.on.name}' is on $LATEST of function '{function.name}', "
                f"which Lambda refuses; publish versions and set it on one.",
                at=one.stated_by.at(attribute),
                related=[
                    Location(one.on.span, f"what it is set on: '{one.on.name}'"),
                    Location(function.span, "the function"),
                ],
                guard=guard & one.guard,
            )


def _on_latest(graph: Graph, one: Provisioned) -> tuple[Guard, Answer | None]:
    """Return when it is on ``$LATEST``, and why that can't be known."""
    if isinstance(one.on, Function):
        text = text_of(one.qualifier) if one.qualifier is not None else LATEST
        return (one.guard if text == LATEST else NEVER), None
    if not isinstance(one.on, Alias):
        return NEVER, None
    guard, unknown = NEVER, None
    for named in own_version(one.on, graph):
        if named.is_latest:
            guard = guard | named.guard
        elif not named.is_read:
            unknown = named.withheld()
    return guard, unknown
