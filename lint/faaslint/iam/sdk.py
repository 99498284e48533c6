"""The AWS SDK for Python as tables: clients, their operations, paginators, waiters and resource classes.

Services are called as ``boto3.client`` calls them, methods as the client's attributes are called.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, NamedTuple

from .store import document, shards


class ResourceMethod(NamedTuple):
    """What a method of a resource object does.

    ``parameters`` says where arguments come from that the caller does not give: API argument → ``=Identifier`` of the
    object, or a constant in quotes; anything else comes from a response. ``returns`` is the class of the result, if it is
    one of the service's.
    """

    operation: str
    parameters: Mapping[str, str]
    returns: str | None


class ResourceChild(NamedTuple):
    """An attribute or method of a resource object that gives another one, without a call.

    ``identifiers`` says where those of the other come from: ``=Identifier`` of this object, ``input`` the next argument,
    anything else data or a response.
    """

    type: str
    identifiers: Mapping[str, str]


class ResourceClass(NamedTuple):
    """One class of the object-oriented interface; the service resource itself has the name ``""``.

    ``batch`` are the methods of a collection of such objects: method → operation.
    """

    name: str
    identifiers: tuple[str, ...]
    methods: Mapping[str, ResourceMethod]
    children: Mapping[str, ResourceChild]
    collections: Mapping[str, ResourceMethod]
    batch: Mapping[str, str]


def sources() -> Mapping[str, str]:
    """Return the packages that the tables were made from, and their versions."""
    return MappingProxyType(shards("sdk").index["sources"])


def clients() -> tuple[str, ...]:
    """Return the names of all clients, sorted."""
    return shards("sdk").names()


def is_client(service: str) -> bool:
    """Return whether the SDK has a client of this name."""
    return service in shards("sdk").index["shards"]


def iam_prefix(service: str) -> str:
    """Return the service prefix of the IAM actions of a client."""
    prefixes: dict[str, str] = document("sdk_calls")["prefixes"]
    return prefixes.get(service, service)


@cache
def methods(service: str) -> Mapping[str, str]:
    """Return the methods of a client that are operations: method → operation. Empty for an unknown client."""
    content = shards("sdk").get(service)
    if content is None:
        return MappingProxyType({})
    special = methods_apart(service)
    return MappingProxyType({special.get(name) or method_name(name): name for name in content["operations"]})


def methods_apart(service: str) -> Mapping[str, str]:
    """Return the operations whose method is not spelled by the rule: operation → method."""
    content = shards("sdk").get(service) or {}
    special: Mapping[str, str] = content.get("methods", {})
    return special


def operation_of(service: str, method: str) -> str | None:
    """Return the operation that a method of a client calls (also where its own name is given), None where it is none."""
    content = shards("sdk").get(service)
    if content is None:
        return None
    # Most names are spelled by the rule, so that the table of all of a client's methods is rarely worth making.
    usual = "".join(word.capitalize() for word in method.split("_"))
    if usual in content["operations"] and methods_apart(service).get(usual) is None and method_name(usual) == method:
        return usual
    return methods(service).get(method) or (method if method in content["operations"] else None)


@cache
def _spelling() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    return re.compile(r"[A-Z]{2,}s$"), re.compile(r"(.)([A-Z][a-z]+)"), re.compile(r"([a-z0-9])([A-Z])")


def method_name(operation: str) -> str:
    """Return the SDK's usual method name of an operation: ``put_item`` for ``PutItem``. A few are listed by hand instead."""
    plural, capitals, end = _spelling()
    if found := plural.search(operation):
        operation = f"{operation[: found.start()]}_{found.group().lower()}"
    return end.sub(r"\1_\2", capitals.sub(r"\1_\2", operation)).lower()


def can_paginate(service: str, method: str) -> bool:
    """Return whether a method of a client has a paginator."""
    content = shards("sdk").get(service) or {}
    return operation_of(service, method) in content.get("paginators", ())


def waiter_operation(service: str, waiter: str) -> str | None:
    """Return the operation that a waiter (``object_exists``) repeats, None where there is none of that name."""
    content = shards("sdk").get(service) or {}
    operation: str | None = content.get("waiters", {}).get(waiter)
    return operation


def http_request(service: str, operation: str) -> tuple[str, str] | None:
    """Return the HTTP method and path of an operation of API Gateway, whose IAM actions are verbs; None for others."""
    content = shards("sdk").get(service) or {}
    line: str | None = content.get("verbs", {}).get(operation)
    if line is None:
        return None
    verb, _, path = line.partition(" ")
    return verb, path


def is_unsigned(service: str, operation: str) -> bool:
    """Return whether an operation is sent without a signature, so that no permission is asked for."""
    content = shards("sdk").get(service) or {}
    return operation in content.get("unsigned", ())


def resource_classes(service: str) -> tuple[str, ...]:
    """Return the names of a service's resource classes, ``""`` for the service resource; empty where there are none."""
    return tuple((shards("sdk").get(service) or {}).get("resources", {}))


@cache
def resource_class(service: str, name: str = "") -> ResourceClass | None:
    """Return one resource class (``Table`` of ``dynamodb``), None where there is none of that name."""
    entry = (shards("sdk").get(service) or {}).get("resources", {}).get(name)
    if entry is None:
        return None
    found: dict[str, ResourceMethod] = {}
    for method, request in entry.get("methods", {}).items():
        operation = waiter_operation(service, request["waiter"]) if "waiter" in request else request["operation"]
        if operation is not None:
            found[method] = _resource_method(operation, request)
    return ResourceClass(
        name=name,
        identifiers=tuple(entry.get("ids", ())),
        methods=found,
        children={child: ResourceChild(content["type"], content["from"]) for child, content in entry.get("has", {}).items()},
        collections={
            collection: _resource_method(request["operation"], request)
            for collection, request in entry.get("collections", {}).items()
        },
        batch=entry.get("batch", {}),
    )


def _resource_method(operation: str, request: dict[str, Any]) -> ResourceMethod:
    return ResourceMethod(operation, request.get("parameters", {}), request.get("type"))


def positional(service: str, method: str) -> tuple[str, ...] | None:
    """Return the names of a client method's positional arguments, None where it takes none (operations) or is unknown."""
    entry = special_method(service, method)
    return None if entry is None else tuple(entry["positional"])


def special_method(service: str, method: str) -> dict[str, Any] | None:
    """Return the entry of a client method that is no operation of its own, None for others."""
    table = document("sdk_methods")["methods"]
    entry: dict[str, Any] | None = table.get(service, {}).get(method) or table["*"].get(method)
    return entry


def is_local(method: str) -> bool:
    """Return whether a method that every client has calls nothing by itself (``get_paginator``, ``close``)."""
    return method in document("sdk_methods")["local"]
