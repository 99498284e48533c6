"""FL203 weighted-alias-roles-differ."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.check.claims import claim, withheld
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.model.finding import INAPPLICABLE, Level, Withheld
from faaslint.model.nodes import Alias
from faaslint.model.span import Location
from faaslint.model.value import Known, Unknown

from .named import is_weighted
from .snapshots import differ, pairs


@rule(id="FL203", name="weighted-alias-roles-differ", level=Level.ERROR, visits=Alias)
def weighted_alias_roles_differ(alias: Alias, graph: Graph, context: Context) -> Iterator[Answer]:
    """The two versions of a weighted alias have different execution roles.

    What it does
    Compares the execution roles of the two versions that an alias with routing names: versions of two functions, and
    versions whose role a Terraform plan records. Two versions of one function that are published together have one role.

    Why it matters
    Lambda requires both versions to have the same execution role and refuses the alias, so the deployment fails.

    How to fix
    Give both versions the same role. To change a function's role, move the alias fully to the new version instead of
    shifting traffic.

    What it can't know
    The role of a version that was published by an earlier deployment, unless a plan records it.

    Sources
    - https://docs.aws.amazon.com/lambda/latest/dg/configuring-alias-routing.html
    """
    if not is_weighted(alias):
        yield INAPPLICABLE
        return
    for pair in pairs(alias, graph, "role"):
        if isinstance(pair, Withheld):
            yield pair
            continue
        left, right = pair.values
        different = differ(graph, left, right)
        unset = next((leaf for leaf in (left, right) if isinstance(leaf, Known) and leaf.value is None), None)
        if different is None or unset is not None:
            unknown = next((leaf for leaf in (left, right) if isinstance(leaf, Unknown)), unset or left)
            yield withheld(unknown, alias)
        elif different:
            yield claim(
                alias,
                "routing",
                f"Alias '{alias.name}' splits its traffic between versions with different execution roles, which Lambda "
                f"refuses; publish both with the same role.",
                at=pair.other.place,
                related=(
                    Location(pair.own.place.span, "the alias's own version"),
                    *(
                        Location(function.at("role", leaf).span, f"the role of '{function.name}'")
                        for function, leaf in zip(pair.owners, pair.values, strict=True)
                    ),
                ),
                guard=pair.guard,
            )
