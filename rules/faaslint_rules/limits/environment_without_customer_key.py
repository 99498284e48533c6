"""FL109 environment-without-customer-key."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.check.claims import claim, withheld
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.model.finding import INAPPLICABLE, Level
from faaslint.model.nodes import Function
from faaslint.model.value import Fields, Known, Unknown, jointly


@rule(
    id="FL109",
    name="environment-without-customer-key",
    level=Level.NOTE,
    visits=Function,
    profile="strict",
    cwe=(311,),
    security_severity=2.0,
)
def environment_without_customer_key(function: Function, graph: Graph, context: Context) -> Iterator[Answer]:
    """A function's environment variables are encrypted with a key that you don't control.

    What it does
    Looks for functions with environment variables and without a KMS key of their own. An environment without
    a variable, and a key without an environment, are left alone.

    Why it matters
    Lambda encrypts the variables in any case. With a customer-managed key you decide, and see in CloudTrail, who reads
    them; some rules of compliance ask for that.

    How to fix
    Set a KMS key on the function, and let its role decrypt with it.

    What it can't know
    A key or variables that are known only at deployment.

    Sources
    - https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars-encryption.html
    """
    for guard, (environment, key) in jointly(function.environment, function.kms_key, given=function.guard):
        if isinstance(environment, Known) and not (isinstance(environment.value, Fields) and _has_any(environment.value)):
            yield INAPPLICABLE
            continue
        unknown = next((leaf for leaf in (key, environment) if isinstance(leaf, Unknown)), None)
        if unknown is not None:
            yield withheld(unknown, function)
        elif isinstance(key, Known) and key.value is None:
            yield claim(
                function,
                "environment",
                f"The environment variables of function '{function.name}' are encrypted with AWS's key; "
                f"set {function.spellings['kms_key']} to a key of your own.",
                value=environment,
                guard=guard,
            )


def _has_any(variables: Fields) -> bool:
    return bool(variables.values) or variables.openness is not None
