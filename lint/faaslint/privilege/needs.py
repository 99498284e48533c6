"""Everything that a function needs its role for: the calls of its source, and its configuration."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Final, NamedTuple

from ..graph import Graph
from ..iam.calls import CallNeeds
from ..model.facts import Found, Handler, Reachable, SdkCall
from ..model.guard import Guard
from ..model.nodes import Function, Role
from ..model.read import elements, known_text_parts, text_of
from ..model.span import Span
from ..model.value import Fields, Known, Leaf, Open, Openness, branches
from .calls import named_by, needs_of_call, unset_variable
from .configuration import layers_openness, needs_of_configuration
from .keys import needs_on_key

ON_BEHALF: Final[Mapping[str, tuple[str, ...]]] = {
    "cloudformation": (
        "create_stack",
        "update_stack",
        "delete_stack",
        "execute_change_set",
        "create_change_set",
        "create_stack_set",
        "create_stack_instances",
    ),
    "cloudcontrol": ("create_resource", "update_resource", "delete_resource"),
    "servicecatalog": ("provision_product", "update_provisioned_product", "terminate_provisioned_product"),
    "ssm": ("start_automation_execution",),
    "resourcegroupstaggingapi": ("tag_resources", "untag_resources"),
}
"""Calls that do something else with the permissions of the caller, which nothing in the call names."""


class NeedOrigin(StrEnum):
    """Who needs a permission."""

    SOURCE = "source"
    CONFIGURATION = "configuration"


class Required(NamedTuple):
    """One permission that a function needs.

    ``resource`` is the ARN of what it works on as far as that is known, ``*`` for an action that knows no resources, None
    where nothing names it. ``certain`` says that it is surely needed: what is not must be called neither missing nor
    unused. ``others`` are actions of which any one serves as well; ``why`` is for people ("to write logs").
    """

    action: str
    resource: Leaf | None
    certain: bool
    guard: Guard
    origin: NeedOrigin
    span: Span
    why: str
    others: tuple[str, ...] = ()
    call: SdkCall | None = None
    handler: Handler | None = None
    by_key: bool = False
    """Whether it is needed because something is encrypted with a customer key."""
    advised: bool = False
    """Whether it is not called missing: AWS's guide asks for it and Lambda works without, or a call is not set up."""


class FunctionNeeds(NamedTuple):
    """What a function needs. ``openness`` says why there may be more."""

    required: tuple[Required, ...]
    openness: Openness

    def actions(self) -> dict[str, bool]:
        """Return each action that is needed or may be: whether for certain."""
        found: dict[str, bool] = {}
        for need in self.required:
            for action in (need.action, *need.others):
                found[action] = found.get(action, False) or (need.certain and action == need.action)
        return found


def needs_of_function(function: Function, graph: Graph) -> FunctionNeeds:
    """Return what a function needs, of its source and of its configuration.

    The list is open where source could not be read, a call is not understood, or a layer of elsewhere may call AWS.
    """
    known: FunctionNeeds | None = graph.answers.get(("needs", function.id))
    if known is None:
        known = graph.answers["needs", function.id] = _needs(function, graph)
    return known


def _needs(function: Function, graph: Graph) -> FunctionNeeds:
    found: list[Required] = []
    unknown: Openness = layers_openness(function, graph)
    handlers = graph.handlers_of(function)
    if not handlers:
        unknown = unknown or Open("the code of the function could not be read", function.span)
    for guard, handler in handlers:
        unknown = unknown or source_openness(handler)
        for call in handler.calls:
            if call.reachable is Reachable.NO or call.own_credentials:
                continue
            needs = needs_of_call(call, function, graph)
            if call.operation in ON_BEHALF.get(call.service, ()):
                unknown = unknown or Open(f"what {words_for(call)} makes needs permissions of its own", call.span)
            if not needs.known:
                unknown = unknown or Open(f"what {call.service}.{call.operation} takes is not known", call.span)
            elif needs.required and not any(need.certain for need in needs.required):
                unknown = unknown or Open(f"what {words_for(call)} takes is not certain", call.span)
            unset = unset_variable(call, handler, function, graph) is not None
            found += (
                need._replace(advised=unset) for need in needs_of_source(call, handler, needs, guard & function.guard, graph)
            )
    for need in needs_of_configuration(function, graph):
        guard = need.guard & function.guard
        if not guard.satisfiable():
            continue
        found.append(
            Required(
                need.action,
                need.resource,
                need.certain,
                guard,
                NeedOrigin.CONFIGURATION,
                need.span,
                need.why,
                need.others,
                by_key=need.by_key,
                advised=need.advised,
            )
        )
    return FunctionNeeds(tuple(found), unknown)


def needs_of_source(call: SdkCall, handler: Handler, needs: CallNeeds, given: Guard, graph: Graph) -> Iterator[Required]:
    """Yield what a call needs, the customer keys of what it works on included."""
    reached = call.reachable is Reachable.YES
    for need in needs.required:
        guard = given & need.guard
        if not guard.satisfiable():
            continue
        yield Required(
            need.action,
            need.resource,
            need.certain,
            guard,
            NeedOrigin.SOURCE,
            call.span,
            words_for(call),
            call=call,
            handler=handler,
        )
        if not need.certain:
            continue
        node = named_by(need.resource, graph)
        for action, key in needs_on_key(need.action, node, graph):
            yield Required(
                action,
                key.resource,
                key.certain and reached,
                guard & key.guard,
                NeedOrigin.SOURCE,
                call.span,
                f"{words_for(call)} with the customer key of '{node.name if node is not None else ''}'",
                call=call,
                handler=handler,
                by_key=True,
            )


def words_for(call: SdkCall) -> str:
    """Return how a call is named to people: ``s3 upload_file``."""
    return f"{call.service} {call.high_level or call.operation}"


def source_openness(handler: Handler) -> Openness:
    """Return why a handler's source may need more than its calls say."""
    if handler.found is not Found.YES:
        return Open(handler.why or "the code of the function could not be read", handler.span)
    return handler.needs_openness


def needs_of_role(role: Role, functions: Iterable[Function], graph: Graph) -> FunctionNeeds:
    """Return what the functions of a role need of it. Whoever else may assume the role may need more."""
    found = needs_together(functions, graph)
    if found.openness is None and others_assume(role):
        return FunctionNeeds(found.required, Open("others than Lambda may assume the role", role.span))
    return found


def others_assume(role: Role) -> bool:
    """Return whether the trust policy lets somebody besides Lambda assume a role, or can't be known.

    One that does not let Lambda in at all is a mistake, and not meant for others.
    """
    if role.trust_openness is not None:
        return True
    lambda_too = others = False
    for statement in role.trust_statements:
        if all(text_of(leaf) == "Deny" for _, leaf in branches(statement.effect)):
            continue
        for _, leaf in branches(statement.principals):
            if not (isinstance(leaf, Known) and isinstance(leaf.value, Fields)):
                return True
            for kind, listed in leaf.value.values.items():
                for _, principal in elements(listed):
                    name = (known_text_parts(principal) or "").split(".")[0]
                    if kind == "Service" and name in ("lambda", "edgelambda"):
                        lambda_too = True
                    else:
                        others = True
    return lambda_too and others


def needs_together(functions: Iterable[Function], graph: Graph) -> FunctionNeeds:
    """Return what functions that share a role need together."""
    required: list[Required] = []
    unknown: Openness = None
    for function in functions:
        own = needs_of_function(function, graph)
        required += own.required
        unknown = unknown or own.openness
    return FunctionNeeds(tuple(required), unknown)
