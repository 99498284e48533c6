"""FL514 stream-not-enabled."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from faaslint.check.claims import claim, withheld
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.graph.identity import kind_of_reference
from faaslint.graph.resolve import resource_behind
from faaslint.model.facts import Found, Reachable
from faaslint.model.finding import INAPPLICABLE, Level
from faaslint.model.guard import Guard
from faaslint.model.nodes import EventSourceMapping, Table
from faaslint.model.read import boolean_of, known_text_parts, text_of
from faaslint.model.span import Location
from faaslint.model.value import Known, Leaf, Reference, Unknown, branches, is_absent, jointly

IMAGES: Final = {
    "NewImage": ("NEW_IMAGE", "NEW_AND_OLD_IMAGES"),
    "OldImage": ("OLD_IMAGE", "NEW_AND_OLD_IMAGES"),
}
"""The views of a stream whose records have an image."""


@rule(
    id="FL514",
    name="stream-not-enabled",
    level=Level.ERROR,
    visits=EventSourceMapping,
    references=("https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html",),
)
def stream_not_enabled(mapping: EventSourceMapping, graph: Graph, context: Context) -> Iterator[Answer]:
    """A mapping reads a table that has no stream, or not the one that the handler needs.

    What it does
    Checks the mappings of DynamoDB tables: the source is the ARN of the table's stream and not of the table, the table has
    a stream, and the stream's view has the images that the handler reads without a default.

    Why it matters
    Without a stream the deployment fails. With a view that lacks an image, the handler raises `KeyError` on every batch,
    which is retried until the records expire.

    How to fix
    Give the table a stream with the view that the handler needs, and name the stream's ARN (`!GetAtt Table.StreamArn`,
    `aws_dynamodb_table.<name>.stream_arn`) in the mapping.

    What it can't know
    Tables outside the project, and what handlers do that can't be followed.

    Sources
    - https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
    - https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_StreamSpecification.html
    """
    asked = False
    for guard, leaf in branches(mapping.source):
        given = guard & mapping.guard
        if not given.satisfiable():
            continue
        if isinstance(leaf, Unknown):
            asked = True
            yield withheld(leaf, mapping)
            continue
        text = known_text_parts(leaf) or ""
        table = resource_behind(graph, leaf, Table)
        if not isinstance(table, Table) and ":dynamodb:" not in text:
            continue
        asked = True
        if _names_table(graph, leaf, text):
            yield claim(
                mapping,
                "source",
                f"Event source mapping '{mapping.name}' names a DynamoDB table, and only the table's stream can be polled; "
                "name the ARN of its stream.",
                value=leaf,
                related=[Location(table.span, "the table")] if isinstance(table, Table) else [],
                guard=given,
            )
        elif isinstance(table, Table):
            yield from _check(mapping, table, leaf, given & table.guard, graph)
    if not asked:
        yield INAPPLICABLE


def _names_table(graph: Graph, leaf: Known, text: str) -> bool:
    content = leaf.value
    if isinstance(content, Reference):
        return kind_of_reference(graph, content) == "arn"
    return ":table/" in text and "/stream/" not in text and "\0" not in text.partition(":table/")[2]


def _check(mapping: EventSourceMapping, table: Table, source: Leaf, given: Guard, graph: Graph) -> Iterator[Answer]:
    route = [
        Location(table.span, f"table '{table.name}'"),
        Location(mapping.span, f"event source mapping '{mapping.name}'"),
    ]
    # Terraform has a switch beside the view; CloudFormation makes a stream where a view is named.
    switched = not is_absent(table.stream_enabled) or table.type.startswith("aws_")
    for guard, (enabled, view) in jointly(table.stream_enabled, table.stream_view, given=given):
        decisive = enabled if switched else view
        if isinstance(decisive, Unknown):
            yield withheld(decisive, mapping)
        elif (boolean_of(decisive) is not True) if switched else decisive.value is None:
            attribute = "stream_enabled" if switched else "stream_view"
            yield claim(
                table,
                attribute,
                f"Table '{table.name}' has no stream, and the event source mapping '{mapping.name}' polls it; "
                f"set its {table.spellings.get(attribute, attribute)}.",
                value=decisive,
                related=[Location(mapping.at("source", source).span, "the mapping that polls the stream")],
                route=route,
                guard=guard,
            )
        elif isinstance(view, Known):
            yield from _images(mapping, table, view, guard, route, graph)


def _images(
    mapping: EventSourceMapping, table: Table, view: Known, given: Guard, route: list[Location], graph: Graph
) -> Iterator[Answer]:
    shown = text_of(view)
    for called, function, _ in graph.functions_called_by(mapping):
        for runs, handler in graph.handlers_of(function):
            guard = given & called & runs & function.guard
            if handler.found is not Found.YES or shown is None or not guard.satisfiable():
                continue
            for read in handler.events:
                image = read.path[-1] if len(read.path) == 4 and read.path[:1] == ("Records",) else ""
                if image not in IMAGES or read.path[2] != "dynamodb" or shown in IMAGES[image]:
                    continue
                tested = any(path[-1:] == (image,) for path in handler.event_tests)
                if read.required and not read.protected and read.reachable is Reachable.YES and not tested:
                    yield claim(
                        table,
                        "stream_view",
                        f"Table '{table.name}' has a stream of {shown}, and function '{function.name}' reads '{image}', "
                        f"which its records lack; set the view to {IMAGES[image][1]}.",
                        value=view,
                        related=[Location(read.span, f"reads '{image}'")],
                        route=[
                            *route,
                            Location(function.span, f"function '{function.name}'"),
                            Location(read.span, f"reads '{image}'"),
                        ],
                        guard=guard,
                    )
                    return
