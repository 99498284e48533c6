"""boto3 and botocore: sessions, clients and their methods."""

from __future__ import annotations

from typing import Final

from ...model.record import replace
from ...model.span import Span
from ...model.value import Unknown, Value
from ...source.python_syntax import Attribute, Call, Syntax
from .domain import (
    OTHER,
    PENDING,
    Abstract,
    Account,
    Atom,
    Client,
    Data,
    External,
    FromEnvironment,
    Holder,
    Nothing,
    Paginator,
    ResourceObject,
    Session,
    Text,
    Waiter,
    texts_of,
)
from .effects import note_file, note_sdk_query
from .records import CallRecord, ClientRecord, NotableRecord
from .run import Arguments, Run
from .sdk_tables import waited_operation
from .values import is_invariant, keys_of, take, value_of

_KEYS: Final = ("aws_access_key_id", "aws_secret_access_key", "aws_session_token")
_OWN_KEYS: Final = frozenset({"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"})
_OWN_REGION: Final = frozenset({"AWS_REGION", "AWS_DEFAULT_REGION"})
_LOCAL: Final = ("http://localhost", "http://127.", "http://host.docker.internal", "http://localstack")
UNSIGNED: Final = External("botocore.config.Config(UNSIGNED)")

TRANSFERS: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "upload_file": ("put_object", ("Filename", "Bucket", "Key")),
    "upload_fileobj": ("put_object", ("Fileobj", "Bucket", "Key")),
    "download_file": ("get_object", ("Bucket", "Key", "Filename")),
    "download_fileobj": ("get_object", ("Bucket", "Key", "Fileobj")),
    "copy": ("copy_object", ("CopySource", "Bucket", "Key")),
}
"""S3's managed transfers: the operation that they come to, and their positional parameters."""

_NO_CALLS: Final = frozenset({"can_paginate", "close", "waiter_names", "exceptions", "meta"})


def account_of(run: Run, base: Account, arguments: Arguments) -> Account:
    """Return whose credentials and region a client made with these arguments uses."""
    own = base.own_credentials or arguments.open_named
    for name in (*_KEYS, "profile_name"):
        value = arguments.get(None, name)
        if value is not None and not _comes_from(value, _OWN_KEYS):
            own = True
    config = arguments.get(None, "config")
    if config is not None and UNSIGNED in config:
        own = True
    if _is_local(arguments):
        own = True
    region = arguments.get(1, "region_name")
    elsewhere = base.own_region or (region is not None and not _comes_from(region, _OWN_REGION))
    endpoint = arguments.get(None, "endpoint_url")
    redirected = base.own_endpoint or (endpoint is not None and not _comes_from(endpoint, frozenset()))
    return Account(own, elsewhere, redirected, _written(region) if region is not None else base.region)


def _is_local(arguments: Arguments) -> bool:
    """Return whether a client talks to an imitation of AWS on the developer's machine."""
    endpoint = arguments.get(None, "endpoint_url")
    return endpoint is not None and any(
        isinstance(atom, Text) and isinstance(atom.value, str) and atom.value.startswith(_LOCAL) for atom in endpoint
    )


def _written(value: Abstract) -> str:
    """Return the one text that a value is, empty where it is computed or there are several."""
    texts = {atom.value for atom in value if isinstance(atom, Text) and isinstance(atom.value, str)}
    return texts.pop() if len(texts) == len(value) == 1 else ""


def _comes_from(value: Abstract, names: frozenset[str]) -> bool:
    """Return whether a value is None or one of the variables that Lambda sets."""
    return bool(value) and all(
        isinstance(atom, Nothing) or (isinstance(atom, FromEnvironment) and atom.name in names) for atom in value
    )


def make_session(run: Run, arguments: Arguments, node: Syntax) -> Abstract:
    """Return a session. Its region is the fourth parameter."""
    note_keys(run, arguments, node)
    named = Arguments(named=dict(arguments.named), open_named=arguments.open_named)
    for name, pair in zip((*_KEYS, "region_name"), arguments.positional, strict=False):
        named.named.setdefault(name, pair)
    account = account_of(run, Account(), named)
    if "botocore_session" in named.named:
        # Whoever makes that one first mostly gives it credentials: set there, or assigned to what botocore keeps private.
        account = replace(account, own_credentials=True)
        run.need("a session is made of one that may have credentials of its own", node)
    return frozenset({Session(account)})


