"""FL809 client-timeout-exceeds-function."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.check.claims import claim, withheld
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.model.facts import Reachable
from faaslint.model.finding import Level
from faaslint.model.nodes import Function
from faaslint.model.read import entry, number_of
from faaslint.model.span import Location, Place
from faaslint.model.value import ABSENT, is_absent, jointly

from .running import Running, route


@rule(
    id="FL809",
    name="client-timeout-exceeds-function",
    level=Level.WARNING,
    visits=Function,
    references=(
        "https://boto3.amazonaws.com/v1/documentation/api/latest/guide/retries.html",
        "https://botocore.amazonaws.com/v1/documentation/api/latest/reference/config.html",
    ),
)
def client_timeout_exceeds_function(function: Function, graph: Graph, context: Context) -> Iterator[Answer]:
    """An SDK client waits longer than its function may run.

    What it does
    Adds up the read timeout of a client's configuration over its attempts, where the source states it, and compares it
    with the function's timeout.

    Why it matters
    Lambda ends the function before the client gives up: the failure shows as a timeout, without the error, and no code of
    the handler's runs any more.

    How to fix
    Choose timeouts and attempts that together stay below the function's timeout.

    What it can't know
    Timeouts that are not stated: the SDK's default is 60 s for each attempt, and such clients are left alone.

    Sources
    - https://boto3.amazonaws.com/v1/documentation/api/latest/guide/retries.html
    - https://botocore.amazonaws.com/v1/documentation/api/latest/reference/config.html
    """
    running = Running(function, graph)
    yield from running.answers
    for given, handler in running:
        for client in handler.clients:
            if client.reachable is not Reachable.YES or "read_timeout" not in client.timeouts:
                continue
            retries = entry(client.timeouts.get("retries", ABSENT), "max_attempts")
            total = entry(client.timeouts.get("retries", ABSENT), "total_max_attempts")
            read, connect = client.timeouts["read_timeout"], client.timeouts.get("connect_timeout", ABSENT)
            for guard, (limit, wait, open_, more, most) in jointly(
                function.timeout, read, connect, retries, total, given=given
            ):
                seconds, each = number_of(limit), number_of(wait)
                if seconds is None or each is None:
                    yield withheld(limit if seconds is None else wait, function if seconds is None else client)
                    continue
                # In the older mode max_attempts counts the retries; where neither is stated one attempt is certain.
                attempts = (number_of(most) or 1) if number_of(more) is None else (number_of(more) or 0) + 1
                needed = attempts * each
                if needed < seconds or (number_of(open_) is None and not is_absent(connect)):
                    continue
                yield claim(
                    function,
                    "timeout",
                    f"Function '{function.name}' may run {seconds:g} s, but its {client.service} client waits {needed:g} "
                    "s before it gives up; choose shorter timeouts or fewer attempts.",
                    value=limit,
                    at=Place(client.span, handler.callable),
                    related=[Location(function.at("timeout", limit).span, "the function's timeout")],
                    route=route(function, handler, Location(client.span, f"makes a {client.service} client")),
                    guard=guard,
                )
