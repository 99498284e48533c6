"""Policies of resources themselves, which may let a role in beside what the role's own policies say."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final

from ..graph import Graph
from ..graph.identity import canonical
from ..graph.queries import statements_on
from ..iam.grants import action_coverage, coverage
from ..iam.match import Answer
from ..model.edges import EdgeKind
from ..model.finding import Withheld
from ..model.guard import ALWAYS, Guard
from ..model.nodes import Function, Node, Permission, ResourcePolicy, Role, Statement
from ..model.read import elements, known_text_parts, text_of
from ..model.value import Fields, Known, Leaf, Pattern, Reference, Unknown, branches, is_absent
from .distinct import distinct
from .grants import region_of

UNREAD: Final = {
    "s3": ("AWS::S3::AccessPoint", "aws_s3_access_point", "aws_s3control_access_point_policy"),
    "kms": ("aws_kms_grant",),
    "lambda": ("AWS::Lambda::ResourcePolicy",),
}
"""Resource types that may let a role in and that are not read, by the service of the action."""

SERVICES: Final = {
    "s3": "bucket",
    "sqs": "queue",
    "sns": "topic",
    "kms": "key",
    "secretsmanager": "secret",
    "dynamodb": "table dynamodb",
    "kinesis": "stream kinesis",
    "events": "bus event",
    "elasticfilesystem": "filesystem efs",
    "execute-api": "api",
    "acm-pca": "acmpca",
    "aps": "aps prometheus",
    "ecr-public": "ecrpublic",
    "es": "elasticsearch opensearch",
    "kafka": "msk",
    "logs": "logs cloudwatchlog",
    "network-firewall": "networkfirewall",
    "redshift-serverless": "redshift",
    "s3-object-lambda": "objectlambda",
    "vpc-lattice": "vpclattice",
}
"""Words in the types of the policies that speak of a service's resources."""


def lets_in(action: str, role: Role, graph: Graph, node: Node | None, resource: Leaf | None = None) -> Answer:
    """Return whether a resource's own policy lets a role do something.

    ``node`` is the resource of the project that the action is for, where it is known, ``resource`` its ARN. MAYBE where a
    policy can't be read, has a condition, or may be of the resource that is meant.
    """
    service = action.partition(":")[0].lower()
    if any(one.type in UNREAD.get(service, ()) for one in graph.nodes.values()):
        return Answer.MAYBE
    if service == "lambda":
        return _by_permission(node, graph)
    if service == "sts":
        return _by_trust(action, role, graph, node, resource)
    if node is not None:
        found = statements_on(graph, node)
        answers = {_allows(statement, guard, action, role, resource, graph) for guard, _, statement in found.statements}
        if Answer.YES in answers:
            return Answer.YES
        if Answer.MAYBE in answers or (found.openness is not None and found.openness is not graph.openness):
            return Answer.MAYBE
        return Answer.NO
    for policy in graph.all(ResourcePolicy):
        if not _is_of(policy, service):
            continue
        if policy.openness is not None:
            return Answer.MAYBE
        for edge in graph.out(policy, EdgeKind.GRANTS):
            if isinstance(edge.target, Statement):
                answer = _allows(edge.target, edge.guard, action, role, None, graph)
                if answer is not Answer.NO:
                    return Answer.MAYBE
    return Answer.NO


def _is_of(policy: ResourcePolicy, service: str) -> bool:
    words = SERVICES.get(service, service).split()
    kind = policy.type.lower().replace("_", "").replace("::", "")
    return any(word in kind for word in words)


def _by_permission(node: Node | None, graph: Graph) -> Answer:
    """Permissions on functions: most are for services, and say nothing about roles."""
    for permission in graph.all(Permission):
        texts = [known_text_parts(leaf) or "" for _, leaf in branches(permission.principal)]
        if all(".amazonaws.com" in text or ".amazon.com" in text for text in texts):
            continue
        called = [function for _, function, _ in graph.functions_called_by(permission)]
        if not isinstance(node, Function) or node in called or not called:
            return Answer.MAYBE
    return Answer.NO


def _by_trust(action: str, role: Role, graph: Graph, node: Node | None, resource: Leaf | None) -> Answer:
    """Trust policies of the project's roles: one that names a role of its own account needs no policy of that role."""
    text = known_text_parts(resource) if resource is not None else None
    name = (text or "\0").rpartition("/")[2]
    meant = node if isinstance(node, Role) else next((one for one in graph.all(Role) if _name_of(one) == name), None)
    others = [meant] if meant is not None else [one for one in graph.all(Role) if "\0" in name or not _is_other(one)]
    answers = {_trusts(one, action, role, graph) for one in others}
    if Answer.YES in answers and len(others) == 1:
        return Answer.YES
    return Answer.NO if answers <= {Answer.NO} else Answer.MAYBE