def make_client(run: Run, base: Account, arguments: Arguments, node: Syntax, is_resource: bool) -> Abstract:
    """Return the client or resource that a constructor makes, and note the construction."""
    service = arguments.get(0, "service_name")
    if service is None:
        if arguments.open_named or arguments.open_positional:
            run.need("the service of this client is computed", node)
        return OTHER
    if not service:
        return PENDING
    names = texts_of(service)
    if names is None:
        run.need("the service of this client is computed", node)
        return OTHER
    if arguments.open_named:
        run.need("a client is made with options that are computed", node)
    account = account_of(run, base, arguments)
    if not _is_local(arguments):
        note_keys(run, arguments, node)
    found: set[Atom] = set()
    for name in names:
        key = (node.start, name)
        if key not in run.records.clients:
            record = ClientRecord(
                short_span(run, node),
                name,
                run.frame.scope_name,
                is_resource,
                account,
                run.branches == 0,
                run.left,
                not arguments.open_named and all(is_invariant(value) for value in arguments.all()),
                _timeouts(run, arguments),
            )
            run.records.clients[key] = record
        found.add(ResourceObject(name, "", (), account) if is_resource else Client(name, account))
    return frozenset(found)


def _timeouts(run: Run, arguments: Arguments) -> dict[str, Value]:
    """Return the settings of a client's configuration that bound its time, as far as they are written out."""
    found: dict[str, Value] = {}
    for atom in arguments.get(None, "config") or ():
        if isinstance(atom, Holder) and atom.kind == "config":
            for key in keys_of(run, atom):
                found[key[1:]] = value_of(run, take(run, atom, key))
    return found


def note_keys(run: Run, arguments: Arguments, node: Syntax) -> None:
    """Note credentials that are written in the source."""
    for name in ("aws_secret_access_key", "aws_access_key_id", "aws_session_token"):
        value = arguments.get(None, name)
        if value and all(isinstance(atom, Text) and len(str(atom.value)) >= 16 for atom in value):
            span = run.source.first_line(node)
            run.records.notable[(node.start, "secret")] = NotableRecord(span, "secret", name, False)
            return


def short_span(run: Run, node: Syntax) -> Span:
    """Return the span of what is called: on one line, so that it fits into a diff hunk."""
    function = node.function if isinstance(node, Call) else node
    span = run.span(function)
    if span.line != span.end_line and isinstance(function, Attribute):
        return run.source.span_of(function.name_start, function.end)
    return span


def values_of(run: Run, arguments: Arguments, positions: tuple[str, ...] = ()) -> dict[str, Value]:
    """Return the arguments of an SDK call; ``positions`` names positional ones. A None among them is bound to fail."""
    found: dict[str, Value] = {}
    given = [(name, *pair) for name, pair in zip(positions, arguments.positional, strict=False)]
    given += ((name, *pair) for name, pair in arguments.named.items())
    for name, value, node in given:
        found[name] = value_of(run, value, run.span(node) if node is not None and node.end else None)
        if node is not None:
            run.fails_on_none(value, node)
    return found


def note_call(
    run: Run,
    receiver: tuple[str, Account],
    operation: str,
    arguments: dict[str, Value],
    node: Syntax,
    high_level: str = "",
    complete: bool = True,
    certain: bool = True,
) -> None:
    """Note a call of an AWS API. Several at one place become one, with the arguments that they have in common."""
    service, account = receiver
    key = (node.start, service, operation, high_level, account)
    always = run.branches == 0 and not run.left
    earlier = run.records.calls.get(key)
    if earlier is None:
        run.records.calls[key] = CallRecord(
            short_span(run, node),
            service,
            operation,
            high_level,
            arguments,
            complete,
            account,
            certain,
            (node.start, node.end),
            always,
            run.given,
        )
        return
    earlier.given = earlier.given & run.given
    merge_arguments(earlier.arguments, arguments)
    earlier.complete = earlier.complete and complete
    earlier.certain = earlier.certain and certain
    earlier.always = earlier.always or always


