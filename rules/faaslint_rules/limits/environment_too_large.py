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
from faaslint.model.value import Known, Leaf, Reference, Value, branches

from .variables import Variables, variables_of


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
    return min(_bytes(leaf) for _, leaf in branches(value))


def _bytes(leaf: Leaf) -> int:
    text = known_text_parts(leaf)
    return len(text.replace("\0", "").encode()) if text is not None else 0


def _is_unknown(value: Value) -> bool:
    """A reference is the name, URL or ARN of a resource, which is short; an unknown value may be anything."""
    return any(
        not isinstance(leaf, Known) or not isinstance(leaf.value, (str, int, float, Reference))
        for _, leaf in branches(value)
    )
