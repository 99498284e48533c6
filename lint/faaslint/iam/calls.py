"""What an SDK call needs: the IAM actions of its operation, and the resource that its arguments name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from ..model.guard import ALWAYS, Guard
from ..model.read import text_of
from ..model.value import Fields, Items, Known, Leaf, Pattern, Unknown, Value, join_text
from . import sdk
from .actions import dependent_actions, is_action, resource_types
from .arguments import HOLES, Named, lookup, resources_of
from .store import document

ANYTHING: Final = Known("*")

FURTHER_NAMING: Final = frozenset({"dynamodb", "lambda"})
"""Clients with optional arguments (``IndexName``, ``Qualifier``) that change which resource a call works on."""


class Need(NamedTuple):
    """A permission that a call takes.

    ``resource`` is the ARN of what it works on as far as the arguments name it: a text or pattern with holes, ``*`` for
    an action that knows no resources, None where nothing names it. ``certain`` says that the call surely takes it; one that
    is not certain must not be called missing, and must not be called unused. ``guard`` is when the call takes it.
    """

    action: str
    resource: Leaf | None
    certain: bool
    guard: Guard = ALWAYS


class CallNeeds(NamedTuple):
    """Everything that a call takes.

    ``permissionless``: it takes nothing (an unsigned operation, a method that calls nothing). ``known``: the service and the
    operation exist in the tables; if not, nothing can be said and ``required`` is empty.
    """

    required: tuple[Need, ...]
    permissionless: bool
    known: bool


UNKNOWN_CALL: Final = CallNeeds((), permissionless=False, known=False)
NOTHING_NEEDED: Final = CallNeeds((), permissionless=True, known=True)


def needs_of(
    service: str,
    operation: str,
    arguments: Mapping[str, Value],
    high_level: str = "",
    *,
    complete: bool = True,
) -> CallNeeds:
    """Return what a call takes.

    ``service`` is the client's name, ``operation`` its method or the operation's name, ``high_level`` the method where it
    is no operation (``upload_file``). ``arguments`` are by their API names; references in them should be in the form in
    which they are compared with policies, environment variables filled in. ``complete`` False says that there may be more
    arguments (``**kwargs``).
    """
    if not sdk.is_client(service):
        return UNKNOWN_CALL
    if high_level:
        method = high_level.rpartition(".")[2]
        entry = sdk.special_method(service, method)
        if entry is not None:
            return _special(service, entry, arguments, complete)
        if sdk.is_local(method):
            return NOTHING_NEEDED
    name = sdk.operation_of(service, operation)
    if name is None:
        entry = sdk.special_method(service, operation)
        if entry is not None:
            return _special(service, entry, arguments, complete)
        return NOTHING_NEEDED if sdk.is_local(operation) else UNKNOWN_CALL
    if is_permissionless(service, name):
        return NOTHING_NEEDED
    needs = _operation(service, name, arguments, complete)
    if not complete and service in FURTHER_NAMING:
        needs = (need._replace(resource=None) if need.resource != ANYTHING else need for need in needs)
    return CallNeeds(tuple(_unique(needs)), permissionless=False, known=True)


def is_permissionless(service: str, operation: str) -> bool:
    """Return whether an operation takes no permission of IAM."""
    return operation in document("sdk_calls")["no_permission"].get(service, ()) or sdk.is_unsigned(service, operation)


def actions_of(service: str, operation: str) -> tuple[str, ...]:
    """Return the actions that an operation takes where no optional argument asks for others; empty for an unknown one."""
    needs = needs_of(service, operation, {})
    return tuple(need.action for need in needs.required if need.certain)


def _special(service: str, entry: dict[str, Any], arguments: Mapping[str, Value], complete: bool) -> CallNeeds:
    if entry.get("presigned"):
        return _presigned(service, arguments)
    merged = dict(arguments)
    if (extra := merged.pop(entry.get("extra", ""), None)) is not None:
        if isinstance(extra, Known) and isinstance(extra.value, Fields):
            merged = {**extra.value.values, **merged}
            complete = complete and extra.value.openness is None
        else:
            complete = False
    needs: list[Need] = [Need(action, None, certain=True) for action in entry.get("actions", ())]
    for call in entry.get("calls", ()):
        needs += _operation(service, call, merged, complete)
    needs += [Need(action, _first(service, "", action, merged), certain=False) for action in entry.get("perhaps", ())]
    return CallNeeds(tuple(_unique(needs)), permissionless=False, known=True)


def _presigned(service: str, arguments: Mapping[str, Value]) -> CallNeeds:
    """A presigned URL takes what its operation takes, when it is used."""
    named = arguments.get("ClientMethod")
    method = text_of(named) if isinstance(named, (Known, Unknown)) else None
    if method is None or sdk.operation_of(service, method) is None:
        return UNKNOWN_CALL
    given = arguments.get("Params", Known(None))
    if isinstance(given, Known) and isinstance(given.value, Fields):
        return needs_of(service, method, given.value.values, complete=given.value.openness is None)
    return needs_of(service, method, {}, complete=isinstance(given, Known) and given.value is None)


def _operation(service: str, name: str, arguments: Mapping[str, Value], complete: bool) -> Iterator[Need]:
    prefix = sdk.iam_prefix(service)
    own = f"{prefix}:{name}"
    entry = document("sdk_calls")["operations"].get(service, {}).get(name)
    if entry is None:
        if not is_action(own) and (request := sdk.http_request(service, name)) is not None:
            yield Need(f"{prefix}:{request[0]}", _path_arn(request[1]), certain=True)
        else:
            # An operation that is newer than the catalogue most likely has an action of its own name.
            yield from _on(service, name, own, arguments, certain=is_action(own))
        further: Iterable[str] = dependent_actions(own)
    else:
        yield from _described(service, name, own, entry, arguments, complete)
        further = {extra: None for action in entry["actions"] for extra in dependent_actions(action)}
    for action in further:
        yield from _on(service, name, action, arguments, certain=False)
    if any(_hands_a_role(argument, value) for argument, value in arguments.items()):
        yield Need("iam:PassRole", None, certain=False)
    for action in document("sdk_calls")["forwarded"]["services"].get(service, ()):
        if not own.startswith("kms:"):
            yield Need(action, None, certain=False)


def _hands_a_role(name: str, value: Value, depth: int = 3) -> bool:
    """Return whether an argument, or a part of it, is by its name a role for the service to use."""
    if "role" in name.lower():
        return True
    if depth == 0 or not isinstance(value, Known):
        return False
    if isinstance(value.value, Fields):
        return any(_hands_a_role(inner, part, depth - 1) for inner, part in value.value.values.items())
    if isinstance(value.value, Items):
        return any(_hands_a_role("", item.value, depth - 1) for item in value.value.items)
    return False


def _described(
    service: str, name: str, own: str, entry: dict[str, Any], arguments: Mapping[str, Value], complete: bool
) -> Iterator[Need]:
    verified = "not verified" not in entry["source"]
    replaced = False
    extra: list[Need] = []
    for also in entry.get("also", ()):
        given = _is_given(also, arguments, complete)
        if given is None:
            continue
        replaced = replaced or bool(also.get("instead"))
        for action in also["actions"]:
            extra += _on(service, name, action, arguments, certain=given and verified)
    for action in entry["actions"]:
        certain = (verified or action == own) and not replaced
        yield from _on(service, name, action, arguments, certain=certain)
    yield from extra
    if "verbs" in entry:
        yield from _by_verb(service, name, entry["verbs"], arguments)


def _is_given(also: dict[str, Any], arguments: Mapping[str, Value], complete: bool) -> bool | None:
    """Return whether further actions are needed: True, None (no), or False (perhaps)."""
    if also.get("perhaps"):
        return False
    unsure = not complete
    wanted: str | None = also.get("to")
    for path in also["set"]:
        for guard, leaf in lookup(arguments, path):
            if wanted is None:
                given = "[" not in path or isinstance(leaf, Known)
            else:
                text = text_of(leaf)
                if text not in (None, wanted):
                    continue
                given = text == wanted
            if guard.always and given:
                return True
            unsure = True
    return False if unsure else None


def _by_verb(service: str, name: str, verbs: dict[str, Any], arguments: Mapping[str, Value]) -> Iterator[Need]:
    """A statement in a query language takes the action of its first word; one that nobody can read takes any of them."""
    table: dict[str, str] = verbs["actions"]
    statements = list(lookup(arguments, verbs["of"]))
    found: dict[str, bool] = {}
    for guard, leaf in statements:
        action = table.get((_first_word(leaf) or "").upper())
        if action is None:
            found = dict.fromkeys(table.values(), False) | found
        else:
            found[action] = guard.always or found.get(action, False)
    if not statements:
        found = dict.fromkeys(table.values(), False)
    for action, certain in found.items():
        yield from _on(service, name, action, arguments, certain=certain)


def _first_word(leaf: Leaf) -> str | None:
    """Return the first word of a text, also of one whose rest is not known; None where it may go on in what is not."""
    if isinstance(leaf, Known) and isinstance(leaf.value, Pattern):
        start = leaf.value.parts[0]
        words = start.split(maxsplit=1) if isinstance(start, str) else []
        return words[0] if words and isinstance(start, str) and start.lstrip() != words[0] else None
    words = (text_of(leaf) or "").split(maxsplit=1)
    return words[0] if words else None


def _on(service: str, name: str, action: str, arguments: Mapping[str, Value], *, certain: bool) -> Iterator[Need]:
    """Yield a need for each resource that the arguments name."""
    named = _resources(service, name, action, arguments)
    if not named:
        yield Need(action, None, certain)
        return
    for guard, resource in named:
        whole_unknown = isinstance(resource, Unknown)
        yield Need(action, resource, certain and not (whole_unknown and len(named) > 1), guard)


def _first(service: str, name: str, action: str, arguments: Mapping[str, Value]) -> Leaf | None:
    named = _resources(service, name, action, arguments)
    return named[0].resource if named else None


def _resources(service: str, name: str, action: str, arguments: Mapping[str, Value]) -> tuple[Named, ...] | None:
    """Return the resources of one action of a call; None or nothing where the arguments name none."""
    table = document("sdk_resources")
    special = table["operations"].get(service, {}).get(name, {}).get(action)
    if special is not None:
        return resources_of(special, arguments)
    types = resource_types(action)
    if types is None:
        return None
    if not types:
        return (Named(ALWAYS, ANYTHING),)
    kinds = {kind.name for kind in types}
    own = action.partition(":")[0] == sdk.iam_prefix(service)
    for kind, template in table["types"].get(service, ()):
        if (kind in kinds if kind else own) and (found := resources_of(template, arguments)) is not None:
            return found
    return None


def _path_arn(path: str) -> Leaf:
    """Return the ARN of a path of API Gateway's management API, with a hole for each part that an argument fills."""
    parts: list[Leaf] = [Known("arn:"), HOLES["partition"], Known(":apigateway:"), HOLES["region"], Known("::")]
    rest = path
    while "{" in rest:
        before, _, after = rest.partition("{")
        parts += [Known(before), HOLES["any"]]
        rest = after.partition("}")[2]
    return join_text((*parts, Known(rest)))


def _unique(needs: Iterable[Need]) -> Iterator[Need]:
    """Drop what is said twice; a certain need makes the same uncertain one superfluous."""
    listed = list(needs)
    certain = {(need.action, str(need.resource)) for need in listed if need.certain and need.guard.always}
    seen: set[tuple[str, str, Guard]] = set()
    for need in listed:
        key = (need.action, str(need.resource), need.guard)
        if key in seen or (not need.certain and key[:2] in certain):
            continue
        seen.add(key)
        yield need
