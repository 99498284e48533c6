"""FL811 context-attribute."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from faaslint.check.claims import claim
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.model.facts import Reachable
from faaslint.model.finding import Edit, Level, Withheld
from faaslint.model.nodes import Function
from faaslint.model.span import Location, Place, Span

from .running import Running, route

ATTRIBUTES: Final = (
    "aws_request_id",
    "client_context",
    "function_name",
    "function_version",
    "get_remaining_time_in_millis",
    "identity",
    "invoked_function_arn",
    "log",
    "log_group_name",
    "log_stream_name",
    "memory_limit_in_mb",
    "tenant_id",
)
"""What the context of a Python function has: the documented names, and those of the runtime interface client."""


@rule(
    id="FL811",
    name="context-attribute",
    level=Level.ERROR,
    visits=Function,
    references=("https://docs.aws.amazon.com/lambda/latest/dg/python-context.html",),
    fixable=True,
)
def context_attribute(function: Function, graph: Graph, context: Context) -> Iterator[Answer]:
    """A handler reads an attribute that Lambda's context object does not have.

    What it does
    Follows the handler's second argument, also through functions that it is passed to, and compares the attributes that are
    read with those that the context has.

    Why it matters
    The read raises `AttributeError`. Often it stands in a log line or an error path that no test reaches.

    How to fix
    Use the attribute's name: `aws_request_id`, `function_name`, `get_remaining_time_in_millis()` …

    What it can't know
    What a decorator from outside the package passes as context: then it says nothing. `getattr` with a default is fine, and
    so are attributes that the source sets itself.

    Sources
    - https://docs.aws.amazon.com/lambda/latest/dg/python-context.html
    - https://github.com/aws/aws-lambda-python-runtime-interface-client
    """
    running = Running(function, graph)
    yield from running.answers
    for guard, handler in running:
        if handler.signature is None and not handler.contexts:
            yield Withheld("what the handler gets as context can't be known", handler.span)
        for read in handler.contexts:
            name = read.path[0]
            if name in ATTRIBUTES or name.startswith("_") or read.protected or len(read.path) > 1:
                continue
            if read.reachable is not Reachable.YES:
                yield Withheld("whether the handler gets there can't be known", read.span)
                continue
            near = _near(name)
            instead = f"use '{near}'" if near else "use one of the attributes that Lambda documents"
            yield claim(
                function,
                "handler",
                f"Function '{function.name}' reads 'context.{name}', which the context does not have; {instead}.",
                at=Place(read.span, name),
                related=[Location(function.at("handler").span, "the function's handler")],
                route=route(function, handler, Location(read.span, f"reads '{name}'")),
                guard=guard,
                edits=[Edit(_last(read.span, name), near, safe=True)] if near else [],
            )


def _last(span: Span, name: str) -> Span:
    """Return the place of the name at the end of ``context.name``."""
    return span._replace(line=span.end_line, column=span.end_column - len(name))


def _near(name: str) -> str:
    """Return the attribute that someone means who writes another language's name, or a part of one."""
    plain = name.replace("_", "").lower()
    for attribute in ATTRIBUTES:
        wanted = attribute.replace("_", "")
        if len(plain) > 3 and (plain in wanted or wanted in plain):
            return attribute
    return ""
