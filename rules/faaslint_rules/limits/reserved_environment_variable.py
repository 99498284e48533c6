"""FL107 reserved-environment-variable."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.check.claims import claim
from faaslint.check.rule import Answer, Context, rule
from faaslint.facts import limits
from faaslint.graph import Graph
from faaslint.model.finding import Level, Withheld
from faaslint.model.nodes import Function
from faaslint.model.span import Place
from faaslint.model.value import Known, branches

from .variables import Variables, variables_of


@rule(id="FL107", name="reserved-environment-variable", level=Level.ERROR, visits=Function)
def reserved_environment_variable(function: Function, graph: Graph, context: Context) -> Iterator[Answer]:
    """A function sets an environment variable that only Lambda may set, or whose name Lambda refuses.

    What it does
    Looks up the name of each variable among those that Lambda reserves, and checks its characters: a letter, then at least
    one more letter, digit or underscore.

    Why it matters
    Lambda refuses the function, so the deployment fails and rolls back.

    How to fix
    Use another name. Lambda sets the reserved ones itself, with the values that one expects.

    What it can't know
    Names that are made at deployment.

    Sources
    - https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
    """
    for one in variables_of(function):
        if not isinstance(one, Variables):
            yield one
            continue
        guard, variables, environment = one
        if variables.openness is not None:
            yield Withheld(variables.openness.why, variables.openness.where or function.span)
        for name, value in variables.values.items():
            reserved = name in limits.reserved_environment_keys()
            if not reserved and limits.is_environment_key(name):
                continue
            why = "is set by Lambda alone" if reserved else "is no name that Lambda takes"
            what = "leave it out" if reserved else "use two or more characters: a letter, then letters, digits, underscores"
            for inner, leaf in branches(value):
                if isinstance(leaf, Known) and leaf.value is None:
                    continue
                span = variables.keys.get(name) or function.at("environment", environment).span
                yield claim(
                    function,
                    "environment",
                    f"The environment variable {name} of function '{function.name}' {why}, so the deployment fails; {what}.",
                    at=Place(span, name),
                    guard=guard & inner,
                )
