"""FL414 cross-account-invocation."""

from __future__ import annotations

import re
from collections.abc import Iterator

from faaslint.check.claims import claim, withheld
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.model.finding import INAPPLICABLE, Level, Withheld
from faaslint.model.nodes import Function, Origin, Permission
from faaslint.model.read import known_text_parts
from faaslint.model.span import Location, Place
from faaslint.model.value import Leaf, Unknown, branches

from .principals import is_service, principal_text


@rule(
    id="FL414",
    name="cross-account-invocation",
    level=Level.NOTE,
    visits=Permission,
    profile="strict",
    references=("https://docs.aws.amazon.com/lambda/latest/dg/permissions-function-cross-account.html",),
    cwe=(284,),
)
def cross_account_invocation(permission: Permission, graph: Graph, context: Context) -> Iterator[Answer]:
    """A permission lets another account call the function.

    What it does
    Looks for permissions whose principal is an account by its number, or a user or role of one. The account is the stack's
    own where it is `AWS::AccountId`, or where the function's role belongs to it.

    Why it matters
    Whoever administers that account decides who of it calls the function, and none of your own policies limits them.

    How to fix
    Check that the account should still call. Name a role of it instead of the whole account.

    What it can't know
    The number of the account that the project is deployed to, where nothing in it says so.

    Sources
    - https://docs.aws.amazon.com/lambda/latest/dg/permissions-function-cross-account.html
    """
    asked = False
    for guard, leaf in branches(permission.principal):
        who = principal_text(leaf)
        if permission.origin is not Origin.USER or who == "account" or (who is not None and is_service(who)):
            continue
        account = _account(leaf)
        if account is None:
            if who is None:
                asked = True
                yield (
                    withheld(leaf, permission)
                    if isinstance(leaf, Unknown)
                    else Withheld("the principal can't be known", permission.span)
                )
            continue
        asked = True
        functions = [function for _, function, _ in graph.functions_called_by(permission)]
        if any(account in _accounts(function) for function in functions):
            continue
        yield claim(
            permission,
            "principal",
            f"Permission '{permission.name}' lets account {account} call the function; check that it should, and name a "
            "role of it instead of the whole account.",
            at=Place(leaf.trail[0] if leaf.trail else permission.span, permission.spellings["principal"]),
            related=[Location(function.span, f"the function '{function.name}'") for function in functions],
            guard=guard,
        )
    if not asked:
        yield INAPPLICABLE


def _account(leaf: Leaf) -> str | None:
    text = known_text_parts(leaf) or ""
    if text.isdigit() and len(text) == 12:
        return text
    found = re.match(r"arn:[^:]*:(?:iam|sts)::(\d{12}):", text)
    return found[1] if found else None


def _accounts(function: Function) -> set[str]:
    """A function's role belongs to the account of the function."""
    return {account for _, leaf in branches(function.role) if (account := _account(leaf)) is not None}
