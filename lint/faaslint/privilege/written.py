"""Resources in the terms of a template: the ARN of something in the project becomes a reference to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple, TypeGuard

from ..graph import Graph
from ..graph.identity import ARNS, arn_of, canonical
from ..model import nodes
from ..model.nodes import Function, Node
from ..model.value import Environment, Known, Leaf, Pattern, Reference, Unknown, join_text

ANYTHING: Final = Known("*")
PSEUDO: Final = ("AWS::Partition", "AWS::Region", "AWS::AccountId", "AWS::StackName", "AWS::URLSuffix")
"""Holes of an ARN that every template can fill in by itself."""

REF_IS_ARN: Final = (nodes.Topic, nodes.StateMachine)
MOST_STEPS: Final = 10_000
"""How many dependencies are followed to see whether a reference would go in a circle."""

_MARK: Final = "\0"


class Author:
    """Writes resources for the policy of one function: as references where the template can hold them."""

    def __init__(self, graph: Graph, function: Function) -> None:
        self.graph = graph
        self.function = function
        self._terraform = graph.kind.startswith("terraform")
        self._arns = [(_text(arn), node) for node, arn in _arns(graph)]
        self._circular: dict[str, bool] = {}

    def write(self, resource: Leaf | None) -> Leaf:
        """Return a resource with references in the place of ARNs, and ``*`` for what nobody can name."""
        if resource is None or isinstance(resource, Unknown):
            return ANYTHING
        content = resource.value
        if isinstance(content, Reference):
            node = self.graph.node(content.address)
            if (
                node is not None
                and self._terraform
                and type(node) in (*ARNS, nodes.Secret)
                and content.attribute == self._name(node)
            ):
                # The source names it by its name.
                content = Reference(content.address, self.arn_attribute(node))
            return Known(content) if self.can_name(node) else ANYTHING
        if isinstance(content, str):
            return self._rebuilt(content) or Known(content)
        if not isinstance(content, Pattern):
            return ANYTHING
        return self._rebuilt(_text(content)) or self._joined(content.parts)

    def shown(self, resource: Leaf) -> Leaf:
        """Return a resource of a statement as it is written, without what nobody can read."""
        if isinstance(resource, Unknown):
            return ANYTHING
        if isinstance(resource.value, (str, Reference)):
            return resource
        if isinstance(resource.value, Pattern):
            parts = resource.value.parts
            known = [
                "*" if isinstance(part, Environment) or (isinstance(part, Unknown) and part.symbol is None) else part
                for part in parts
            ]
            return join_text(part if isinstance(part, Unknown) else Known(part) for part in known)
        return ANYTHING

    def node_name(self, resource: Leaf | None) -> str | None:
        """Return what a person calls the resource of the project that an ARN begins with, None where there is none."""
        found = self.node_of(resource)
        return found[0].name if found is not None else None

    def node_of(self, resource: Leaf | None) -> tuple[Node, str] | None:
        """Return the resource of the project that an ARN begins with, and what follows it; None where there is none."""
        if not isinstance(resource, Known) or not isinstance(resource.value, (str, Pattern)):
            return None
        text = resource.value if isinstance(resource.value, str) else _text(resource.value)
        found: tuple[str, Node] | None = None
        for arn, node in self._arns:
            ends = text[len(arn) : len(arn) + 1] in ("", "/", ":", "*")
            if text.startswith(arn) and ends and (found is None or len(arn) > len(found[0])):
                found = (arn, node)
        return (found[1], text[len(found[0]) :]) if found is not None else None

    def _rebuilt(self, text: str) -> Leaf | None:
        named = self.node_of(Known(text))
        if named is None:
            return None
        node, rest = named
        if not self.can_name(node):
            return None
        if isinstance(node, nodes.LogGroup) and not self._terraform and rest == ":*":
            # The ARN that CloudFormation gives of a log group has this end already.
            rest = ""
        reference = Known(Reference(node.id, self.arn_attribute(node)))
        return join_text((reference, *self._pieces(rest))) if rest else reference

    def arn_attribute(self, node: Node) -> str:
        """Return the attribute of a resource that is its ARN, in the template's own language."""
        if self._terraform:
            return "arn"
        return "Ref" if isinstance(node, REF_IS_ARN) else "Arn"

    def _pieces(self, text: str) -> Iterator[Leaf]:
        """Yield the leaves of a marked text."""
        for number, piece in enumerate(text.split(_MARK)):
            if number % 2 == 0:
                yield Known(piece)
            elif piece in PSEUDO:
                yield Unknown("depends on the deployment", piece)
            else:
                address, _, attribute = piece.partition("\1")
                node = self.graph.node(address) if attribute else None
                if node is self.function and (own := self._own_name()) is not None:
                    yield own
                    continue
                yield Known(Reference(address, self._name(node))) if self.can_name(node) and node else ANYTHING

    def _own_name(self) -> Leaf | None:
        """Return the function's name as it is written: its policy can't refer to the function itself."""
        leaf = self.function.function_name
        if not isinstance(leaf, Known) or not isinstance(leaf.value, (str, Pattern)):
            return None
        parts = leaf.value.parts if isinstance(leaf.value, Pattern) else (leaf.value,)
        plain = all(isinstance(part, str) or (isinstance(part, Unknown) and part.symbol in PSEUDO) for part in parts)
        return Known(leaf.value) if plain else None

    def _joined(self, parts: tuple[str | Reference | Environment | Unknown, ...]) -> Leaf:
        made = list(self._pieces(_text(Pattern(parts))))
        whole = join_text(made)
        if isinstance(whole, Known) and isinstance(whole.value, str):
            return Known(_without_runs(whole.value))
        return whole

    def _name(self, node: Node | None) -> str:
        """Return the attribute of a resource that is its name."""
        if not self._terraform:
            special = {nodes.Queue: "QueueName", nodes.Topic: "TopicName", nodes.StateMachine: "Name"}
            return special.get(type(node), "Ref") if node is not None else "Ref"
        special = {nodes.Bucket: "bucket", nodes.Function: "function_name", nodes.Key: "key_id"}
        return special.get(type(node), "name") if node is not None else "name"

    def can_name(self, node: Node | None) -> bool:
        """Return whether the function's policy can refer to a resource: the same template, and no circle."""
        if node is None or isinstance(node, nodes.External) or not _same_module(node.id, self.function.id, self._terraform):
            return False
        found = self._circular.get(node.id)
        if found is None:
            found = self._circular[node.id] = self._leads_back(node)
        return not found

    def _leads_back(self, node: Node) -> bool:
        pending, seen = [node], {node.id}
        while pending:
            here = pending.pop()
            if here is self.function:
                return True
            for following in self.graph.depends_on(here):
                if following.id not in seen:
                    seen.add(following.id)
                    pending.append(following)
            if len(seen) > MOST_STEPS:
                return True
        return False


