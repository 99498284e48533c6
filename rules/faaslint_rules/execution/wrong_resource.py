"""FL316 wrong-resource."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from faaslint.check.claims import claim
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.iam.calls import Need
from faaslint.iam.grants import Grants
from faaslint.iam.match import Answer as Match
from faaslint.model.facts import Found, Handler, SdkCall
from faaslint.model.finding import INAPPLICABLE, Level, Withheld
from faaslint.model.guard import Guard
from faaslint.model.nodes import Function, Role, Statement
from faaslint.model.read import known_text_parts
from faaslint.model.span import Location, Place
from faaslint.model.value import Known
from faaslint.privilege.calls import calls_of, named_by, needs_of_call
from faaslint.privilege.comparison import resources_of_statement
from faaslint.privilege.grants import grants_of, roles_of
from faaslint.privilege.needs import words_for
from faaslint.privilege.resource_policies import lets_in
from faaslint.privilege.written import ANYTHING, Author, names_something

from ..handlers.languages import analysed
from .granted import listed
from .shown_resources import shown_resource

SHOWN = 3


class Case(NamedTuple):
    """A call whose action is granted, but not on what it works on."""

    function: Function
    role: Role
    handler: Handler
    call: SdkCall
    need: Need
    statement: Statement


@rule(
    id="FL316",
    name="wrong-resource",
    level=Level.ERROR,
    visits=Function,
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html",),
)
def wrong_resource(function: Function, graph: Graph, context: Context) -> Iterator[Answer]:
    """A function's code works on one resource, and its role allows the action on another one.

    What it does
    Where the arguments of a call name what it works on, by a literal or by an environment variable that the configuration
    binds to a resource, compares this with the resources on which the role allows the action: another table, the bucket
    instead of its objects, the table without its index.

    Why it matters
    The call raises `AccessDeniedException` whenever it is made, though the action seems to be allowed.

    How to fix
    Allow the action on the resource that the message names, or let the code work on the other one.

    What it can't know
    Names that the code computes, and resources whose own policy can't be read.

    Sources
    - https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
    - https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/security_iam_service-with-iam.html
    - https://docs.aws.amazon.com/AmazonS3/latest/userguide/security_iam_service-with-iam.html
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
    roles = list(roles_of(function, graph))
    grants = {role.id: grants_of(role, graph) for _, role in roles if isinstance(role, Role)}
    for given, handler, call in calls_of(function, graph):
        for need in needs_of_call(call, function, graph).required:
            if not need.certain or not _is_named(need):
                continue
            asked = True
            for guard, role in roles:
                both = given & guard & need.guard
                if not both.satisfiable():
                    continue
                if isinstance(role, Withheld):
                    yield role
                    continue
                answer = _judge(function, role, handler, call, need, grants[role.id], graph, both)
                if answer is not None:
                    yield answer
    if not asked:
        yield INAPPLICABLE


def _is_named(need: Need) -> bool:
    if need.resource is None or need.resource == ANYTHING or not names_something(need.resource):
        return False
    # A name where an ARN is expected is another mistake.
    return (known_text_parts(need.resource) or "").startswith("arn:")


def _judge(
    function: Function,
    role: Role,
    handler: Handler,
    call: SdkCall,
    need: Need,
    grants: Grants,
    graph: Graph,
    given: Guard,
) -> Answer | None:
    anywhere = grants.allows(need.action, None, given)
    if anywhere.answer is not Match.YES or anywhere.statement is None:
        # Granted on nothing, or nobody knows: another rule's question.
        return None
    there = grants.allows(need.action, need.resource, given)
    if there.answer is Match.YES:
        return None
    if not there.without.satisfiable():
        return Withheld(there.why, grants.openness.where if grants.openness is not None else call.span)
    node = named_by(need.resource, graph)
    by_resource = lets_in(need.action, role, graph, node, need.resource)
    if by_resource is Match.YES:
        return None
    if by_resource is Match.MAYBE:
        return Withheld(f"the policy of '{node.name}' may allow it" if node is not None else "a policy may allow it")
    case = Case(function, role, handler, call, need, anywhere.statement)
    return _claim(case, grants, graph, there.without)


def _claim(case: Case, grants: Grants, graph: Graph, guard: Guard) -> Answer:
    function, role, handler, call, need, statement = case
    author = Author(graph, function)
    on = [
        shown_resource(grants.canonical(leaf), author)
        for one in grants.granting(need.action)
        for leaf in resources_of_statement(one)
        if isinstance(leaf, Known)
    ]
    return claim(
        function,
        "role",
        f"Function '{function.name}' calls {words_for(call)} on {shown_resource(need.resource, author)}, but its role "
        f"allows {need.action} only on {listed(on, SHOWN)}; allow it there, or use the other resource.",
        at=Place(call.span, ""),
        related=[
            Location(statement.span, "the statement that allows it elsewhere"),
            Location(role.span, f"the role '{role.name}'"),
        ],
        route=[
            Location(function.span, f"function '{function.name}'"),
            Location(role.span, f"role '{role.name}'"),
            Location(handler.span, f"the handler '{handler.callable}'"),
            *(Location(span, "through this call") for span in call.route),
            Location(call.span, words_for(call)),
        ],
        guard=guard,
    )
