"""FL303 unused-permission."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from faaslint.check.claims import claim
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.iam.actions import AccessLevel, access_level, expand, is_action
from faaslint.model.edges import EdgeKind
from faaslint.model.finding import INAPPLICABLE, Level, Withheld
from faaslint.model.guard import NEVER, Guard
from faaslint.model.nodes import Function, Policy, PolicyKind, Role, Statement
from faaslint.model.span import Location, Place
from faaslint.privilege.comparison import Grant, use_of
from faaslint.privilege.needs import FunctionNeeds, needs_of_role

from .broad_managed_policy import is_broad
from .granted import Allowed, allowed_by, functions_with, listed, named, some_cannot_run, subject_of, way_to

WHOLE: Final = frozenset({PolicyKind.AWS, PolicyKind.TEMPLATE, PolicyKind.CONNECTOR})
"""Kinds of policy that come as a whole: one finding says what of them is unused."""

CDK: Final = "cdk"
"""The group of what an app of the CDK allows by grant methods and statements, which nothing tells apart."""

READING: Final = frozenset({AccessLevel.LIST, AccessLevel.READ})
SHOWN: Final = 4


class Unused(NamedTuple):
    """What nothing needs of one statement, or of one policy that comes as a whole."""

    first: Allowed
    actions: dict[str, None]
    used: bool
    guard: Guard


@rule(
    id="FL303",
    name="unused-permission",
    level=Level.WARNING,
    visits=Role,
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege",),
    cwe=(250,),
    security_severity=4.0,
)
def unused_permission(role: Role, graph: Graph, context: Context) -> Iterator[Answer]:
    """A function's role allows what nothing of the function needs.

    What it does
    Compares the Allow statements of a role with everything that the functions which run as it need: the calls of their
    reachable source, and what Lambda does for their configuration (logs, tracing, network interfaces, event sources,
    destinations, keys, layers that are known). What is needed by neither is unused: a warning in a statement that somebody
    wrote and where it changes data or permissions, a note where it is a reading sibling inside a SAM policy template, a CDK
    grant or an AWS-managed policy (those of CDK grants only under the strict profile).

    Why it matters
    Whoever gets control of the function's code gets every permission of its role, also those that it never used.

    How to fix
    Remove the actions that the message names; `faaslint policy` prints the smallest policy that is enough.

    What it can't know
    What is needed, where source could not be read in full, a call is computed, or a layer of elsewhere may call AWS: then
    the rule says nothing. What is needed by programs that assume the same role elsewhere.

    Sources
    - https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html
    - https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html
    """
    functions = functions_with(role, graph)
    if not functions or some_cannot_run(functions, graph):
        yield INAPPLICABLE
        return
    needs = needs_of_role(role, functions, graph)
    found: dict[str, Unused] = {}
    for guard, statement in graph.statements_of(role):
        if statement.policy_kind is PolicyKind.GENERATED or is_broad(statement):
            continue
        for allowed in allowed_by(statement, guard):
            if isinstance(allowed, Withheld):
                yield allowed
            elif (
                not allowed.action.rstrip("*").endswith(":")
                and allowed.action.strip("*:")
                and (is_action(allowed.action) or "*" in allowed.action or "?" in allowed.action)
            ):
                _note(found, allowed, needs, _group_of(statement, graph))
    if needs.openness is not None:
        if found:
            yield Withheld(needs.openness.why, needs.openness.where)
        return
    for group, unused in found.items():
        if group == CDK and unused.used and context.profile != "strict":
            # Whoever uses grant methods can't leave out a sibling.
            continue
        if unused.actions:
            yield _claim(role, functions, unused, needs, _level(unused, group))


def _group_of(statement: Statement, graph: Graph) -> str:
    """What a finding is about: one statement, or a policy that comes as a whole."""
    if graph.kind == "cdk" and statement.policy_kind is not PolicyKind.AWS:
        # A grant method makes several statements of one call; nobody can take them out one by one.
        return CDK
    if statement.policy_kind in WHOLE:
        owner = next(
            (edge.source for edge in graph.into(statement, EdgeKind.GRANTS) if isinstance(edge.source, Policy)), None
        )
        if owner is not None:
            return owner.id
    return statement.id


def _note(found: dict[str, Unused], allowed: Allowed, needs: FunctionNeeds, group: str) -> None:
    use = use_of(Grant(allowed.statement, allowed.leaf, allowed.action, allowed.guard), needs)
    before = found.get(group) or Unused(allowed, {}, False, NEVER)
    actions = dict(before.actions)
    first = before.first
    if use.used and allowed.statement.policy_kind not in WHOLE and group != CDK:
        # What a wildcard of somebody's own covers beside is another rule's question.
        found[group] = before._replace(used=True)
        return
    unneeded = use.unneeded if use.used else (allowed.action,)
    if unneeded and not actions:
        first = allowed
    actions.update(dict.fromkeys(unneeded))
    found[group] = Unused(
        first, actions, before.used or bool(use.used), before.guard | (allowed.guard if unneeded else NEVER)
    )


def _level(unused: Unused, group: str) -> Level:
    if group == CDK:
        # A grant method brings siblings, and nothing tells its statements from written ones.
        return Level.NOTE
    if unused.first.statement.policy_kind not in WHOLE or not unused.used:
        return Level.WARNING
    covered = [one for action in unused.actions for one in (expand(action) if "*" in action else (action,))]
    return Level.NOTE if all(access_level(action) in READING for action in covered) else Level.WARNING


def _claim(role: Role, functions: list[Function], unused: Unused, needs: FunctionNeeds, level: Level) -> Answer:
    statement = unused.first.statement
    subject = subject_of(role, functions)
    services = {action.partition(":")[0].lower() for action in unused.actions}
    kept = sorted(
        {need.action for need in needs.required if need.certain and need.action.partition(":")[0].lower() in services}
    )
    owner = f" of {statement.name.rpartition(' (')[0] or statement.name}" if statement.policy_kind is PolicyKind.AWS else ""
    needed = f"; keep only {listed(kept, SHOWN)}" if kept and unused.used else "; remove it"
    if len(unused.actions) > 1 and needed == "; remove it":
        needed = "; remove them"
    place = statement.at("actions", unused.first.leaf)
    return claim(
        subject,
        "",
        f"{named(subject)} allows {listed(unused.actions, SHOWN)}{owner}, which nothing in its function"
        f"{'s' if len(functions) > 1 else ''} needs{needed}."
        if not isinstance(subject, Function)
        else f"{named(subject)} may do {listed(unused.actions, SHOWN)}{owner}, which nothing in it needs{needed}.",
        at=Place(place.span, place.property),
        related=[Location(function.span, f"the function '{function.name}' has this role") for function in functions],
        route=way_to(role, functions, statement),
        level=level,
        guard=unused.guard,
    )
