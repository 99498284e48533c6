"""What is known of an ARN before its resource exists: the service, and what kind of resource it names.

Modules choose by it (``regexall(":sqs:", var.source)``). The question is put to several ARNs that the resource may get; what
they all answer is known.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

from ....model.span import Span
from ....model.value import Items, Known, Leaf, Reference
from ..leaves import as_items, text_of, unknown
from .failure import Fails

_FORMS: Final = {
    "aws_cloudwatch_event_bus.arn": "events:{region}:{account}:event-bus/{name}",
    "aws_docdb_cluster.arn": "rds:{region}:{account}:cluster:{name}",
    "aws_dynamodb_table.arn": "dynamodb:{region}:{account}:table/{name}",
    "aws_dynamodb_table.stream_arn": "dynamodb:{region}:{account}:table/{name}/stream/{name}",
    "aws_kinesis_firehose_delivery_stream.arn": "firehose:{region}:{account}:deliverystream/{name}",
    "aws_kinesis_stream.arn": "kinesis:{region}:{account}:stream/{name}",
    "aws_kinesis_stream_consumer.arn": "kinesis:{region}:{account}:stream/{name}/consumer/n:1",
    "aws_kinesis_stream_consumer.id": "kinesis:{region}:{account}:stream/{name}/consumer/n:1",
    "aws_kms_key.arn": "kms:{region}:{account}:key/{name}",
    "aws_lambda_alias.arn": "lambda:{region}:{account}:function:{name}:{name}",
    "aws_lambda_function.arn": "lambda:{region}:{account}:function:{name}",
    "aws_mq_broker.arn": "mq:{region}:{account}:broker:{name}:{name}",
    "aws_msk_cluster.arn": "kafka:{region}:{account}:cluster/{name}/{name}",
    "aws_s3_bucket.arn": "s3:::{name}",
    "aws_sfn_state_machine.arn": "states:{region}:{account}:stateMachine:{name}",
    "aws_sns_topic.arn": "sns:{region}:{account}:{name}",
    "aws_sns_topic.id": "sns:{region}:{account}:{name}",
    "aws_sqs_queue.arn": "sqs:{region}:{account}:{name}",
}
"""Resource type and attribute to what follows the partition. Source: the resource types of the Service Authorization
Reference."""

_PLACES: Final = (("aws", "r1", "1"), ("b", "r2", "2"))
"""Partition, region and account that the question is put with: short, because expressions may take only so many steps."""

_WORD: Final = r"[A-Za-z0-9_-]+"
_TYPE: Final = r"(?:^|\.)(aws_\w+)\.[\w-]+(?:\[[^\]]*\])?$"


def answer(function: Callable[[Sequence[Leaf], Span], Leaf | None], leaves: Sequence[Leaf], span: Span) -> Leaf | None:
    """Return what a function says of an ARN whatever the region, account and name are, None where that differs.

    Raises Fails where the function fails on all of them.
    """
    places = [place for place, leaf in enumerate(leaves) if isinstance(leaf, Known) and isinstance(leaf.value, Reference)]
    if len(places) != 1:
        return None
    (place,) = places
    words = _words([leaf for leaf in leaves if leaf is not leaves[place]])
    arns = _arns(leaves[place], words) if words is not None else []
    found: list[Leaf] = []
    failures: list[Fails] = []
    for arn in arns:
        try:
            result = function([*leaves[:place], Known(arn, leaves[place].trail), *leaves[place + 1 :]], span)
        except Fails as failure:
            failures.append(failure)
            continue
        if result is None:
            return None
        found.append(result)
    if failures and not found:
        raise failures[0]
    return _common(found, span) if found and not failures else None


def _words(questions: Sequence[Leaf]) -> set[str] | None:
    """Return the words of a question, None where it may be about the region, the account or a name."""
    words: set[str] = set()
    for leaf in questions:
        text = text_of(leaf)
        if text is None or not re.fullmatch(r"[.*+?^$:/|()\[\]]*", re.sub(_WORD, "", text)):
            return None
        words.update(re.findall(_WORD, text))
    fixed = {"arn", "aws"}
    for form in _FORMS.values():
        fixed.update(re.findall(r"[A-Za-z][A-Za-z0-9-]+", form.format(region="", account="", name="")))
    return words if words <= fixed else None


def _arns(leaf: Leaf, words: set[str]) -> list[str]:
    content = leaf.value if isinstance(leaf, Known) else None
    kind = re.search(_TYPE, content.address) if isinstance(content, Reference) else None
    form = _FORMS.get(f"{kind.group(1)}.{content.attribute}") if kind and isinstance(content, Reference) else None
    if form is None:
        return []
    # A name may be any of the words, too.
    return [
        f"arn:{partition}:{form.format(region=region, account=account, name=name)}"
        for partition, region, account in _PLACES
        for name in ("n", "a-b.c_d", *sorted(words))
    ]


def _common(found: Sequence[Leaf], span: Span) -> Leaf | None:
    """Return what all results are; of lists of one length, the members that are the same."""
    first = found[0]
    if all(one == first for one in found):
        return first
    lists = [one.value for one in found if isinstance(one, Known) and isinstance(one.value, Items)]
    if len(lists) != len(found) or len({len(one.items) for one in lists}) != 1:
        return None
    members = zip(*(one.items for one in lists), strict=True)
    unclear = unknown("a part of an ARN is known only when Terraform runs", span)
    return Known(as_items(same[0].value if all(one == same[0] for one in same) else unclear for same in members), (span,))
