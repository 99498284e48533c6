"""FL319 trust-too-open."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from faaslint.check.claims import claim
from faaslint.check.rule import Answer, Context, rule
from faaslint.facts.event_sources import canonical_principal
from faaslint.graph import Graph
from faaslint.graph.queries import functions_bound_to
from faaslint.iam.actions import matches
from faaslint.model.edges import EdgeKind
from faaslint.model.finding import INAPPLICABLE, Level, Withheld
from faaslint.model.guard import Guard
from faaslint.model.nodes import Function, Policy, Role
from faaslint.model.read import elements, known_text_parts, text_of
from faaslint.model.span import Location
from faaslint.model.value import Fields, Known, Leaf, Reference, Unknown, branches, is_absent, jointly

from .granted import allowed_by, functions_with, named, subject_of, way_to

EXPECTED: Final = ("lambda.amazonaws.com", "edgelambda.amazonaws.com")
ACCOUNT_DIGITS: Final = 12
PASS_ROLE: Final = "iam:PassRole"


@rule(
    id="FL319",
    name="trust-too-open",
    level=Level.WARNING,
    visits=Role,
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-user_externalid.html",),
    cwe=(284,),
    security_severity=7.5,
)
def trust_too_open(role: Role, graph: Graph, context: Context) -> Iterator[Answer]:
    """The trust policy of a function's role lets others than Lambda assume it.

    What it does
    Looks for `*`, whole accounts and other accounts among the principals of the trust policy, in statements without a
    condition (warning), and for services that have nothing to do with the role (note). `lambda.amazonaws.com` and
    `edgelambda.amazonaws.com` are expected; a role that something else of the project uses as well, or that code passes on,
    is not asked about its services.

    Why it matters
    Whoever assumes the role has the function's permissions, without the function.

    How to fix
    Trust `lambda.amazonaws.com` only. Where an account must be trusted, name the role in it, and add a condition.

    What it can't know
    Which accounts are yours, and trust policies that are computed.

    Sources
    - https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
    - https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
    """
    functions = functions_with(role, graph)
    if not functions:
        yield INAPPLICABLE
        return
    if role.trust_openness is not None:
        yield Withheld(role.trust_openness.why, role.trust_openness.where)
    # A role that does not trust Lambda at all is another rule's business.
    elsewhere = _used_elsewhere(role, graph) or not _trusts_lambda(role)
    for statement in role.trust_statements:
        if not is_absent(statement.condition):
            continue
        for guard, (effect, principals) in jointly(statement.effect, statement.principals, given=statement.guard):
            if text_of(effect) != "Allow" or not isinstance(principals, Known) or not isinstance(principals.value, Fields):
                continue
            for kind, listed in principals.value.values.items():
                for inner, leaf in elements(listed):
                    if isinstance(leaf, Unknown):
                        yield Withheld("a principal of the trust policy can't be known", role.at("trust").span)
                        continue
                    judged = _judge(kind, leaf, elsewhere)
                    if judged is not None:
                        words, level = judged
                        if level is Level.NOTE and _passed_on(role, graph):
                            continue
                        yield _claim(role, functions, leaf, words, level, guard & inner)


def _used_elsewhere(role: Role, graph: Graph) -> bool:
    """Whether something that is no function and no policy names the role too."""
    return any(
        not isinstance(edge.source, (Function, Policy, Role)) and "olicy" not in edge.source.type
        for edge in graph.into(role, EdgeKind.DEPENDS_ON)
    )


def _passed_on(role: Role, graph: Graph) -> bool:
    """Whether code may hand the role to a service: a function has it in its environment, or may pass it by its policy."""
    if functions_bound_to(graph, role):
        return True
    return any(
        isinstance(leaf, Known)
        and isinstance(leaf.value, Reference)
        and leaf.value.address == role.id
        and any(not isinstance(one, Withheld) and matches(one.action, PASS_ROLE) for one in allowed_by(statement, guard))
        for passing in graph.all(Role)
        for guard, statement in graph.statements_of(passing)
        for _, leaf in elements(statement.resources)
    )


def _trusts_lambda(role: Role) -> bool:
    return any(
        canonical_principal(known_text_parts(leaf) or "") in EXPECTED
        for statement in role.trust_statements
        for _, principals in branches(statement.principals)
        if isinstance(principals, Known) and isinstance(principals.value, Fields)
        for _, leaf in elements(principals.value.get("Service"))
    )


def _judge(kind: str, leaf: Known, elsewhere: bool) -> tuple[str, Level] | None:
    text = known_text_parts(leaf)
    if text is None:
        return None
    if text == "*" and kind in ("*", "AWS"):
        return "lets everybody assume it", Level.WARNING
    if kind == "AWS":
        if text.isdigit() and len(text) == ACCOUNT_DIGITS:
            return f"lets the whole account {text} assume it", Level.WARNING
        if text.endswith(":root"):
            account = text.split(":")[4] if text.count(":") >= 5 else ""
            which = f"account {account}" if account.isdigit() else "account"
            return f"lets the whole {which} assume it", Level.WARNING
        return None
    if kind == "Service" and not elsewhere and "\0" not in text:
        service = canonical_principal(text)
        if service not in EXPECTED and service.endswith(".amazonaws.com"):
            return f"lets {text} assume it, which nothing here uses it for", Level.NOTE
    return None


def _claim(role: Role, functions: list[Function], leaf: Leaf, words: str, level: Level, guard: Guard) -> Answer:
    subject = subject_of(role, functions)
    what = "has a role whose trust policy" if subject is not role else "has a trust policy that"
    return claim(
        subject,
        "",
        f"{named(subject)} {what} {words}; trust lambda.amazonaws.com only"
        + ("." if level is Level.NOTE else ", or add a condition."),
        at=role.at("trust", leaf),
        related=[Location(one.span, f"the function '{one.name}' has this role") for one in functions],
        route=way_to(role, functions),
        level=level,
        guard=guard,
    )