def _name_of(role: Role) -> str | None:
    return text_of(role.role_name) if isinstance(role.role_name, Known) else None


def _is_other(role: Role) -> bool:
    """Whether a role surely has another name than one that somebody wrote: its own, or one that CloudFormation makes up."""
    return _name_of(role) is not None or is_absent(role.role_name)


def _trusts(trusted: Role, action: str, role: Role, graph: Graph) -> Answer:
    answers = {Answer.NO if trusted.trust_openness is None else Answer.MAYBE}
    for statement in trusted.trust_statements:
        if all(text_of(leaf) == "Deny" for _, leaf in branches(statement.effect)):
            continue
        named, spoken = _names(statement, role, graph), action_coverage(statement, action)
        if named is Answer.NO or not spoken.possible.satisfiable():
            continue
        certain = named is Answer.YES and spoken.certain.always and is_absent(statement.condition)
        answers.add(Answer.YES if certain else Answer.MAYBE)
    return Answer.YES if Answer.YES in answers else Answer.MAYBE if Answer.MAYBE in answers else Answer.NO


def _allows(statement: Statement, given: Guard, action: str, role: Role, resource: Leaf | None, graph: Graph) -> Answer:
    if all(text_of(leaf) == "Deny" for _, leaf in branches(statement.effect)):
        return Answer.NO
    named = _names(statement, role, graph)
    if named is Answer.NO:
        return Answer.NO
    spoken = coverage(
        statement, action, resource, partial(canonical, graph), partial(distinct, graph), region_of(role, graph)
    ).answer
    if spoken is Answer.NO:
        return Answer.NO
    unconditional = is_absent(statement.condition) and given == ALWAYS
    return Answer.YES if named is Answer.YES and spoken is Answer.YES and unconditional else Answer.MAYBE


def _names(statement: Statement, role: Role, graph: Graph) -> Answer:
    """Return whether a statement's principals hold a role. A whole account only leaves it to the role's policies."""
    if is_absent(statement.principals):
        return Answer.MAYBE if not is_absent(statement.not_principals) else Answer.NO
    answers = set(_principals(statement, role, graph))
    return Answer.YES if Answer.YES in answers else Answer.MAYBE if Answer.MAYBE in answers else Answer.NO


def _principals(statement: Statement, role: Role, graph: Graph) -> Iterator[Answer]:
    for _, leaf in branches(statement.principals):
        if isinstance(leaf, Unknown):
            yield Answer.MAYBE
        elif isinstance(leaf.value, Fields):
            if leaf.value.openness is not None:
                yield Answer.MAYBE
            for kind, listed in leaf.value.values.items():
                if kind not in ("AWS", "*"):
                    continue
                for guard, principal in elements(listed):
                    answer = _is_role(principal, role, graph)
                    yield answer if answer is not Answer.YES or guard.always else Answer.MAYBE


def _is_role(leaf: Leaf, role: Role, graph: Graph) -> Answer:
    if isinstance(leaf, Unknown):
        return Answer.MAYBE
    if text_of(leaf) == "*":
        return Answer.YES
    content = leaf.value
    parts = content.parts if isinstance(content, Pattern) else (content,)
    for part in parts:
        if isinstance(part, Reference):
            node = graph.node(part.address)
            if node is role:
                return Answer.YES
            if isinstance(node, Role):
                return Answer.NO
    text = known_text_parts(leaf) or ""
    if text.endswith(":root") or (text.isdigit() and len(text) == 12):
        return Answer.NO
    if ":role/" in text:
        name = text.rsplit("/", 1)[1]
        own = _name_of(role)
        if own is None or "\0" in name:
            return Answer.MAYBE
        return Answer.YES if own == name else Answer.NO
    return Answer.MAYBE if "\0" in text or isinstance(content, (Reference, Pattern)) else Answer.NO


def resource_policy(
    action: str, role: Role, graph: Graph, node: Node | None, resource: Leaf | None = None
) -> Withheld | None:
    """Return why it can't be known that a role lacks an action on a resource, None where it can."""
    if lets_in(action, role, graph, node, resource) is not Answer.MAYBE:
        return None
    if node is not None:
        return Withheld(f"the policy of '{node.name}' may allow it", node.span)
    return Withheld("the policy of a resource may allow it")