def merge_arguments(into: dict[str, Value], other: dict[str, Value]) -> None:
    """Keep what two calls agree on; where they differ the argument is unknown."""
    for name in [*into, *(name for name in other if name not in into)]:
        mine, theirs = into.get(name), other.get(name)
        if mine != theirs:
            into[name] = Unknown("it may have one of several values", trail=(mine or theirs or Unknown("")).trail)


def call_session(run: Run, session: Session, name: str, arguments: Arguments, node: Syntax) -> Abstract:
    """Return what a method of a session gives."""
    if name in ("client", "create_client"):
        return make_client(run, session.account, arguments, node, False)
    if name == "resource":
        return make_client(run, session.account, arguments, node, True)
    if name == "set_credentials":
        run.need("the credentials of a session are replaced", node)
    return OTHER


def call_client(run: Run, client: Client, name: str, arguments: Arguments, node: Syntax, certain: bool) -> Abstract:
    """Return what a method of a client gives, and note the call."""
    if name in _NO_CALLS or name.startswith("_"):
        return OTHER
    if name in ("get_paginator", "get_waiter"):
        return _helper(run, client, name, arguments, node)
    receiver = (client.service, client.account)
    if name == "generate_presigned_url":
        _presigned(run, client, arguments, node, certain)
    elif name == "generate_presigned_post" and client.service == "s3":
        values = values_of(run, arguments, ("Bucket", "Key"))
        note_call(run, receiver, "put_object", values, node, name, certain=certain)
    elif client.service == "s3" and name in TRANSFERS:
        operation, positions = TRANSFERS[name]
        values = values_of(run, arguments, positions)
        note_call(run, receiver, operation, values, node, name, not arguments.open_named, certain)
        target = arguments.get(2, "Filename") if name == "download_file" else None
        if target is not None:
            note_file(run, target, node)
    else:
        complete = not arguments.open_named
        note_call(run, receiver, name, values_of(run, arguments), node, complete=complete, certain=certain)
        note_sdk_query(run, client.service, name, arguments, node)
    return frozenset({Data(f"client:{client.service}.{name}")})


def _helper(run: Run, client: Client, name: str, arguments: Arguments, node: Syntax) -> Abstract:
    is_paginator = name == "get_paginator"
    wanted = arguments.get(0, "operation_name" if is_paginator else "waiter_name")
    if wanted is not None and not wanted:
        return PENDING
    names = texts_of(wanted) if wanted is not None else None
    if names is None:
        run.need("the operation of this call is computed", node)
        return OTHER
    return frozenset(Paginator(client, one) if is_paginator else Waiter(client, one) for one in names)


def _presigned(run: Run, client: Client, arguments: Arguments, node: Syntax, certain: bool) -> None:
    method = arguments.get(0, "ClientMethod")
    names = texts_of(method) if method is not None else None
    if names is None:
        run.need("the operation of this URL is computed", node)
        return
    inner = Arguments(open_named=True)
    parameters = arguments.get(1, "Params")
    for atom in parameters or ():
        if isinstance(atom, Holder) and len(parameters or ()) == 1:
            keys = keys_of(run, atom)
            inner.open_named = "*" in keys
            inner.named = {key[1:]: (take(run, atom, key), None) for key in keys if key.startswith("'")}
    for name in names:
        note_call(
            run,
            (client.service, client.account),
            name,
            values_of(run, inner),
            node,
            "generate_presigned_url",
            not inner.open_named,
            certain,
        )


def call_helper(run: Run, helper: Paginator | Waiter, name: str, arguments: Arguments, node: Syntax) -> Abstract:
    """Note what a paginator or waiter calls."""
    client = helper.client
    receiver = (client.service, client.account)
    complete = not arguments.open_named
    if isinstance(helper, Paginator) and name == "paginate":
        operation = helper.operation
        note_call(run, receiver, operation, values_of(run, arguments), node, complete=complete)
    elif isinstance(helper, Waiter) and name == "wait":
        operation = waited_operation(client.service, helper.name)
        note_call(run, receiver, operation, values_of(run, arguments), node, helper.name, complete)
    return frozenset({Data(f"client:{client.service}.{operation}")}) if isinstance(helper, Paginator) else OTHER
