"""FL418 caller-role-cannot-invoke."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from faaslint.check.claims import claim
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.graph.identity import qualified_arn
from faaslint.graph.resolve import resolved
from faaslint.iam.trust import ASSUME, may_assume
from faaslint.model.edges import Edge, EdgeKind
from faaslint.model.finding import INAPPLICABLE, Level, Withheld
from faaslint.model.guard import NEVER, Guard
from faaslint.model.nodes import Alias, Function, Node, Role, Version
from faaslint.model.span import Location
from faaslint.model.value import Known, branches
from faaslint.privilege.grants import grants_of, lack_of

from .principals import principal_text

KINDS: Final = frozenset(
    {"schedule", "state-machine", "pipe", "firehose", "appsync", "rest-api", "http-api", "websocket-api", "authorizer"}
)
"""The triggers that call with a role."""

INVOKE: Final = "lambda:InvokeFunction"
SHOWN: Final = 3
"""How many functions a message lists."""


class Call(NamedTuple):
    """A trigger that calls with the role, and when."""

    guard: Guard
    edge: Edge
    function: Function
    arn: Known


@rule(
    id="FL418",
    name="caller-role-cannot-invoke",
    level=Level.ERROR,
    visits=Role,
    references=("https://docs.aws.amazon.com/lambda/latest/dg/lambda-services.html",),
)
def caller_role_cannot_invoke(role: Role, graph: Graph, context: Context) -> Iterator[Answer]:
    """A service calls a function with a role that it may not assume, or that may not call the function.

    What it does
    Looks at the roles with which EventBridge Scheduler, Step Functions, Pipes, Data Firehose, AppSync and API Gateway
    (`credentials`) call functions. The role's trust policy must let the service in, and its policies must allow
    `lambda:InvokeFunction` on exactly what is called: the function, or the alias or version where one is named.
    `function:orders` does not cover `function:orders:live`, and `function:orders:*` does not cover `function:orders`.

    Why it matters
    Every call is refused. A schedule or pipe fails without anyone noticing, a state machine's execution fails, an API
    answers 500.

    How to fix
    Let the service assume the role, and allow `lambda:InvokeFunction` on the function's ARN, and on `<ARN>:*` if versions or
    aliases are called.

    What it can't know
    Roles and policies outside the project, and whether a condition of a policy holds.

    Sources
    - https://docs.aws.amazon.com/lambda/latest/dg/lambda-services.html
    - https://docs.aws.amazon.com/scheduler/latest/UserGuide/setting-up.html
    - https://docs.aws.amazon.com/step-functions/latest/dg/lambda-iam.html
    - https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-permissions.html
    """
    calls = list(_calls(role, graph))
    if not calls:
        yield INAPPLICABLE
        return
    yield from _trust(role, calls)
    yield from _policies(role, calls, graph)


def _calls(role: Role, graph: Graph) -> Iterator[Call]:
    for node, edges in _edges(graph):
        for edge in edges:
            for guard, named in resolved(graph, edge.credentials, Role):
                given = guard & edge.guard & role.guard
                if named is not role or not given.satisfiable():
                    continue
                for inner, function in graph.function_behind(node):
                    arn = qualified_arn(graph, node, edge.qualifier)
                    if arn is not None and (both := given & inner & function.guard).satisfiable():
                        yield Call(both, edge, function, Known(arn))


def _edges(graph: Graph) -> Iterator[tuple[Node, list[Edge]]]:
    for kind in (Function, Alias, Version):
        for node in graph.all(kind):
            yield node, [edge for edge in graph.into(node, EdgeKind.TRIGGERS) if edge.trigger in KINDS]


def _trust(role: Role, calls: list[Call]) -> Iterator[Answer]:
    by_service: dict[str, list[Call]] = {}
    for call in calls:
        by_service.setdefault(call.edge.principal, []).append(call)
    for service, made in by_service.items():
        given = _any(made)
        certain, possible = may_assume(role, service)
        lacking = given & ~possible
        if lacking.satisfiable() and role.trust_openness is None:
            yield claim(
                role,
                "trust",
                f"Role '{role.name}' is what {service} should call a function with, but its trust policy does not let that "
                f"service assume it; allow {ASSUME} for the principal {service}.",
                related=[_wired(made[0])],
                route=_route(role, made[0]),
                guard=lacking,
            )
        elif (given & ~certain).satisfiable():
            why = role.trust_openness.why if role.trust_openness is not None else "the trust policy can't be read in full"
            yield Withheld(why, role.span)


def _policies(role: Role, calls: list[Call], graph: Graph) -> Iterator[Answer]:
    grants = grants_of(role, graph)
    lacking: list[tuple[Guard, Call]] = []
    for call in calls:
        lack = lack_of(grants, (INVOKE,), call.arn, call.guard)
        if lack.unknown is not None:
            yield lack.unknown
        elif lack.guard.satisfiable():
            allowed = _by_permission(call.function, role, graph)
            if allowed is not None:
                yield allowed
            else:
                lacking.append((lack.guard, call))
    if not lacking:
        return
    guard, first = lacking[0]
    for other, _ in lacking[1:]:
        guard = guard | other
    names = list(dict.fromkeys(_shown(call.edge) for _, call in lacking))
    listed = ", ".join(names[:SHOWN]) + (f" and {len(names) - SHOWN} more" if len(names) > SHOWN else "")
    near = grants.closest(INVOKE)
    yield claim(
        role,
        "",
        f"Role '{role.name}' is what {first.edge.principal} calls {listed} with, but does not allow {INVOKE} there; "
        "allow it on exactly what is called.",
        at=role.here(),
        related=[
            *(_wired(call) for _, call in lacking),
            *([Location(near.span, "the nearest statement of the role")] if near is not None else []),
        ],
        route=_route(role, first),
        guard=guard,
    )


def _by_permission(function: Function, role: Role, graph: Graph) -> Withheld | None:
    """Whether a permission on the function itself may let the role call."""
    for _, permission, _ in graph.permissions_on(function):
        for _, leaf in branches(permission.principal):
            text = principal_text(leaf)
            if text is None or text == "*" or text.startswith("arn:"):
                return Withheld(f"the permission '{permission.name}' may let it", permission.span)
    return None


def _any(calls: list[Call]) -> Guard:
    guard = NEVER
    for call in calls:
        guard = guard | call.guard
    return guard


def _shown(edge: Edge) -> str:
    return f"{type(edge.target).__name__.lower()} '{edge.target.name}'"


def _wired(call: Call) -> Location:
    edge = call.edge
    span = edge.place.span if edge.place is not None else edge.source.span
    return Location(span, f"calls {_shown(edge)}")


def _route(role: Role, call: Call) -> list[Location]:
    return [
        Location(call.edge.source.span, f"'{call.edge.source.name}' calls as {call.edge.principal}"),
        Location(role.span, f"role '{role.name}'"),
        Location(call.function.span, f"function '{call.function.name}'"),
    ]
