"""FL415 plain-event-source-token."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from faaslint.check.claims import claim, withheld
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.model.finding import INAPPLICABLE, Level
from faaslint.model.nodes import Origin, Permission
from faaslint.model.read import text_of
from faaslint.model.span import Place
from faaslint.model.value import Unknown, jointly

from .principals import principal_text

SKILL: Final = "amzn1.ask.skill."
"""How the id of an Alexa skill begins, which is no secret."""


@rule(
    id="FL415",
    name="plain-event-source-token",
    level=Level.WARNING,
    visits=Permission,
    references=("https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-lambda-permission.html",),
    cwe=(441, 312),
    security_severity=4.0,
)
def plain_event_source_token(permission: Permission, graph: Graph, context: Context) -> Iterator[Answer]:
    """An Alexa permission has no token, or a token stands in plain text.

    What it does
    Checks that a permission for Alexa (`alexa-appkit.amazon.com`, `alexa-connectedhome.amazon.com`) sets an
    `EventSourceToken`, and that a token which is no skill id does not stand in the files.

    Why it matters
    Without the skill's id, every skill of every developer may call the function. A token that is no skill id is a secret
    between the function and its caller: who reads the repository can call too.

    How to fix
    Set `EventSourceToken` to the id of the skill (`amzn1.ask.skill.…`). Give another token by a parameter without default,
    or a reference to Secrets Manager.

    What it can't know
    Whether the handler checks the skill's id itself.

    Sources
    - https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-lambda-permission.html
    - https://developer.amazon.com/en-US/docs/alexa/custom-skills/host-a-custom-skill-as-an-aws-lambda-function.html
    """
    asked = False
    for guard, (principal, token) in jointly(permission.principal, permission.event_source_token, given=permission.guard):
        who = principal_text(principal) or ""
        is_alexa = who.startswith("alexa-") and who.endswith(".amazon.com")
        if permission.origin is not Origin.USER or not (is_alexa or isinstance(token, Unknown) or token.value is not None):
            continue
        asked = True
        text = text_of(token)
        if isinstance(token, Unknown):
            if is_alexa:
                yield withheld(token, permission)
        elif token.value is None or text == "":
            yield claim(
                permission,
                "event_source_token",
                f"Permission '{permission.name}' lets every Alexa skill call the function; set "
                f"{permission.spellings['event_source_token']} to the id of your skill.",
                at=Place(principal.trail[0] if principal.trail else permission.span, permission.spellings["principal"]),
                guard=guard,
            )
        elif text is not None and not text.startswith(SKILL):
            yield claim(
                permission,
                "event_source_token",
                f"Permission '{permission.name}' holds its event source token in plain text; give it by a parameter without "
                "default, or from a secret.",
                value=token,
                guard=guard,
            )
    if not asked:
        yield INAPPLICABLE