class _Arn(NamedTuple):
    node: Node
    arn: Pattern


def _arns(graph: Graph) -> Iterator[_Arn]:
    for node in graph.nodes.values():
        if type(node) in ARNS and (arn := arn_of(graph, node)) is not None:
            yield _Arn(node, arn)


def names_something(resource: Leaf | None) -> bool:
    """Return whether an ARN says which resource is meant, at least with which name or prefix it begins."""
    if resource is None or isinstance(resource, Unknown):
        return False
    if not isinstance(resource.value, Pattern):
        return True
    # What a function computes stands as a wildcard here: "table/*" and ":::*/key" name nothing.
    named = _text(resource.value).split(":", 5)[-1]
    return not (named.partition("/")[2] or named).lstrip(":").startswith("*") and not named.startswith("*")


def resource_text(leaf: Leaf, graph: Graph) -> str:
    """Return a resource as text by which equal resources are equal, whatever attribute they are named by."""
    if isinstance(leaf, Unknown):
        return "*"
    content = canonical(graph, leaf.value)
    return _text(content if isinstance(content, Pattern) else Pattern((content,))) if _is_piece(content) else "*"


def _is_piece(content: object) -> TypeGuard[str | Reference | Environment | Pattern]:
    return isinstance(content, (str, Reference, Environment, Pattern))


def _text(pattern: Pattern) -> str:
    """Return a pattern as text in which holes stand between marks, so that equal holes are equal text."""
    pieces: list[str] = []
    for part in pattern.parts:
        if isinstance(part, str):
            pieces.append(part.replace(_MARK, ""))
        elif isinstance(part, Reference):
            pieces.append(f"{_MARK}{part.address}\1{part.attribute}{_MARK}")
        elif isinstance(part, Unknown) and part.symbol in PSEUDO:
            pieces.append(f"{_MARK}{part.symbol}{_MARK}")
        else:
            pieces.append("*")
    return _without_runs("".join(pieces))


def _without_runs(text: str) -> str:
    while "**" in text:
        text = text.replace("**", "*")
    return text


def module_of(address: str) -> str:
    """Return the module part of a Terraform address: ``module.a.module.b`` of ``module.a.module.b.aws_sqs_queue.q``."""
    parts = address.split(".")
    count = 0
    while count + 1 < len(parts) and parts[count] == "module":
        count += 2
    return ".".join(parts[:count])


def _same_module(left: str, right: str, terraform: bool) -> bool:
    if terraform:
        return module_of(left) == module_of(right)
    return left.rpartition("/")[0] == right.rpartition("/")[0]
