"""Calls of methods of SDK objects."""

from __future__ import annotations

from ...source.python_syntax import Syntax
from .data import lose
from .domain import (
    OTHER,
    Abstract,
    Atom,
    Client,
    Collection,
    Data,
    Method,
    Paginator,
    ResourceObject,
    Session,
    Waiter,
    bounded,
    ordered,
)
from .run import Arguments, Run
from .sdk import call_client, call_helper, call_session
from .sdk_resources import call_collection, call_resource
from .values import everything_in


def call_sdk(run: Run, methods: list[Method], arguments: Arguments, node: Syntax) -> Abstract:
    """Return what calling one of several methods of SDK objects gives."""
    services = {atom.receiver.service for atom in methods if isinstance(atom.receiver, (Client, ResourceObject))}
    certain = len(services) < 2
    for value in arguments.all():
        for atom in everything_in(run, value):
            if isinstance(atom, Data):
                lose(run, frozenset({atom}), node)
    found: set[Atom] = set()
    for method in ordered(methods):
        assert isinstance(method, Method)
        receiver, name = method.receiver, method.name
        if isinstance(receiver, Session):
            found |= call_session(run, receiver, name, arguments, node)
        elif isinstance(receiver, Client):
            found |= call_client(run, receiver, name, arguments, node, certain)
        elif isinstance(receiver, ResourceObject):
            found |= call_resource(run, receiver, name, arguments, node, certain)
        elif isinstance(receiver, Collection):
            found |= call_collection(run, receiver, name, arguments, node)
        elif isinstance(receiver, (Paginator, Waiter)):
            found |= call_helper(run, receiver, name, arguments, node)
        else:
            found |= OTHER
    return bounded(frozenset(found))
