"""FL820 injection."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from faaslint.check.claims import claim
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.model.facts import Reachable, SinkKind
from faaslint.model.finding import Level, Withheld
from faaslint.model.nodes import Function
from faaslint.model.span import Location, Place

from .running import Running, route
from .wired import PUBLIC, wired

SINKS: Final = {
    SinkKind.SHELL: ("to a shell", "run the program with a list of arguments and without a shell"),
    SinkKind.CODE: ("to the interpreter", "parse it as data"),
    SinkKind.SQL: ("into the text of a query", "pass it as a parameter of the query"),
    SinkKind.OBJECTS: ("to a deserialiser that makes any object", "use JSON"),
}
"""What each sink is, and what to do instead."""


@rule(
    id="FL820",
    name="injection",
    level=Level.ERROR,
    visits=Function,
    cwe=(78, 89, 94, 502),
    security_severity=9.0,
    references=(
        "https://docs.aws.amazon.com/lambda/latest/dg/best-practices.html",
        "https://docs.python.org/3/library/subprocess.html#security-considerations",
        "https://docs.python.org/3/library/pickle.html",
    ),
)
def injection(function: Function, graph: Graph, context: Context) -> Iterator[Answer]:
    """Data of the event reaches a shell, an interpreter, the text of a query or a deserialiser that makes any object.

    What it does
    Follows parts of the event through variables, functions and texts to calls that run them: `os.system`, `subprocess`
    with `shell=True`, `bash -c` as a program, `eval` and `exec`, the text of SQL (database libraries, `rds-data`,
    `redshift-data`, `athena`, PartiQL), `pickle.loads` and its kin. An error where strangers can reach the function (an API,
    a URL, a load balancer), a warning otherwise, a note where only schedules call it. A text is reported where it is run,
    not where it is put together.

    Why it matters
    Whoever sends the event decides what the function runs, with the function's role.

    How to fix
    Pass values as parameters of the query, arguments as a list without a shell, and data as JSON.

    What it can't know
    Whether the data was checked before. What passes through code outside the package, or through `int` and the like, is
    not followed. An event that names a program or its arguments starts no shell, and is not reported.

    Sources
    - https://docs.aws.amazon.com/lambda/latest/dg/best-practices.html
    - https://docs.python.org/3/library/subprocess.html#security-considerations
    - https://docs.python.org/3/library/pickle.html
    """
    running = Running(function, graph)
    yield from running.answers
    if not running.found:
        return
    kinds = {one.trigger.kind for one in wired(graph, function)}
    level = Level.ERROR if kinds & PUBLIC else Level.NOTE if kinds and kinds <= {"schedule"} else Level.WARNING
    for given, handler in running:
        if handler.signature is None and not handler.sinks:
            yield Withheld("what the handler gets as event can't be known", handler.span)
        for sink in handler.sinks:
            if sink.reachable is not Reachable.YES:
                yield Withheld("whether the handler gets there can't be known", sink.span)
                continue
            where, instead = SINKS[sink.sink]
            yield claim(
                function,
                "handler",
                f"Function '{function.name}' passes '{sink.data}' {where}; {instead}.",
                at=Place(sink.span, handler.callable),
                related=[Location(function.at("handler").span, "the function's handler")],
                route=route(function, handler, Location(sink.span, "runs it here")),
                level=level,
                guard=given,
            )
