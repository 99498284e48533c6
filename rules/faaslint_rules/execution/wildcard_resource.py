"""FL305 wildcard-resource."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from faaslint.check.claims import claim
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.graph.identity import SERVICES, arn_of
from faaslint.iam.actions import expand, matches, resource_fits, supports_resources
from faaslint.iam.match import Answer as Match
from faaslint.model.facts import Found
from faaslint.model.finding import INAPPLICABLE, Level, Withheld
from faaslint.model.nodes import Function, Role, Statement
from faaslint.model.span import Location
from faaslint.model.value import Known, Leaf, Pattern, is_absent
from faaslint.privilege.needs import FunctionNeeds, needs_together
from faaslint.privilege.written import ANYTHING, Author, names_something

from .granted import (
    Allowed,
    allowed_by,
    everything_of,
    functions_with,
    listed,
    named,
    some_cannot_run,
    subject_of,
    way_to,
    written_by_hand,
)
from .sensitive_action_unscoped import is_sensitive

LEFT_ALONE: Final = ("logs:", "xray:")
"""Services whose actions are granted on everything by AWS's own policies for functions."""

OF_ITS_OWN: Final = ("lambda:checkpointdurableexecution", "lambda:getdurableexecutionstate")
"""Actions on the function itself: its role can't name it without going in a circle."""

INTERFACES: Final = ("networkinterface", "privateipaddresses")
"""Network-interface actions, by what their names hold: interfaces are made for the function, nobody can name them."""


@rule(
    id="FL305",
    name="wildcard-resource",
    level=Level.WARNING,
    visits=Role,
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html",),
    cwe=(732,),
    security_severity=5.0,
)
def wildcard_resource(role: Role, graph: Graph, context: Context) -> Iterator[Answer]:
    """A function's role allows an action on every resource, though it could name one.

    What it does
    Looks for `Resource: *` beside an action that can be granted on particular resources. Documents of AWS and SAM,
    statements with a condition, actions on logs, X-Ray and network interfaces, and actions whose calls work on resources
    that their arguments do not name are left alone; so are actions and wildcards of which other rules speak (FL303, FL304,
    FL317, FL321). Where no code of the function can be read (another language, a package that is elsewhere), an action
    counts if the project has a resource that it could name.

    Why it matters
    The function may read or change every table, bucket or queue of the account, not only its own.

    How to fix
    Name the resources. The message says which one the code works on, where that is known.

    What it can't know
    Which resources a call works on whose name is computed: such an action is left alone.

    Sources
    - https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
    - https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
    """
    functions = functions_with(role, graph)
    if not functions or some_cannot_run(functions, graph):
        yield INAPPLICABLE
        return
    if role.policies_openness is not None:
        yield Withheld(role.policies_openness.why, role.policies_openness.where)
    needs: FunctionNeeds | None = None
    unread = all(_is_unread(function, graph) for function in functions)
    for guard, statement in graph.statements_of(role):
        everything = everything_of(statement)
        if everything is None or not written_by_hand(statement) or not is_absent(statement.condition):
            continue
        found: list[Allowed] = []
        unknown: Withheld | None = None
        for allowed in allowed_by(statement, guard):
            if isinstance(allowed, Withheld):
                unknown = unknown or allowed
                continue
            if not _can_be_scoped(allowed.action):
                continue
            needs = needs if needs is not None else needs_together(functions, graph)
            verdict = _is_needed_on_anything(allowed.action, needs)
            if unread and isinstance(verdict, Withheld) and any(_declared(allowed.action, functions, graph)):
                found.append(allowed)
            elif isinstance(verdict, Withheld):
                unknown = unknown or verdict
            elif not verdict:
                found.append(allowed)
        if found and needs is not None:
            yield _claim(role, functions, statement, everything, found, needs, graph)
        elif unknown is not None:
            yield unknown


def _can_be_scoped(action: str) -> bool:
    lowered = action.lower()
    if lowered.startswith(LEFT_ALONE) or lowered.endswith(":*") or not action.strip("*:") or is_sensitive(action):
        return False
    if lowered in OF_ITS_OWN:
        return False
    if lowered.startswith("ec2:") and any(word in lowered for word in INTERFACES):
        return False
    covered = expand(action)
    return bool(covered) and any(supports_resources(one) for one in covered)


def _is_needed_on_anything(action: str, needs: FunctionNeeds) -> bool | Withheld:
    """Whether an action is needed on everything, or not at all (another rule's business)."""
    wanted = [need for need in needs.required if matches(action, need.action)]
    if not wanted:
        # Nothing that is known needs it: unused, if the needs are complete; else it may be needed on something.
        return True if needs.openness is None else Withheld(needs.openness.why, needs.openness.where)
    unnamed = [need for need in wanted if not names_something(need.resource)]
    if unnamed:
        return Withheld(f"which resource {unnamed[0].why} works on is not known", unnamed[0].span)
    return any(need.resource == ANYTHING for need in wanted)


def _claim(
    role: Role,
    functions: list[Function],
    statement: Statement,
    everything: Leaf,
    found: list[Allowed],
    needs: FunctionNeeds,
    graph: Graph,
) -> Answer:
    subject = subject_of(role, functions)
    author = Author(graph, functions[0])
    on: dict[str, None] = {}
    for allowed in found:
        for need in needs.required:
            if need.certain and matches(allowed.action, need.action):
                on.update(dict.fromkeys(_named(author.node_name(need.resource))))
    declared = {} if on else dict.fromkeys(name for one in found for name in _declared(one.action, functions, graph))
    if on:
        instead = f"; name what its code works on, {listed(on)}."
    elif declared:
        instead = f"; name what its code works on, such as '{next(iter(declared))}'."
    else:
        instead = "; name the resources that its code works on."
    return claim(
        subject,
        "",
        f"{named(subject)} may do {listed([allowed.action for allowed in found])} on every resource of the account{instead}",
        at=statement.at("resources", everything),
        related=[Location(function.span, f"the function '{function.name}' has this role") for function in functions],
        route=way_to(role, functions, statement),
        guard=found[0].guard,
    )


def _named(name: str | None) -> tuple[str, ...]:
    return (f"'{name}'",) if name else ()


def _is_unread(function: Function, graph: Graph) -> bool:
    """Whether nothing of what a function runs could be read."""
    return all(handler.found is Found.UNKNOWN and not handler.calls for _, handler in graph.handlers_of(function))


def _declared(action: str, functions: list[Function], graph: Graph) -> Iterator[str]:
    """Yield the names of the project's resources that an action could be granted on instead of everything."""
    service = action.partition(":")[0].lower()
    kinds = (Function,) if service == "lambda" else SERVICES.get(service, ())
    for kind in kinds if "*" not in action and "?" not in action else ():
        for node in graph.all(kind):
            arn = arn_of(graph, node) if node not in functions else None
            if arn is not None and any(
                resource_fits(action, Known(one)) is not Match.NO for one in (arn, Pattern((*arn.parts, "/*")))
            ):
                yield node.name
