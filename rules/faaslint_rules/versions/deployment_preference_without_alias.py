"""FL215 deployment-preference-without-alias."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from faaslint.check.claims import claim, withheld
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.model.finding import INAPPLICABLE, Level, Withheld
from faaslint.model.guard import NEVER, Guard
from faaslint.model.nodes import Alias, Deployment, Function, Node, Origin
from faaslint.model.read import boolean_of, elements, openness
from faaslint.model.span import Location
from faaslint.model.value import CLOSED, Known, Leaf, Unknown, branches, jointly

from .gradual import Gradual, steps_of

_GROUP: Final = "DeploymentGroup"
"""SAM calls a function's deployment group by the function's name and this."""


@rule(
    id="FL215",
    name="deployment-preference-without-alias",
    level=Level.ERROR,
    visits=Deployment,
    formats=("sam", "cloudformation", "cdk"),
)
def deployment_preference_without_alias(deployment: Deployment, graph: Graph, context: Context) -> Iterator[Answer]:
    """A gradual deployment has no alias to shift, or nothing that could stop it.

    What it does
    Checks that a function with a `DeploymentPreference` has an `AutoPublishAlias`. A gradual deployment that neither an
    alarm nor a hook watches is a note, also one of CloudFormation's `CodeDeployLambdaAliasUpdate`.

    Why it matters
    CodeDeploy shifts traffic by moving an alias from one version to the next, and SAM refuses a template that has none.
    Without alarms and hooks nothing notices that the new version fails, so the slow start only delays the failure.

    How to fix
    Set `AutoPublishAlias`, and call the alias instead of the function. Name `Alarms` of the alias (its `Errors`), or
    `Hooks` that test the new version.

    What it can't know
    Whether a deployment that comes from a parameter without a default is switched on. A deployment group of CloudFormation
    that no alias of the template names is moved by something else, and is not judged.

    Sources
    - https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/automating-updates-to-serverless-apps.html
    - https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-updatepolicy.html
    """
    aliases = tuple(_aliases(deployment, graph))
    function = graph.node(deployment.id.removesuffix(_GROUP)) if deployment.origin is Origin.SAM else None
    if not aliases and not isinstance(function, Function):
        yield INAPPLICABLE
        return
    if not aliases and function is not None:
        yield from _without_alias(deployment, function)
        return
    asked = False
    for step in steps_of(deployment, graph):
        asked = True
        if isinstance(step, Withheld):
            yield step
            continue
        for guard, alias in aliases:
            yield from _unwatched(deployment, alias, step, step.guard & guard, function or deployment)
    if not asked:
        yield INAPPLICABLE


def _aliases(deployment: Deployment, graph: Graph) -> Iterator[tuple[Guard, Alias]]:
    for alias in graph.all(Alias):
        for guard, node in graph.named(alias.deployment):
            if node is deployment:
                yield guard & alias.guard, alias


def _without_alias(deployment: Deployment, function: Node) -> Iterator[Answer]:
    unknown = next((leaf for _, leaf in branches(deployment.configuration) if isinstance(leaf, Unknown)), None)
    if unknown is not None:
        yield withheld(unknown, deployment)
        return
    yield claim(
        function,
        "deployment",
        f"Function '{function.name}' has a DeploymentPreference and no alias that it could shift, which SAM refuses; "
        f"set AutoPublishAlias.",
        at=deployment.at("configuration")._replace(span=deployment.span, property="DeploymentPreference"),
        guard=deployment.guard,
    )


def _unwatched(deployment: Deployment, alias: Alias, step: Gradual, given: Guard, subject: Node) -> Iterator[Answer]:
    unlisted = openness(deployment.alarms)
    if unlisted is not CLOSED:
        yield Withheld(unlisted.why, unlisted.where or deployment.span)
        return
    listed = NEVER
    for guard, _ in elements(deployment.alarms):
        listed = listed | guard
    values = (deployment.alarms_enabled, alias.hook_before, alias.hook_after)
    for guard, leaves in jointly(*values, given=given):
        if any(_is_set(leaf) for leaf in leaves[1:]):
            continue
        unknown = next((leaf for leaf in leaves if isinstance(leaf, Unknown)), None)
        watched = NEVER if isinstance(leaves[0], Unknown) or boolean_of(leaves[0]) is False else listed
        unwatched = guard & ~watched
        if not unwatched.satisfiable():
            continue
        if unknown is not None:
            yield withheld(unknown, deployment)
            continue
        yield claim(
            subject,
            "deployment",
            f"Alias '{alias.name}' shifts its traffic with {step.configuration}, and no alarm or hook can stop it; "
            f"name an alarm on the alias's errors.",
            at=deployment.at("configuration"),
            related=(Location(alias.span, f"the alias '{alias.name}'"),),
            level=Level.NOTE,
            guard=unwatched,
        )


def _is_set(leaf: Leaf) -> bool:
    return isinstance(leaf, Known) and leaf.value is not None
