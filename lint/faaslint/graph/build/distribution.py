"""What a CloudFront distribution's cache behaviours run: Lambda@Edge functions and CloudFront Functions."""

from __future__ import annotations

from typing import Any, Final

from ...load.resource import Resource
from ...model.edges import Edge, EdgeKind
from ...model.nodes import CloudFrontFunctionAssociation, Distribution, EdgeAssociation, Node
from ...model.read import elements, entry, field
from ...model.value import Fields, Known
from ..graph import Graph

_DEFAULT: Final = ("DistributionConfig.DefaultCacheBehavior", "default_cache_behavior")
_OTHERS: Final = ("DistributionConfig.CacheBehaviors", "ordered_cache_behavior")
_PATH: Final = ("PathPattern", "path_pattern")
_EVENT: Final = ("EventType", "event_type")
_LAMBDA: Final = ("LambdaFunctionAssociations", "lambda_function_association")
_LAMBDA_ARN: Final = ("LambdaFunctionARN", "lambda_arn")
_BODY: Final = ("IncludeBody", "include_body")
_FUNCTION: Final = ("FunctionAssociations", "function_association")
_FUNCTION_ARN: Final = ("FunctionARN", "function_arn")


def add_associations(graph: Graph, distribution: Distribution, resource: Resource, column: int) -> None:
    """Add a node for each association of each cache behaviour."""
    properties = Known(resource.properties)
    count = 0
    for label, behaviours in (("default behaviour", _DEFAULT), ("behaviour", _OTHERS)):
        for outer, behaviour in elements(field(properties, behaviours[column])):
            pattern = entry(behaviour, _PATH[column])
            described = f"{label} {pattern.value}" if isinstance(pattern, Known) and pattern.value else label
            for lists, target, kind in ((_LAMBDA, _LAMBDA_ARN, EdgeAssociation), (_FUNCTION, _FUNCTION_ARN, None)):
                for inner, association in elements(entry(behaviour, lists[column])):
                    if not (isinstance(association, Known) and isinstance(association.value, Fields)):
                        continue
                    function = entry(association, target[column])
                    common: dict[str, Any] = {
                        "id": f"{distribution.id}/association[{count}]",
                        "name": distribution.name,
                        "type": distribution.type,
                        "span": function.trail[0] if function.trail else distribution.span,
                        "guard": distribution.guard & outer & inner,
                        "origin": distribution.origin,
                        "distribution": distribution.id,
                        "event_type": entry(association, _EVENT[column]),
                        "function": function,
                        "behaviour": described,
                    }
                    spellings = {"event_type": _EVENT[column], "function": target[column]}
                    node: Node
                    if kind is EdgeAssociation:
                        node = EdgeAssociation(
                            **common,
                            spellings={**spellings, "include_body": _BODY[column]},
                            include_body=entry(association, _BODY[column]),
                        )
                    else:
                        node = CloudFrontFunctionAssociation(**common, spellings=spellings)
                    count += 1
                    graph.add(node)
                    graph.connect(Edge(kind=EdgeKind.ASSOCIATED_AT, source=distribution, target=node))
