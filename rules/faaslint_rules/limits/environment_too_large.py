"""FL106 environment-too-large."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.check.claims import claim
from faaslint.check.rule import Answer, Context, rule
from faaslint.facts import limits
from faaslint.graph import Graph
from faaslint.model.finding import Level, Withheld
from faaslint.model.nodes import Function
from faaslint.model.read import known_text_parts
from faaslint.model.value import Fields, Items, Known, Leaf, Pattern, Reference, Value, branches

from .variables import Variables, leaves_of, variables_of


@rule(id="FL106", name="environment-too-large", level=Level.ERROR, visits=Function)
def environment_too_large(function: Function, graph: Graph, context: Context) -> Iterator[Answer]:
    """The environment variables of a function are larger than Lambda takes.

    What it does
    Adds up the keys and values of a function's environment variables, in bytes. References and parts that are only known
    at deployment count nothing, so the sum is the least that it can be.

    Why it matters
    Lambda refuses more than 4 KB in all, so the deployment fails and rolls back.

    How to fix
    Keep large values in Parameter Store, AppConfig or a file of the package, and pass their name.

    What it can't know
    Values that come from parameters without defaults or from other stacks: then it speaks only if the rest is too large.

    Sources
    - https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
    """
    limit = limits.environment_bytes()
    for one in variables_of(function):
        if not isinstance(one, Variables):
            yield one
            continue
        guard, variables, environment = one
        size = sum(len(name.encode()) + _least_bytes(value) for name, value in variables.values.items())
        if size > limit:
            yield claim(
                function,
                "environment",
                f"The environment variables of function '{function.name}' take at least {size} bytes and Lambda takes "
                f"{limit}; keep large values elsewhere and pass their names.",
                value=environment,
                guard=guard,
            )
        elif variables.openness is not None or any(_is_unknown(value) for value in variables.values.values()):
            yield Withheld("the size of a variable is known only at deployment", function.at("environment").span)


def _least_bytes(value: Value) -> int:
    """The size of a variable in its smallest alternative. JSON in a text counts with its quotes and separators."""
    size = 0
    pending = [(value, 0)]
    while pending:
        one, quotes = pending.pop()
        if isinstance(one, Known) and isinstance(one.value, Fields):
            size += 2 + sum(len(name.encode()) + len('"":,') for name in one.value.values) - bool(one.value.values)
            pending += [(content, 2) for content in one.value.values.values()]
        elif isinstance(one, Known) and isinstance(one.value, Items):
            certain = [item.value for item in one.value.items if item.guard.always]
            size += 2 + len(certain) - bool(certain)
            pending += [(content, 2) for content in certain]
        else:
            size += min(_bytes(leaf, quotes) for _, leaf in branches(one))
    return size


def _bytes(leaf: Leaf, quotes: int) -> int:
    text = known_text_parts(leaf)
    if text is None:
        return 0
    written = isinstance(leaf, Known) and isinstance(leaf.value, (str, Pattern))
    return len(text.replace("\0", "").encode()) + (quotes if written else 0)


def _is_unknown(value: Value) -> bool:
    """A reference is the name, URL or ARN of a resource, which is short; an unknown value may be anything."""
    for _, leaf in leaves_of(value):
        if not isinstance(leaf, Known) or not isinstance(
            leaf.value, (str, int, float, Reference, Fields, Items, type(None))
        ):
            return True
        if isinstance(leaf.value, (Fields, Items)) and leaf.value.openness is not None:
            return True
    return False
