"""FL803 client-in-handler."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from faaslint.check.claims import claim
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.graph.queries import triggers
from faaslint.model.facts import ClientConstruction, Handler, Reachable
from faaslint.model.finding import INAPPLICABLE, Level, Rewrite, Withheld
from faaslint.model.guard import Guard
from faaslint.model.nodes import Function
from faaslint.model.span import Location, Place

from .running import Running, route

DATABASES: Final = frozenset({"psycopg2", "psycopg", "pymysql", "mysql", "MySQLdb", "pymssql", "pyodbc", "oracledb",
                              "cx_Oracle", "snowflake", "asyncpg", "aiomysql", "redshift_connector", "pg8000", "pymongo",
                              "redis", "valkey", "sqlalchemy", "sqlite3", "duckdb", "trino", "databricks"})  # fmt: skip
"""Libraries whose connections are looked at like clients."""

NAMED: Final = 4
"""How many clients of one function of the source a message names."""


@rule(
    id="FL803",
    name="client-in-handler",
    level=Level.WARNING,
    visits=Function,
    references=("https://docs.aws.amazon.com/lambda/latest/dg/best-practices.html",),
    fixable=True,
)
def client_in_handler(function: Function, graph: Graph, context: Context) -> Iterator[Answer]:
    """A handler makes an SDK client or a database connection anew at each call.

    What it does
    Looks for clients, resources and connections that every invocation makes: in the handler, or in a function that it
    calls without a condition, with arguments that are the same each time. What one function of the source makes is one
    finding. A result that is kept (`functools.cache`, a check for None) is fine, and so are clients with credentials of
    their own.

    Why it matters
    Making a client reads and parses service models and opens a new connection, tens to hundreds of milliseconds of CPU at
    each call. At module level it happens once for each execution environment, at a time when Lambda gives the most CPU.

    How to fix
    Make the client at module level, or in a function with `functools.cache`.

    What it can't know
    Whether the function is called often enough for it to matter. Functions that only serve custom resources, which are
    called once for each change of their stack, are not judged.

    Sources
    - https://docs.aws.amazon.com/lambda/latest/dg/best-practices.html
    """
    running = Running(function, graph)
    yield from running.answers
    if running.found and _serves_stacks_only(function, graph):
        yield INAPPLICABLE
        return
    for guard, handler in running:
        made: dict[tuple[str, str], list[ClientConstruction]] = {}
        for client in handler.clients:
            if client.scope == "module" or client.own_credentials or not (client.invariant and client.each_call):
                continue
            if client.reachable is Reachable.NO:
                continue
            if client.reachable is not Reachable.YES:
                yield Withheld("whether the handler gets there can't be known", client.span)
                continue
            made.setdefault((client.span.path, client.scope), []).append(client)
        for clients in made.values():
            yield _claim(function, handler, sorted(clients, key=lambda one: one.span), guard)


def _claim(function: Function, handler: Handler, clients: list[ClientConstruction], guard: Guard) -> Answer:
    first, *others = clients
    names = list(dict.fromkeys(_words(one) for one in clients))
    if len(names) > NAMED:
        names[NAMED:] = [f"{len(names) - NAMED} more"]
    told = " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
    return claim(
        function,
        "handler",
        f"Function '{function.name}' makes its {told} anew at each call; make {'them' if others else 'it'} at module level.",
        at=Place(first.span, handler.callable),
        related=[
            *(Location(one.span, f"its {_words(one)} is made here") for one in others),
            Location(function.at("handler").span, "the function's handler"),
        ],
        route=route(function, handler, Location(first.span, f"made in '{first.scope}'")),
        guard=guard,
        rewrites=[Rewrite("client-at-module-level", one.span, safe=False) for one in clients],
    )


def _words(client: ClientConstruction) -> str:
    what = "resource" if client.is_resource else "connection" if client.service in DATABASES else "client"
    return f"{client.service} {what}"


def _serves_stacks_only(function: Function, graph: Graph) -> bool:
    """Return whether CloudFormation alone calls a function: once for each change of a custom resource."""
    callers = triggers(graph, function)
    return bool(callers) and all(one.kind == "custom-resource" for one in callers)
