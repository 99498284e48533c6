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

from .gradual import may_shift
from .named import is_weighted
from .shifts import Shift, shifts
from .snapshots import Pair, Side, differ, pairs, since


@rule(id="FL203", name="weighted-alias-roles-differ", level=Level.ERROR, visits=Alias)
def weighted_alias_roles_differ(alias: Alias, graph: Graph, context: Context) -> Iterator[Answer]:
    """The two versions that an alias shares its traffic between have different execution roles.

    What it does
    Compares the execution roles of the two versions that an alias with routing names: versions of two functions, and
    versions whose role a Terraform plan records. Two versions of one function that are published together have one role.

    With `--base REV` it also compares across time. The version that is out there has the role that the function has at that
    revision, and a gradual deployment (`DeploymentPreference`, `CodeDeployLambdaAliasUpdate`, a CodeDeploy deployment group
    in Terraform) shares the traffic between it and the version that is published next.

    Why it matters
    Lambda requires both versions to have the same execution role and refuses the alias, so the deployment fails.

    How to fix
    Give both versions the same role. To change a function's role, move the alias to the new version all at once
    (`AllAtOnce`) in that one deployment, and shift step by step again afterwards.

    What it can't know
    The role of a version that was published by an earlier deployment, unless a plan or `--base` tells it. With `--base` it
    takes the version that is out there to be published at that revision.

    Sources
    - https://docs.aws.amazon.com/lambda/latest/dg/configuring-alias-routing.html
    - https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-updatepolicy.html
    """
    if not is_weighted(alias) and not may_shift(alias, graph):
        yield INAPPLICABLE
        return
    for pair in pairs(alias, graph, "role") if is_weighted(alias) else ():
        yield from (pair,) if isinstance(pair, Withheld) else _weighted(alias, pair)
    for shift in shifts(alias, graph, "role"):
        yield from (shift,) if isinstance(shift, Withheld) else _shifted(alias, shift)


def _weighted(alias: Alias, pair: Pair) -> Iterator[Answer]:
    if _compared(pair.sides) is None:
        yield _withheld(alias, pair.sides)
    elif _compared(pair.sides):
        yield claim(
            alias,
            "routing",
            f"Alias '{alias.name}' splits its traffic between versions with different execution roles{since(pair)}, which "
            f"Lambda refuses; publish both with the same role.",
            at=pair.other.place,
            related=(
                Location(pair.own.place.span, "the alias's own version"),
                *(
                    Location(owner.function.at("role", side.leaf).span, f"the role of '{owner.function.name}'")
                    for owner, side in zip(pair.owners, pair.sides, strict=True)
                    if not owner.since
                ),
            ),
            guard=pair.guard,
        )


def _shifted(alias: Alias, shift: Shift) -> Iterator[Answer]:
    before, after = shift.sides
    if _compared(shift.sides) is None:
        yield _withheld(alias, shift.sides)
    elif _compared(shift.sides):
        yield claim(
            alias,
            "deployment",
            f"Alias '{alias.name}' shifts its traffic with {shift.gradual.configuration} from {shift.before}, which has the "
            f"execution role '{before.words}', to a new one, which has '{after.words}', and Lambda refuses the difference; "
            f"shift all at once in the deployment that changes it.",
            at=shift.function.at("role", after.leaf),
            related=(
                Location(alias.span, f"the alias '{alias.name}'"),
                Location(shift.gradual.deployment.at("configuration").span, "how it shifts its traffic"),
            ),
            guard=shift.guard,
        )


def _compared(sides: tuple[Side, Side]) -> bool | None:
    unset = any(isinstance(side.leaf, Known) and side.leaf.value is None for side in sides)
    return None if unset else differ(*sides)


def _withheld(alias: Alias, sides: tuple[Side, Side]) -> Withheld:
    return withheld(next((side.leaf for side in sides if isinstance(side.leaf, Unknown)), sides[0].leaf), alias)
