"""FL304 wildcard-action."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from faaslint.check.claims import claim, withheld
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.iam.actions import AccessLevel, access_level, expand, matches
from faaslint.model.edges import EdgeKind
from faaslint.model.finding import INAPPLICABLE, Level, Withheld
from faaslint.model.guard import Guard
from faaslint.model.nodes import Function, Node, Origin, PolicyKind, Role, Statement
from faaslint.model.read import elements, known_text_parts, openness, text_of
from faaslint.model.span import Location
from faaslint.model.value import Leaf, Unknown, jointly
from faaslint.privilege.needs import FunctionNeeds, NeedOrigin, needs_of_role

from .granted import written_by_hand

SHOWN = 3
"""How many actions a message gives as examples."""

READING = frozenset({AccessLevel.LIST, AccessLevel.READ})


class Granted(NamedTuple):
    """An action with a wildcard, in the statement that allows it to a role."""

    statement: Statement
    leaf: Leaf
    text: str
    guard: Guard


@rule(
    id="FL304",
    name="wildcard-action",
    level=Level.WARNING,
    visits=Role,
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege",),
    cwe=(250, 732),
    security_severity=6.0,
)
def wildcard_action(role: Role, graph: Graph, context: Context) -> Iterator[Answer]:
    """A function's role allows actions by a wildcard.

    What it does
    Looks at the Allow statements of the roles that functions run as. `*` and `service:*` are warnings. An action that ends
    in a wildcard (`dynamodb:Put*`) is a warning where it covers an action that changes data or permissions and that nothing
    in the functions' code or configuration needs, and a note where all that it covers only reads. The message says what it
    covers, and what of that is needed. AWS-managed policies, SAM policy templates and connectors, the grant methods of the
    CDK and registry modules are left alone. It speaks where the resource is named too: a whole service on one bucket still
    deletes the bucket.

    Why it matters
    A wildcard grants what nobody asked for, and with time what did not exist when it was written. Whoever gets control of
    the function's code gets all of it.

    How to fix
    List the actions that the code uses.

    What it can't know
    What is needed, where the source could not be read in full: then only `*`, `service:*` and wildcards over reads are
    named.

    Sources
    - https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html
    - https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html
    """
    functions = [edge.source for edge in graph.into(role, EdgeKind.ASSUMES) if isinstance(edge.source, Function)]
    if not functions:
        yield INAPPLICABLE
        return
    if role.policies_openness is not None:
        yield Withheld(role.policies_openness.why, role.policies_openness.where)
    needed: FunctionNeeds | None = None
    for guard, statement in graph.statements_of(role):
        if not written_by_hand(statement):
            continue
        if openness(statement.actions) is not None:
            yield Withheld("an action of the role can't be known", statement.span)
        for granted in _wildcards(statement, guard):
            if isinstance(granted, Withheld):
                yield granted
                continue
            needed = needed if needed is not None else needs_of_role(role, functions, graph)
            answer = _judge(role, functions, granted, needed, graph)
            if answer is not None:
                yield answer


def _wildcards(statement: Statement, given: Guard) -> Iterator[Granted | Withheld]:
    for guard, (effect,) in jointly(statement.effect, given=given):
        if isinstance(effect, Unknown):
            yield withheld(effect, statement)
        elif text_of(effect) == "Allow":
            for inner, leaf in elements(statement.actions):
                both = guard & inner
                text = text_of(leaf)
                if not both.satisfiable():
                    continue
                if text is not None and ("*" in text or "?" in text):
                    yield Granted(statement, leaf, text, both)
                elif text is None and "*" in (known_text_parts(leaf) or ""):
                    yield Withheld("an action of the role can't be known in full", statement.at("actions", leaf).span)


def _judge(role: Role, functions: list[Function], granted: Granted, needed: FunctionNeeds, graph: Graph) -> Answer | None:
    service, colon, name = granted.text.partition(":")
    if not granted.text.strip("*:"):
        return _claim(role, functions, granted, "every action of every service", needed, None)
    if colon and not name.strip("*"):
        covered = expand(granted.text)
        return _claim(role, functions, granted, f"every action of {service}{_examples(_telling(covered))}", needed, None)
    if granted.statement.policy_kind is PolicyKind.CDK:
        # The CDK's grant methods write such wildcards (s3:GetObject*), and nothing tells them from written ones.
        return None
    covered = expand(granted.text)
    if not covered:
        return None
    changing = [action for action in covered if access_level(action) not in READING]
    if not changing:
        unneeded = [action for action in covered if not _holds(needed, action)]
        if needed.openness is None and not unneeded:
            return None
        return _claim(role, functions, granted, f"{len(covered)} actions that read{_examples(covered)}", needed, Level.NOTE)
    if needed.openness is not None:
        return Withheld(needed.openness.why, needed.openness.where)
    unneeded = [action for action in changing if not _holds(needed, action)]
    if not unneeded:
        return None
    words = f"{len(covered)} actions, among them changing ones that nothing needs{_examples(unneeded)}"
    return _claim(role, functions, granted, words, needed, None)


def _holds(needed: FunctionNeeds, action: str) -> bool:
    return any(matches(wanted, action) for wanted in needed.actions())


def _telling(actions: tuple[str, ...]) -> list[str]:
    """Put the actions that say most about a wildcard first: those that manage permissions, then those that delete."""
    levels = {AccessLevel.PERMISSIONS: 0, AccessLevel.WRITE: 2}
    return sorted(
        actions, key=lambda action: 1 if ":Delete" in action else levels.get(access_level(action) or AccessLevel.LIST, 3)
    )


def _examples(actions: list[str] | tuple[str, ...]) -> str:
    if not actions:
        return ""
    return f" ({', '.join(actions[:SHOWN])}{' …' if len(actions) > SHOWN else ''})"


def _claim(
    role: Role, functions: list[Function], granted: Granted, covers: str, needed: FunctionNeeds, level: Level | None
) -> Answer:
    called = {need.action for need in needed.required if need.origin is NeedOrigin.SOURCE}
    used = sorted(action for action in called if matches(granted.text, action))
    if used:
        only = "only " if needed.openness is None else ""
        use = f", while the code is seen to use {only}{', '.join(used[:SHOWN])}{' …' if len(used) > SHOWN else ''}"
    elif needed.openness is None and not any(matches(granted.text, action) for action in needed.actions()):
        use = ", while the code uses none of these"
    else:
        use = ""
    subject = _subject(role, functions)
    kind = "Function" if isinstance(subject, Function) else "Role"
    return claim(
        subject,
        "",
        f"{kind} '{subject.name}' may do '{granted.text}', which is {covers}{use}; list the actions that are used.",
        at=granted.statement.at("actions", granted.leaf),
        related=[Location(function.span, f"the function '{function.name}' has this role") for function in functions],
        route=[
            Location(functions[0].span, f"function '{functions[0].name}'"),
            Location(role.span, f"role '{role.name}'"),
            Location(granted.statement.span, "the statement"),
        ],
        level=level,
        guard=granted.guard,
    )


def _subject(role: Role, functions: list[Function]) -> Node:
    """The resource that a person would edit: a role that the SAM transform generates stands in its function."""
    return functions[0] if role.origin is Origin.SAM and len(functions) == 1 else role
