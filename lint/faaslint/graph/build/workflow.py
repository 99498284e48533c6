"""What the states of a Step Functions definition call."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ...iam.policy import parse_document
from ...model.guard import Guard
from ...model.nodes import StateMachine, StateTask
from ...model.read import elements, entry, text_of
from ...model.record import replace
from ...model.value import ABSENT, CLOSED, Fields, Known, Leaf, Open, Pattern, Reference, Unknown, Value, branches, join_text
from ..graph import Graph

STATE_LIMIT: Final = 2_000
"""Most states of one definition that are looked at; 1 MB of definition holds fewer that say anything."""

_INVOKE: Final = (":states:::lambda:invoke", ":states:::aws-sdk:lambda:invoke")


def add_tasks(graph: Graph) -> None:
    """Add a node for each state that calls something, to each state machine of the graph."""
    for machine in graph.all(StateMachine):
        count = 0
        for guard, leaf in branches(machine.definition):
            document = parse_document(leaf)
            if isinstance(document, Unknown):
                machine.tasks_openness = Open(document.why, machine.at("definition").span)
                continue
            if document.value is None:
                continue
            for inner, name, state in _states(document):
                count += 1
                if count > STATE_LIMIT:
                    machine.tasks_openness = Open("the definition has too many states", machine.span)
                    return
                if isinstance(state, Unknown):
                    machine.tasks_openness = Open(state.why, machine.at("definition").span)
                    continue
                task = _task(machine, guard & inner, name, state)
                if task is not None:
                    graph.add(task)


def _states(document: Known) -> Iterator[tuple[Guard, str, Leaf]]:
    """Yield every state of a definition: of the top, of branches, of maps. Parsing bounds the depth."""
    pending: list[Value] = [entry(document, "States")]
    while pending:
        for guard, states in branches(pending.pop(0)):
            if isinstance(states, Unknown):
                yield guard, "", states
            if not (isinstance(states, Known) and isinstance(states.value, Fields)):
                continue
            if states.value.openness is not CLOSED:
                yield guard, "", Unknown(states.value.openness.why)
            for name, value in states.value.values.items():
                for inner, state in branches(value):
                    yield guard & inner, name, state
                    if not (isinstance(state, Known) and isinstance(state.value, Fields)):
                        continue
                    for nested in ("Iterator", "ItemProcessor"):
                        pending.append(entry(entry(state, nested), "States"))
                    for _, branch in elements(entry(state, "Branches")):
                        pending.append(entry(branch, "States"))


def _task(machine: StateMachine, guard: Guard, name: str, state: Leaf) -> StateTask | None:
    if not (isinstance(state, Known) and isinstance(state.value, Fields)):
        return None
    resource = _substituted(machine, entry(state, "Resource"))
    if isinstance(resource, Known) and resource.value is None:
        return None
    # JSONata states say Arguments where JSONPath states say Parameters.
    arguments = entry(state, "Arguments" if "Arguments" in state.value.values else "Parameters")
    target: Value = resource
    qualifier: Value = ABSENT
    invocation: Value = ABSENT
    if _is_invoke(resource):
        names = ("FunctionName", "Qualifier", "InvocationType")
        target, qualifier, invocation = (_substituted(machine, _argument(arguments, name)) for name in names)
    elif _is_service(resource):
        target = ABSENT
    return StateTask(
        id=f"{machine.id}/{name}",
        name=machine.name,
        type=machine.type,
        span=resource.trail[-1] if resource.trail else machine.span,
        guard=machine.guard & guard,
        origin=machine.origin,
        spellings={"resource": "Resource", "target": "FunctionName" if _is_invoke(resource) else "Resource"},
        machine=Known(Reference(machine.id, "id")),
        state_name=name,
        resource=resource,
        target=target,
        qualifier=qualifier,
        invocation_type=invocation,
        timeout=entry(state, "TimeoutSeconds"),
    )


def _substituted(machine: StateMachine, value: Value) -> Value:
    """Return a text with each ``${name}`` replaced by what the state machine's substitutions say."""
    if not (isinstance(value, Known) and isinstance(value.value, str) and "${" in value.value):
        return value
    parts: list[Leaf] = []
    rest = value.value
    while "${" in rest:
        before, _, after = rest.partition("${")
        name, closed, rest = after.partition("}")
        given = entry(machine.substitutions, name) if closed else ABSENT
        if not isinstance(given, (Known, Unknown)) or (isinstance(given, Known) and given.value is None):
            return Unknown(f"what stands for ${{{name}}} can't be known", trail=value.trail)
        parts += [Known(before), given]
    return replace(join_text([*parts, Known(rest)]), trail=value.trail)


def _argument(arguments: Value, name: str) -> Value:
    """An argument whose key ends in ``.$``, or whose text is an expression, is computed when the workflow runs."""
    computed = entry(arguments, f"{name}.$")
    if isinstance(computed, Known) and computed.value is not None:
        return Unknown("it is computed when the workflow runs", trail=computed.trail)
    found = entry(arguments, name)
    text = text_of(found) if isinstance(found, Known) else None
    if text is not None and text.startswith("{%"):
        return Unknown("it is computed when the workflow runs", trail=found.trail)
    return found


def _shape(resource: Value) -> str:
    """Return the text of a Resource, its holes as NUL."""
    if not isinstance(resource, Known):
        return ""
    if isinstance(resource.value, Pattern):
        return "".join(part if isinstance(part, str) else "\0" for part in resource.value.parts)
    return text_of(resource) or ""


def _is_invoke(resource: Value) -> bool:
    return any(name in _shape(resource) for name in _INVOKE)


def _is_service(resource: Value) -> bool:
    """An optimised or SDK integration of another service (``arn:aws:states:::sqs:sendMessage``), or an activity."""
    return ":states:" in _shape(resource)
