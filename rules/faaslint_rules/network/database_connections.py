"""FL607 database-connections."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from faaslint.check.claims import claim
from faaslint.check.rule import Answer, Context, rule
from faaslint.facts import databases
from faaslint.graph import Graph
from faaslint.graph.queries import bindings_of
from faaslint.graph.resolve import resolved
from faaslint.model.facts import Found, Reachable
from faaslint.model.finding import INAPPLICABLE, Level, Withheld
from faaslint.model.nodes import Database, Function, Proxy, ProxyTarget
from faaslint.model.read import boolean_of, integer_of, text_of
from faaslint.model.span import Location
from faaslint.model.value import Known, Unknown, branches

from .placed import is_empty, placements
from .private import addresses_of

FAMILIES: Final = frozenset({"rds", "rds-cluster"})
"""What an RDS proxy can stand before."""

DRIVERS: Final = frozenset(
    {
        "pymysql",
        "mysql",
        "MySQLdb",
        "aiomysql",
        "mariadb",
        "psycopg",
        "psycopg2",
        "asyncpg",
        "pg8000",
        "sqlalchemy",
        "peewee",
    }
)
"""Modules through which Python talks to these databases."""


@rule(id="FL607", name="database-connections", level=Level.NOTE, visits=Function)
def database_connections(function: Function, graph: Graph, context: Context) -> Iterator[Answer]:
    """A function connects to a database that has no proxy.

    What it does
    Looks at functions in a VPC whose environment or code shows that they use a database of the project: a variable with its
    address, or a database driver that the handler imports. It speaks where no RDS proxy of the project stands before the
    database. Where the function's reserved concurrency is below the connections that the instance takes, all is well.

    Why it matters
    Each execution environment has connections of its own. A burst of invocations uses them up, and the database refuses
    everybody.

    How to fix
    Put an RDS proxy before the database, or limit the function with reserved concurrency to less than the connections that
    the instance takes.

    What it can't know
    Proxies and databases of other projects, the parameters of a parameter group, and how many connections an environment
    opens.

    Sources
    - https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy.html
    - https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html
    - https://docs.aws.amazon.com/lambda/latest/dg/services-rds.html
    """
    used = [one for one in graph.all(Database) if one.family in FAMILIES]
    placed = [placement for placement in placements(function) if not is_empty(placement.subnets)]
    if not used or not placed:
        yield INAPPLICABLE
        return
    bound = {one.resource.id for one in bindings_of(graph, function) if addresses_of(function, one)}
    drives = _drives(function, graph)
    # A driver speaks for a database only where there is no doubt which one it talks to.
    databases_used = [one for one in used if one.id in bound] or (
        used if drives and len(_separate(used, graph)) == 1 else []
    )
    if not databases_used:
        yield INAPPLICABLE
        return
    if graph.openness is not None:
        yield Withheld("a proxy may be in a part of the project that is not on disk", function.span)
        return
    for database in _separate(databases_used, graph):
        if any(boolean_of(leaf) for _, leaf in branches(database.data_api)):
            continue  # Calls of the data API hold no connections.
        if not _has_proxy(graph, database):
            yield from _judge(function, database)


def _drives(function: Function, graph: Graph) -> bool:
    return any(
        one.module.partition(".")[0] in DRIVERS and one.reachable is not Reachable.NO
        for _, handler in graph.handlers_of(function)
        if handler.found is Found.YES
        for one in handler.imports
    )


def _separate(listed: list[Database], graph: Graph) -> list[Database]:
    """Leave out the instances of a cluster that is in the list as well."""
    return [one for one in listed if not any(other in listed for _, other in resolved(graph, one.cluster, Database))]


def _has_proxy(graph: Graph, database: Database) -> bool:
    if not graph.all(Proxy):
        return False
    for target in graph.all(ProxyTarget):
        for value in (target.clusters, target.instances):
            if any(one is database or isinstance(one, Unknown) for _, one in resolved(graph, value, Database)):
                return True
    return not graph.all(ProxyTarget)


def _judge(function: Function, database: Database) -> Iterator[Answer]:
    limit = _limit(database)
    for guard, reserved in branches(function.reserved_concurrency):
        if isinstance(reserved, Unknown):
            yield Withheld(reserved.why, function.at("reserved_concurrency", reserved).span)
            continue
        peak = integer_of(reserved)
        if peak is not None and peak >= 0 and (limit is None or peak <= limit):
            continue
        numbers = (
            f" (up to {peak} at once, of {limit} that the instance takes)"
            if peak is not None and limit is not None
            else (f" (the instance takes about {limit})" if limit is not None else "")
        )
        yield claim(
            function,
            "vpc",
            f"Function '{function.name}' opens connections of its own to the database '{database.name}'{numbers}; put "
            "an RDS proxy before it, or limit the function's concurrency.",
            at=function.here(),
            related=(Location(database.span, f"the database '{database.name}'"),),
            guard=guard,
        )


def _limit(database: Database) -> int | None:
    engine = text_of(database.engine) if isinstance(database.engine, Known) else None
    instance = text_of(database.instance_class) if isinstance(database.instance_class, Known) else None
    if (
        engine is None
        or instance is None
        or not (isinstance(database.parameters, Known) and database.parameters.value is None)
    ):
        return None
    return databases.maximum_connections(engine, instance)
