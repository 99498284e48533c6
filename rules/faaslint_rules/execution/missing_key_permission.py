"""FL320 missing-key-permission."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.check.claims import claim
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.model.finding import INAPPLICABLE, Level, Withheld
from faaslint.model.nodes import Function
from faaslint.model.span import Place
from faaslint.privilege.calls import named_by
from faaslint.privilege.configuration import ConfigurationNeed
from faaslint.privilege.keys import is_key_action
from faaslint.privilege.needs import needs_of_function

from .granted import listed
from .lacking import lacking_for


@rule(
    id="FL320",
    name="missing-key-permission",
    level=Level.WARNING,
    visits=Function,
    references=("https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html",),
)
def missing_key_permission(function: Function, graph: Graph, context: Context) -> Iterator[Answer]:
    """A function works with a resource whose customer key its role can't use.

    What it does
    Follows the calls of the code, the event sources and the targets of a function to queues, topics, streams, tables,
    buckets and secrets that are encrypted with a customer key, and checks that the role may use that key: `kms:Decrypt` to
    read (tables: to write as well), `kms:GenerateDataKey` to write. Keys that AWS manages (`alias/aws/…`) need
    nothing, and neither does the key of the environment variables: whoever deploys the function grants its role that.

    Why it matters
    The call to the resource is allowed, and is denied all the same, by the key.

    How to fix
    Allow the actions on the key, in the role's policy or in the key's own.

    What it can't know
    Keys outside the project by an alias, and key policies that can't be read.

    Sources
    - https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
    - https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
    - https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
    - https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html
    - https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
    """
    needs = [
        ConfigurationNeed(need.action, need.resource, need.certain, need.guard, need.span, need.why, need.others)
        for need in needs_of_function(function, graph).required
        if is_key_action(need.action)
        and (need.call is None or need.call.service != "kms")
        and need.by_key
        and not need.advised
    ]
    if not needs:
        yield INAPPLICABLE
        return
    if not any(need.certain for need in needs):
        yield Withheld("which key it is can't be known", needs[0].span)
    for found in lacking_for(function, graph, needs):
        if isinstance(found, Withheld):
            yield found
            continue
        first = found.needs[0]
        key = named_by(first.resource, graph)
        which = f"the key '{key.name}'" if key is not None else "the customer key"
        yield claim(
            function,
            "",
            f"Function '{function.name}' may not use {which} {_for(first)}: its role does not allow "
            f"{listed(found.actions)}; allow this on the key.",
            at=Place(found.span, ""),
            related=found.related(key, "key"),
            route=found.route(function),
            guard=found.guard,
        )


def _for(need: ConfigurationNeed) -> str:
    return (
        need.why if need.why.startswith("to ") else f"that {need.why.replace(' with the customer key of ', ' takes for ')}"
    )
