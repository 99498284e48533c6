"""Who a permission lets in: the principal's text, as far as it can be known."""

from __future__ import annotations

import re
from typing import Final

from faaslint.facts.event_sources import canonical_principal, push_sources
from faaslint.iam.match import Answer, action_matches
from faaslint.model.read import text_of
from faaslint.model.value import Known, Leaf, Pattern, Reference, Unknown

EVERYONE: Final = "*"
INVOKE: Final = "lambda:InvokeFunction"
INVOKE_BY_URL: Final = "lambda:InvokeFunctionUrl"

_ACCOUNT: Final = re.compile(r"\d{12}")
_OWN_ACCOUNT: Final = frozenset({"AWS::AccountId"})


def principal_text(leaf: Leaf) -> str | None:
    """Return a principal's text, service principals in their common form; None where it can't be known.

    The account of the deployment itself reads ``account``, whatever its number.
    """
    if isinstance(leaf, Unknown):
        return "account" if leaf.symbol in _OWN_ACCOUNT else None
    content = leaf.value
    if isinstance(content, Pattern):
        return _built(content)
    if isinstance(content, Reference):
        # Whatever of a resource can stand here, a user's or a role's ARN: never a service.
        return f"arn:{content.address}"
    text = text_of(leaf)
    return canonical_principal(text) if text and is_service(text) else text


def _built(pattern: Pattern) -> str | None:
    """A service principal may leave its region or its suffix open: ``logs.${AWS::Region}.amazonaws.com``."""
    parts = pattern.parts
    first = parts[0]
    if not isinstance(first, str):
        return None
    if first.startswith("arn:"):
        return first
    if first.endswith(".") and len(parts) == 2:
        return canonical_principal(first + "amazonaws.com")
    if first.endswith(".") and len(parts) == 3 and isinstance(parts[2], str) and parts[2].startswith(".amazonaws.com"):
        return canonical_principal(first.rstrip(".") + parts[2])
    return None


def is_service(principal: str) -> bool:
    """Return whether a principal is a service of AWS, or Alexa."""
    return principal.endswith((".amazonaws.com", ".amazonaws.com.cn", ".amazon.com"))


def is_account(principal: str) -> bool:
    """Return whether a principal is an account, or a user or role of one."""
    return principal == "account" or principal.startswith("arn:") or _ACCOUNT.fullmatch(principal) is not None


def lets_invoke(action: Leaf) -> Answer:
    """Return whether an action of a permission covers calling the function."""
    return action_matches(action, INVOKE)


def lets_invoke_by_url(action: Leaf) -> Answer:
    """Return whether an action of a permission covers calling the function through its URL."""
    return action_matches(action, INVOKE_BY_URL)


OF_ONE_SERVICE: Final = frozenset({"events", "execute-api", "s3", "sns"})
"""Services whose resources only they themselves call for, whoever else is named."""


def owns(principal: str, arn_service: str) -> bool | None:
    """Return whether the events of a service principal come from resources of a service; None where that is not certain."""
    sources = [source for source in push_sources().values() if principal in source.principals]
    if not sources and arn_service in OF_ONE_SERVICE:
        return False
    if not sources or not all(source.verified and source.source_arn_services for source in sources):
        return None
    return any(arn_service in source.source_arn_services for source in sources)


def is_scoped(scope: Leaf) -> bool:
    """Return whether a scope of a permission is set. The account's own number is not known here, but there it is."""
    if isinstance(scope, Unknown):
        return scope.symbol is not None and ("AccountId" in scope.symbol or "account_id" in scope.symbol)
    return scope.value not in (None, "")


def is_plain_text(leaf: Leaf) -> bool:
    """Return whether a value is text that the files hold in full."""
    return isinstance(leaf, Known) and isinstance(leaf.value, str) and leaf.value != ""
