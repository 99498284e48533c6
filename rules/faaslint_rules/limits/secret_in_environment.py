"""FL108 secret-in-environment."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.check.claims import claim
from faaslint.check.rule import Answer, Context, rule
from faaslint.facts.credentials import credential_in
from faaslint.graph import Graph
from faaslint.model.finding import Level, Withheld
from faaslint.model.nodes import Function
from faaslint.model.read import known_text_parts
from faaslint.model.span import Place
from faaslint.model.value import Unknown, innermost

from .variables import Variables, leaves_of, variables_of


@rule(
    id="FL108",
    name="secret-in-environment",
    level=Level.WARNING,
    visits=Function,
    cwe=(798, 312),
    security_severity=7.5,
)
def secret_in_environment(function: Function, graph: Graph, context: Context) -> Iterator[Answer]:
    """An environment variable of a function holds a credential in plain text.

    What it does
    Looks for values that are credentials by their format: access keys, tokens of well-known services, private keys, and
    connection strings with a password. A long random text is no reason to speak, and references to secrets are fine.

    Why it matters
    The value stands in the repository, in the deployed template, in the console and in each tool that lists functions.

    How to fix
    Revoke the credential, keep the new one in Secrets Manager or Parameter Store, and pass its name.

    What it can't know
    Values that come from parameters without defaults, and secrets without a format of their own.

    Sources
    - https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
    - https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
    """
    for one in variables_of(function):
        if not isinstance(one, Variables):
            yield one
            continue
        guard, variables, _ = one
        if variables.openness is not None:
            yield Withheld(variables.openness.why, variables.openness.where or function.span)
        for name, value in variables.values.items():
            for inner, leaf in leaves_of(value):
                text = known_text_parts(leaf)
                found = credential_in(text) if text is not None else None
                if found is None:
                    if isinstance(leaf, Unknown) and text is None and leaf.symbol is None:
                        yield Withheld(leaf.why, innermost(leaf) or function.span)
                    continue
                span = innermost(leaf) or variables.keys.get(name) or function.span
                yield claim(
                    function,
                    "environment",
                    f"The environment variable {name} of function '{function.name}' is {found} in plain text; "
                    f"revoke it, and pass the name of a secret instead.",
                    value=leaf,
                    at=Place(span, name),
                    guard=guard & inner,
                )
