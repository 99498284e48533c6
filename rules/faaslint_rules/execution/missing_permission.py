"""FL302 missing-permission."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from faaslint.check.claims import claim
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.iam.actions import matches
from faaslint.iam.calls import Need
from faaslint.iam.grants import Grants
from faaslint.iam.match import Answer as Match
from faaslint.model.facts import Found, Handler, SdkCall
from faaslint.model.finding import INAPPLICABLE, Level, Withheld
from faaslint.model.guard import NEVER, Guard
from faaslint.model.nodes import Function, Role, Statement
from faaslint.model.read import elements, text_of
from faaslint.model.span import Location, Place
from faaslint.model.value import Known, Pattern, Unknown
from faaslint.privilege.calls import calls_of, named_by, needs_of_call, unset_variable
from faaslint.privilege.comparison import asks_first
from faaslint.privilege.grants import grants_of, roles_of
from faaslint.privilege.resource_policies import lets_in, resource_policy

from ..handlers.languages import analysed
from .granted import nearest

SHOWN = 3
"""How many of the actions that the role has instead a message lists."""


class Caller(NamedTuple):
    """A call, and the way to it: from a function with a role, through its handler."""

    function: Function
    role: Role
    handler: Handler
    call: SdkCall


@rule(
    id="FL302",
    name="missing-permission",
    level=Level.ERROR,
    visits=Function,
    references=("https://docs.aws.amazon.com/lambda/latest/dg/permissions-source-function-arn.html",),
)
def missing_permission(function: Function, graph: Graph, context: Context) -> Iterator[Answer]:
    """A handler makes a call that its role does not allow.

    What it does
    Follows the handler's source to every call of an AWS SDK, looks up the IAM actions that the call takes, and checks that
    the function's role allows them: its inline, attached and AWS-managed policies, SAM templates and connectors, with
    explicit denies and the permissions boundary. The finding stands at the call. Calls with credentials of another role,
    and calls that are not surely reached, are left alone.

    Why it matters
    The call raises `AccessDeniedException` whenever it is made.

    How to fix
    Allow the action on the resource that the call works on, or remove the call.

    What it can't know
    Policies outside the project, services' own resource policies, actions that no public list names, and calls that the
    source makes by computed names. Where the action is allowed on another resource only, this rule is silent. Where it is
    allowed under a condition, and the function's environment may say so, the source may make the call only then.

    Sources
    - https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html
    - https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
    """
    handlers = graph.handlers_of(function)
    if not handlers or not analysed(function):
        yield INAPPLICABLE
        return
    asked = False
    for _, handler in handlers:
        if handler.found is Found.UNKNOWN:
            asked = True
            yield Withheld(handler.why or "the handler's code can't be known", handler.span)
        elif handler.found is Found.YES and handler.needs_openness is not None:
            asked = True
            yield Withheld(handler.needs_openness.why, handler.needs_openness.where)
    roles = list(roles_of(function, graph))
    grants = {role.id: grants_of(role, graph) for _, role in roles if isinstance(role, Role)}
    for given, handler, call in calls_of(function, graph):
        asked = True
        needs = needs_of_call(call, function, graph)
        if not needs.known:
            yield Withheld(f"what {call.service}.{call.high_level or call.operation} takes is not known", call.span)
            continue
        variable = unset_variable(call, handler, function, graph)
        if variable is not None:
            yield Withheld(f"the environment variable {variable}, without which it is not made, is not set", call.span)
            continue
        if needs.required and not any(need.certain for need in needs.required):
            yield Withheld(f"what {call.service}.{call.high_level or call.operation} takes is not certain", call.span)
        for guard, role in roles:
            both = given & guard
            if not both.satisfiable():
                continue
            if isinstance(role, Withheld):
                yield role
            else:
                certain = [need for need in needs.required if need.certain]
                yield from _judge(Caller(function, role, handler, call), certain, grants[role.id], graph, both)
    if not asked:
        yield INAPPLICABLE


def _judge(caller: Caller, needs: list[Need], grants: Grants, graph: Graph, given: Guard) -> Iterator[Answer]:
    missing: dict[str, Need] = {}
    lacking = NEVER
    deny: Statement | None = None
    for need in needs:
        verdict = grants.allows(need.action, None, given & need.guard)
        if verdict.answer is Match.YES:
            # Granted on something: whether on the right resource is another rule's question.
            continue
        if not verdict.without.satisfiable():
            yield Withheld(verdict.why, grants.openness.where if grants.openness is not None else caller.call.span)
            continue
        if asks_first(caller.call, grants.allows(need.action, None, given), given):
            yield Withheld("the role allows it in some situations, and the source may ask for them", caller.call.span)
            continue
        node = named_by(need.resource, graph)
        if lets_in(need.action, caller.role, graph, node, need.resource) is Match.YES:
            continue
        by_policy = resource_policy(need.action, caller.role, graph, node, need.resource)
        if by_policy is not None:
            yield by_policy
            continue
        missing.setdefault(need.action, need)
        lacking = lacking | verdict.without
        deny = deny or (verdict.statement if verdict.answer is Match.NO else None)
    if missing:
        yield _claim(caller, missing, grants, graph, lacking, deny)


def _claim(
    caller: Caller, missing: dict[str, Need], grants: Grants, graph: Graph, guard: Guard, deny: Statement | None
) -> Answer:
    function, role, handler, call = caller
    wanted = " and ".join(f"{action}{_on(need, graph)}" for action, need in missing.items())
    first = next(iter(missing))
    related = nearest(grants, role, first)
    if deny is not None:
        related = [Location(role.span, f"the role '{role.name}'"), Location(deny.span, "the statement that denies it")]
    remedy = "take it out of the deny" if deny is not None else "allow it"
    triggers = [edge for _, edge in graph.triggers_of(function)][:1]
    mappings = [mapping for _, mapping in graph.mappings_of(function)][:1]
    return claim(
        function,
        "role",
        f"Function '{function.name}' calls {call.service} {call.high_level or call.operation}, which takes {wanted}, "
        f"but its role {_instead(grants, first, deny)}; {remedy}, or remove the call.",
        at=Place(call.span, ""),
        related=related,
        route=[
            *(Location(edge.source.span, f"'{edge.source.name}' triggers") for edge in triggers),
            *(Location(mapping.span, f"'{mapping.name}' polls for") for mapping in mappings),
            Location(function.span, f"function '{function.name}'"),
            Location(role.span, f"role '{role.name}'"),
            Location(handler.span, f"the handler '{handler.callable}'"),
            *(Location(span, "through this call") for span in call.route),
            Location(call.span, f"{call.service} {call.high_level or call.operation}"),
        ],
        guard=guard,
    )


def _on(need: Need, graph: Graph) -> str:
    """Words for the resource that the call works on, empty where nothing names it."""
    node = named_by(need.resource, graph)
    if node is not None:
        return f" on '{node.name}'"
    content = need.resource.value if isinstance(need.resource, Known) else None
    if isinstance(content, Pattern):
        # The partition is open in every ARN that is built here; nobody wants to read that.
        content = "".join(part if isinstance(part, str) else "aws" if _is_partition(part) else "…" for part in content.parts)
    named = isinstance(content, str) and content.split(":", 5)[-1].strip("*/:…")
    return f" on {content}" if named else ""


def _is_partition(part: object) -> bool:
    return isinstance(part, Unknown) and part.symbol == "AWS::Partition"


def _instead(grants: Grants, action: str, deny: Statement | None) -> str:
    if deny is not None:
        return "denies it"
    service = action.partition(":")[0].lower() + ":"
    allowed: dict[str, None] = {}
    for statement in grants.statements:
        if isinstance(statement.effect, Known) and text_of(statement.effect) == "Allow":
            for _, leaf in elements(statement.actions):
                text = text_of(leaf)
                if text and text.lower().startswith(service):
                    allowed[text] = None
    if not allowed:
        return f"allows nothing of {service[:-1]}"
    if any(text.lower() == action.lower() for text in allowed):
        return f"allows {action} under another condition only"
    listed = list(allowed)
    if any(matches(text, action) for text in listed):
        return "does not allow it in every case"
    return f"allows only {', '.join(listed[:SHOWN])}{' …' if len(listed) > SHOWN else ''}"
