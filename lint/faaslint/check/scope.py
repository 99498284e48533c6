"""Suppressions over everything that a run read: which findings they take away, and which of them did nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ..graph import Graph
from ..load.resource import Loaded
from ..model.facts import Handler
from ..model.finding import Finding
from ..model.nodes import Suppression as SuppressionNode
from ..source.workspace import Workspace
from .suppressions import ResourceSuppression, Suppression, from_metadata, read_suppressions

MARK = "faaslint:"
"""What every suppression comment contains; a file without it is not looked at again."""


@dataclass(slots=True)
class _Comment:
    suppression: Suppression
    root: str
    kind: str
    used: set[str] = field(default_factory=set)


@dataclass(slots=True)
class _Entry:
    suppression: ResourceSuppression
    root: str
    kind: str
    used: bool = False


class Scope:
    """The suppressions of the projects of one workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._comments: dict[str, list[_Comment]] = {}
        self._entries: list[_Entry] = []

    def add(self, loaded: Loaded, graph: Graph) -> None:
        """Take in the files and the resources of a project."""
        files = {*loaded.files, *(handler.path for handler in graph.all(Handler) if handler.path)}
        files |= {node.span.path for node in graph.nodes.values() if node.span.path}
        for path in sorted(files):
            if path in self._comments:
                continue
            text = self._workspace.text_or_none(path) or ""
            found = read_suppressions(text, path) if MARK in text else ()
            self._comments[path] = [_Comment(one, loaded.root, loaded.kind) for one in found]
        for resource in loaded.resources:
            name = resource.name or resource.address
            self._entries += (_Entry(one, loaded.root, loaded.kind) for one in from_metadata(resource.metadata, name))

    def unsuppressed(self, findings: list[Finding]) -> list[Finding]:
        """Return the findings that no suppression takes away, and remember which suppressions did something."""
        return [finding for finding in findings if not self._suppressed(finding)]

    def _suppressed(self, finding: Finding) -> bool:
        hit = False
        for comment in self._comments.get(finding.span.path, ()):
            for word in comment.suppression.ids:
                if word in (finding.rule, finding.name) and comment.suppression.covers(finding.span.line):
                    comment.used.add(word)
                    hit = True
        for entry in self._entries:
            if entry.suppression.id in (finding.rule, finding.name) and entry.suppression.resource in finding.resources:
                entry.used = True
                # A finding that several resources share goes only if each of them asks for it.
                hit = hit or len(finding.resources) == 1 or self._all_ask(finding)
        return hit

    def _all_ask(self, finding: Finding) -> bool:
        asking = {
            entry.suppression.resource for entry in self._entries if entry.suppression.id in (finding.rule, finding.name)
        }
        return asking >= set(finding.resources)

    def suppressions(self, enabled: set[str], names: Mapping[str, str]) -> Iterator[tuple[str, str, list[SuppressionNode]]]:
        """Yield, for each root, its suppressions as nodes that know what of them was of no use.

        ``enabled`` are the ids of the rules that ran, ``names`` their names: what did not run can't be called unused.
        """
        groups: dict[tuple[str, str], list[SuppressionNode]] = {}
        for path, comments in self._comments.items():
            for comment in comments:
                one = comment.suppression
                unused = tuple(word for word in one.ids if word not in comment.used and names.get(word, word) in enabled)
                groups.setdefault((comment.root, comment.kind), []).append(
                    SuppressionNode(
                        id=f"suppression:{path}:{one.span.line}",
                        name=path,
                        type="",
                        span=one.span,
                        ids=one.ids,
                        reason=one.reason,
                        unused=unused,
                    )
                )
        for entry in self._entries:
            listed = entry.suppression
            useless = not entry.used and names.get(listed.id, listed.id) in enabled
            groups.setdefault((entry.root, entry.kind), []).append(
                SuppressionNode(
                    id=f"suppression:{listed.resource}:{listed.id}",
                    name=listed.resource,
                    type="",
                    span=listed.span,
                    ids=(listed.id,),
                    reason=listed.reason,
                    unused=(listed.id,) if useless else (),
                )
            )
        for (root, kind), nodes in sorted(groups.items()):
            yield root, kind, nodes
