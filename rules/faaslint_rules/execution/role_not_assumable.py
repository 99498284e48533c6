"""FL301 role-not-assumable."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.check.claims import claim
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.iam.actions import matches
from faaslint.iam.grammar import DocumentKind, defects
from faaslint.iam.trust import ASSUME, may_assume
from faaslint.model.finding import INAPPLICABLE, Level, Withheld
from faaslint.model.guard import Guard
from faaslint.model.nodes import Function, Role, Statement
from faaslint.model.read import elements, text_of
from faaslint.model.span import Location, Place
from faaslint.model.value import Fields, Known, branches
from faaslint.privilege.grants import roles_of

SERVICE = "lambda.amazonaws.com"
SHOWN = 3
"""How many of the trusted principals a message lists."""


@rule(
    id="FL301",
    name="role-not-assumable",
    level=Level.ERROR,
    visits=Function,
    references=("https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html",),
)
def role_not_assumable(function: Function, graph: Graph, context: Context) -> Iterator[Answer]:
    """Lambda can't assume a function's execution role.

    What it does
    Reads the trust policy of each role that a function may run as, and checks that it lets `lambda.amazonaws.com` do
    `sts:AssumeRole`. `lambda.${AWS::URLSuffix}`, `sts:*`, `*` and lists that hold these count; an explicit Deny takes it
    away. A statement with a condition is taken to let Lambda in.

    Why it matters
    Lambda refuses to create the function: "The role defined for the function cannot be assumed by Lambda."

    How to fix
    Add `lambda.amazonaws.com` to the principals of the role's trust policy, or give the function a role that is made for it.

    What it can't know
    Roles outside the project, and whether a condition of the trust policy holds.

    Sources
    - https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html
    - https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_update-role-trust-policy.html
    """
    asked = False
    for given, role in roles_of(function, graph):
        asked = True
        if isinstance(role, Withheld):
            yield role
            continue
        certain, possible = may_assume(role, SERVICE)
        lacking = given & ~possible
        if lacking.satisfiable() and role.trust_openness is None:
            if next(defects(role.trust, DocumentKind.TRUST), None) is not None:
                # What IAM refuses lets nobody in: FL322 says what to correct.
                yield Withheld("the trust policy is one that IAM refuses", role.at("trust").span)
            else:
                yield _claim(function, role, lacking)
        elif (given & ~certain).satisfiable():
            yield Withheld(
                role.trust_openness.why if role.trust_openness is not None else "the trust policy can't be known in full",
                role.at("trust").span,
            )
    if not asked:
        yield INAPPLICABLE


def _claim(function: Function, role: Role, guard: Guard) -> Answer:
    trusted = list(_trusted(role, guard))
    names = list(dict.fromkeys(name for name, _ in trusted))
    shown = ", ".join(names[:SHOWN]) + (f" and {len(names) - SHOWN} more" if len(names) > SHOWN else "")
    first = next((leaf.trail[-1] for _, leaf in trusted if leaf.trail), None)
    said = f" (it names {shown})" if shown else ""
    if SERVICE in names:
        # It is named, but for another action, or a Deny takes it away: the list would only confuse.
        others = list(_other_actions(role, guard))
        said = f" (it lets it do {', '.join(dict.fromkeys(text_of(leaf) or '' for leaf in others))})" if others else ""
        first = next((leaf.trail[-1] for leaf in others if leaf.trail), first)
    place = role.at("trust")
    return claim(
        function,
        "role",
        f"Function '{function.name}' can't run as this role, whose trust policy does not let {SERVICE} assume it"
        + f"{said}; allow {ASSUME} to the service {SERVICE}.",
        at=Place(first, place.property) if first is not None else place,
        related=[Location(function.at("role").span, "the function's role"), Location(role.span, f"the role '{role.name}'")],
        route=[
            Location(function.span, f"function '{function.name}'"),
            Location(role.span, f"role '{role.name}'"),
        ],
        guard=guard,
    )


def _other_actions(role: Role, given: Guard) -> Iterator[Known]:
    """Yield the actions that the trust policy allows Lambda instead of the one that it takes."""
    for statement in role.trust_statements:
        for guard, leaf in elements(statement.actions):
            if isinstance(leaf, Known) and text_of(leaf) and (given & statement.guard & guard).satisfiable():
                allows = any(text_of(effect) == "Allow" for _, effect in branches(statement.effect))
                if allows and not matches(text_of(leaf) or "", ASSUME) and SERVICE in _principals(statement):
                    yield leaf


def _principals(statement: Statement) -> set[str | None]:
    return {
        text_of(principal)
        for _, leaf in branches(statement.principals)
        if isinstance(leaf, Known) and isinstance(leaf.value, Fields)
        for listed in leaf.value.values.values()
        for _, principal in elements(listed)
    }


def _trusted(role: Role, given: Guard) -> Iterator[tuple[str, Known]]:
    """Yield the principals that the trust policy names in some situation."""
    for statement in role.trust_statements:
        for outer, leaf in branches(statement.principals):
            if isinstance(leaf, Known) and isinstance(leaf.value, Fields):
                for listed in leaf.value.values.values():
                    for inner, principal in elements(listed):
                        if isinstance(principal, Known) and (given & statement.guard & outer & inner).satisfiable():
                            yield text_of(principal) or str(principal.value), principal
