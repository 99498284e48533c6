"""FL318 allow-with-not."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.check.claims import claim, withheld
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.iam.grammar import is_empty
from faaslint.model.finding import INAPPLICABLE, Level, Withheld
from faaslint.model.guard import Guard
from faaslint.model.nodes import Role, Statement
from faaslint.model.read import text_of
from faaslint.model.span import Location
from faaslint.model.value import Unknown, jointly

from .granted import functions_with, named, subject_of, way_to, written_by_hand

PARTS = {"not_actions": "NotAction", "not_resources": "NotResource", "not_principals": "NotPrincipal"}


@rule(
    id="FL318",
    name="allow-with-not",
    level=Level.WARNING,
    visits=Role,
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notaction.html",),
    cwe=(732,),
    security_severity=6.0,
)
def allow_with_not(role: Role, graph: Graph, context: Context) -> Iterator[Answer]:
    """A statement of a function's role allows everything but what it names.

    What it does
    Looks for `NotAction`, `NotResource` and `NotPrincipal` beside `Effect: Allow`, in the policies of the role and in its
    trust policy. Documents that AWS publishes are left alone.

    Why it matters
    The statement also allows what AWS adds later, and what nobody thought of: `NotAction: iam:*` allows everything else.

    How to fix
    List what is allowed. If the aim is to forbid something, write it as a `Deny`.

    What it can't know
    Policies that are not in the project.

    Sources
    - https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notaction.html
    - https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notresource.html
    - https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
    """
    functions = functions_with(role, graph)
    if not functions:
        yield INAPPLICABLE
        return
    if role.policies_openness is not None:
        yield Withheld(role.policies_openness.why, role.policies_openness.where)
    own = [(guard, statement) for guard, statement in graph.statements_of(role) if written_by_hand(statement)]
    for guard, statement in (*own, *((one.guard, one) for one in role.trust_statements)):
        for attribute, word in PARTS.items():
            value = getattr(statement, attribute)
            if is_empty(value):
                continue
            for answer in _judge(statement, guard):
                if isinstance(answer, Withheld):
                    yield answer
                    continue
                subject = subject_of(role, functions)
                yield claim(
                    subject,
                    "",
                    f"{named(subject)} has a statement that allows everything but what its {word} names; list what is "
                    "allowed, or write a Deny.",
                    at=statement.at(attribute),
                    related=[Location(one.span, f"the function '{one.name}' has this role") for one in functions],
                    route=way_to(role, functions, statement),
                    guard=answer,
                )


def _judge(statement: Statement, given: Guard) -> Iterator[Guard | Withheld]:
    for guard, (effect,) in jointly(statement.effect, given=given):
        if isinstance(effect, Unknown):
            yield withheld(effect, statement)
        elif text_of(effect) == "Allow":
            yield guard
