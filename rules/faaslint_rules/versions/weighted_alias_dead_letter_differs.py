"""FL204 weighted-alias-dead-letter-differs."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.check.claims import claim, withheld
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.model.finding import INAPPLICABLE, Level, Withheld
from faaslint.model.nodes import Alias
from faaslint.model.span import Location
from faaslint.model.value import Known, Leaf, Unknown

from .named import is_weighted
from .snapshots import differ, pairs


@rule(id="FL204", name="weighted-alias-dead-letter-differs", level=Level.ERROR, visits=Alias)
def weighted_alias_dead_letter_differs(alias: Alias, graph: Graph, context: Context) -> Iterator[Answer]:
    """The two versions of a weighted alias have different dead-letter configurations.

    What it does
    Compares the dead-letter targets of the two versions that an alias with routing names: versions of two functions, and
    versions whose configuration a Terraform plan records. A target on one side only is a difference too.

    Why it matters
    Lambda requires both versions to have the same dead-letter configuration, or none, and refuses the alias, so the
    deployment fails.

    How to fix
    Give both versions the same dead-letter target. To change a function's target, move the alias fully to the new version
    instead of shifting traffic.

    What it can't know
    The configuration of a version that was published by an earlier deployment, unless a plan records it.

    Sources
    - https://docs.aws.amazon.com/lambda/latest/dg/configuring-alias-routing.html
    """
    if not is_weighted(alias):
        yield INAPPLICABLE
        return
    for pair in pairs(alias, graph, "dead_letter"):
        if isinstance(pair, Withheld):
            yield pair
            continue
        left, right = pair.values
        different = differ(graph, left, right)
        if different is None:
            yield withheld(next((leaf for leaf in (left, right) if isinstance(leaf, Unknown)), left), alias)
        elif different:
            yield claim(
                alias,
                "routing",
                f"Alias '{alias.name}' splits its traffic between versions {_difference(left, right)}, which Lambda "
                f"refuses; publish both with the same dead-letter configuration.",
                at=pair.other.place,
                related=(
                    Location(pair.own.place.span, "the alias's own version"),
                    *(
                        Location(
                            function.at("dead_letter", leaf).span,
                            f"'{function.name}' has {'no' if _is_unset(leaf) else 'this'} dead-letter target",
                        )
                        for function, leaf in zip(pair.owners, pair.values, strict=True)
                    ),
                ),
                guard=pair.guard,
            )


def _difference(left: Leaf, right: Leaf) -> str:
    if _is_unset(left) or _is_unset(right):
        return "of which only one has a dead-letter target"
    return "with different dead-letter targets"


def _is_unset(leaf: Leaf) -> bool:
    return isinstance(leaf, Known) and leaf.value is None
