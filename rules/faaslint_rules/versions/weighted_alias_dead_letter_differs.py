"""FL204 weighted-alias-dead-letter-differs."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.check.claims import claim, withheld
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.model.finding import INAPPLICABLE, Level, Withheld
from faaslint.model.nodes import Alias
from faaslint.model.span import Location
from faaslint.model.value import Unknown

from .gradual import may_shift
from .named import is_weighted
from .shifts import Shift, shifts
from .snapshots import Pair, Side, differ, pairs, since


@rule(id="FL204", name="weighted-alias-dead-letter-differs", level=Level.ERROR, visits=Alias)
def weighted_alias_dead_letter_differs(alias: Alias, graph: Graph, context: Context) -> Iterator[Answer]:
    """The two versions that an alias shares its traffic between have different dead-letter configurations.

    What it does
    Compares the dead-letter targets of the two versions that an alias with routing names: versions of two functions, and
    versions whose configuration a Terraform plan records. A target on one side only is a difference too.

    With `--base REV` it also compares across time. The version that is out there has the target that the function has at
    that revision, and a gradual deployment (`DeploymentPreference`, `CodeDeployLambdaAliasUpdate`, a CodeDeploy deployment
    group in Terraform) shares the traffic between it and the version that is published next.

    Why it matters
    Lambda requires both versions to have the same dead-letter configuration, or none, and refuses the alias, so the
    deployment fails.

    How to fix
    Give both versions the same dead-letter target. To change a function's target, move the alias to the new version all at
    once (`AllAtOnce`) in that one deployment, and shift step by step again afterwards.

    What it can't know
    The configuration of a version that was published by an earlier deployment, unless a plan or `--base` tells it. With
    `--base` it takes the version that is out there to be published at that revision.

    Sources
    - https://docs.aws.amazon.com/lambda/latest/dg/configuring-alias-routing.html
    - https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-updatepolicy.html
    """
    if not is_weighted(alias) and not may_shift(alias, graph):
        yield INAPPLICABLE
        return
    for pair in pairs(alias, graph, "dead_letter") if is_weighted(alias) else ():
        yield from (pair,) if isinstance(pair, Withheld) else _weighted(alias, pair)
    for shift in shifts(alias, graph, "dead_letter"):
        yield from (shift,) if isinstance(shift, Withheld) else _shifted(alias, shift)


def _weighted(alias: Alias, pair: Pair) -> Iterator[Answer]:
    different = differ(*pair.sides)
    if different is None:
        yield _withheld(alias, pair.sides)
    elif different:
        yield claim(
            alias,
            "routing",
            f"Alias '{alias.name}' splits its traffic between versions {_difference(pair.sides)}{since(pair)}, which Lambda "
            f"refuses; publish both with the same dead-letter configuration.",
            at=pair.other.place,
            related=(
                Location(pair.own.place.span, "the alias's own version"),
                *(
                    Location(
                        owner.function.at("dead_letter", side.leaf).span,
                        f"'{owner.function.name}' has {'this' if side.words else 'no'} dead-letter target",
                    )
                    for owner, side in zip(pair.owners, pair.sides, strict=True)
                    if not owner.since
                ),
            ),
            guard=pair.guard,
        )


def _shifted(alias: Alias, shift: Shift) -> Iterator[Answer]:
    before, after = shift.sides
    different = differ(before, after)
    if different is None:
        yield _withheld(alias, shift.sides)
    elif different:
        yield claim(
            alias,
            "deployment",
            f"Alias '{alias.name}' shifts its traffic with {shift.gradual.configuration} from {shift.before}, which has "
            f"{_target(before)}, to a new one, which has {_target(after)}, and Lambda refuses the difference; shift all at "
            f"once in the deployment that changes it.",
            at=shift.function.at("dead_letter", after.leaf),
            related=(
                Location(alias.span, f"the alias '{alias.name}'"),
                Location(shift.gradual.deployment.at("configuration").span, "how it shifts its traffic"),
            ),
            guard=shift.guard,
        )


def _difference(sides: tuple[Side, Side]) -> str:
    if all(side.words for side in sides):
        return "with different dead-letter targets"
    return "of which only one has a dead-letter target"


def _target(side: Side) -> str:
    return f"the dead-letter target '{side.words}'" if side.words else "no dead-letter target"


def _withheld(alias: Alias, sides: tuple[Side, Side]) -> Withheld:
    return withheld(next((side.leaf for side in sides if isinstance(side.leaf, Unknown)), sides[0].leaf), alias)
