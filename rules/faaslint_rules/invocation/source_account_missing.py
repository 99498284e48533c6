"""FL403 source-account-missing."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.check.claims import claim, withheld
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.iam.match import Answer as Covers
from faaslint.model.finding import INAPPLICABLE, Level
from faaslint.model.nodes import Bucket, Origin, Permission
from faaslint.model.read import known_text_parts, text_of
from faaslint.model.span import Location, Place
from faaslint.model.value import Known, Leaf, Unknown, branches, jointly

from .principals import is_scoped, is_service, lets_invoke, principal_text
from .sources import nodes_in, source_form


@rule(
    id="FL403",
    name="source-account-missing",
    level=Level.WARNING,
    visits=Permission,
    references=("https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html",),
    cwe=(441,),
    security_severity=4.0,
)
def source_account_missing(permission: Permission, graph: Graph, context: Context) -> Iterator[Answer]:
    """A permission names a bucket, but not the account that must own it.

    What it does
    Looks for permissions whose `SourceArn` carries no account, as a bucket's ARN does, and that set neither `SourceAccount`
    nor an organisation. Where the bucket is created in the same project it is a note: there it is missed only after the
    bucket is deleted.

    Why it matters
    A bucket's name is free again once the bucket is deleted. Whoever creates one of that name, in any account, may then call
    the function with events of theirs.

    How to fix
    Set `SourceAccount` to the account of the bucket beside `SourceArn`: in CloudFormation `!Ref AWS::AccountId`, in
    Terraform `data.aws_caller_identity.current.account_id`.

    What it can't know
    Whether the bucket will ever be deleted.

    Sources
    - https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html
    - https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
    """
    if permission.origin is not Origin.USER:
        yield INAPPLICABLE
        return
    asked = False
    values = (
        permission.principal,
        permission.action,
        permission.source_arn,
        permission.source_account,
        permission.organization,
    )
    for guard, (principal, action, arn, account, organization) in jointly(*values, given=permission.guard):
        who = principal_text(principal)
        if lets_invoke(action) is Covers.NO or (who is not None and not is_service(who)):
            continue
        if isinstance(arn, Unknown):
            if who == "s3.amazonaws.com" and not is_scoped(account):
                asked = True
                yield withheld(arn, permission)
            continue
        if not _has_no_account(graph, arn):
            continue
        asked = True
        if is_scoped(account) or is_scoped(organization):
            continue
        unknown = next((one for one in (principal, account, organization) if isinstance(one, Unknown)), None)
        if unknown is not None:
            yield withheld(unknown, permission)
            continue
        buckets = [node for _, node in nodes_in(graph, arn) if isinstance(node, Bucket)] or _called(graph, arn)
        attribute = permission.spellings["source_account"]
        yield claim(
            permission,
            "source_arn",
            f"Permission '{permission.name}' names a bucket, which may belong to any account; set {attribute} to the "
            "account that owns it.",
            at=Place(arn.trail[0] if arn.trail else permission.span, permission.spellings["source_arn"]),
            related=[Location(bucket.span, f"the bucket '{bucket.name}'") for bucket in buckets],
            level=Level.NOTE if buckets else None,
            guard=guard,
        )
    if not asked:
        yield INAPPLICABLE


def _called(graph: Graph, arn: Known) -> list[Bucket]:
    """Return the buckets of the project that have the name which an ARN ends with."""
    name = (known_text_parts(Known(source_form(graph, arn.value))) or "").rpartition(":")[2]
    return [one for one in graph.all(Bucket) if name and any(text_of(leaf) == name for _, leaf in branches(one.bucket_name))]


def _has_no_account(graph: Graph, arn: Known) -> bool:
    form: Leaf = Known(source_form(graph, arn.value))
    fields = (known_text_parts(form) or "").split(":", 5)
    return len(fields) == 6 and fields[0] == "arn" and fields[2] == "s3" and fields[4] == ""
