"""Suppressions over everything that a run read: which findings they take away, and which of them did nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ..graph import Graph
from ..load.resource import Loaded
from ..model.facts import Handler
from ..model.finding import Finding
from ..model.nodes import CodeKind, Function
from ..model.nodes import Suppression as SuppressionNode
from ..model.record import field, record
from ..model.span import Span
from ..source.workspace import Workspace
from .rule import AnyRule
from .suppressions import MARK, ResourceSuppression, Suppression, from_metadata, in_code, read_suppressions


@record(frozen=False)
class _Comment:
    suppression: Suppression
    root: str
    kind: str
    used: set[str] = field(default_factory=set)


@record(frozen=False)
class _Entry:
    suppression: ResourceSuppression
    root: str
    kind: str
    used: bool = False


class Seen(NamedTuple):
    """What a project brings to the suppressions of a run. Nothing in it leads back to the project's graph."""

    root: str
    kind: str
    files: tuple[str, ...]
    """Its files in which a suppression may stand, sorted."""
    embedded: tuple[Suppression, ...]
    """The comments of inline code."""
    templates: tuple[tuple[str, ResourceSuppression], ...]
    """The entries in the metadata of whole templates, each with the template's path."""
    resources: tuple[tuple[str, ResourceSuppression], ...]
    """The entries in the metadata of resources, each with the resource's name."""


class Looker:
    """Looks for suppressions in the projects of one workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._marked: dict[str, bool] = {}

    def look(self, loaded: Loaded, graph: Graph) -> Seen:
        """Return what the files and the resources of a project bring."""
        files = {*loaded.files, *(handler.path for handler in graph.all(Handler) if handler.path)}
        files |= {node.span.path for node in graph.nodes.values() if node.span.path}
        named = [(resource.name or resource.address, resource.metadata) for resource in loaded.resources]
        return Seen(
            loaded.root,
            loaded.kind,
            tuple(path for path in sorted(files) if self._is_marked(path)),
            tuple(_embedded(graph)),
            tuple((path, entry) for path, metadata in loaded.metadata for entry in from_metadata(metadata, path)),
            tuple((name, entry) for name, metadata in named for entry in from_metadata(metadata, name)),
        )

    def _is_marked(self, path: str) -> bool:
        if path not in self._marked:
            self._marked[path] = MARK in (self._workspace.text_or_none(path) or "")
        return self._marked[path]


def _embedded(graph: Graph) -> Iterator[Suppression]:
    for function in graph.all(Function):
        for _, code in function.code:
            if code.kind is CodeKind.INLINE and MARK in code.text:
                yield from in_code(code.text, code.text_lines)


class Scope:
    """The suppressions of the projects of one workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._read: set[str] = set()
        self._places: set[tuple[str, Span]] = set()
        self._comments: dict[tuple[str, int], list[_Comment]] = {}
        self._entries: dict[str, list[_Entry]] = {}

    def add(self, seen: Seen) -> None:
        """Take in what a project brings. A comment in a file that several projects share is the first one's."""
        for path in seen.files:
            if path not in self._read:
                self._read.add(path)
                for one in read_suppressions(self._workspace.text_or_none(path) or "", path):
                    self._comment(one, path, seen)
        for one in seen.embedded:
            # Unless the comments of the file are read: those of JSON, or of code in a quoted text, are not.
            if not any(path == one.span.path and _holds(one.span, span) for path, span in self._places):
                self._comment(one, one.span.path, seen)
        for path, entry in seen.templates:
            if (path, entry.span) not in self._places:
                self._comment(Suppression(entry.span, 0, (entry.id,), entry.reason), path, seen)
        for name, entry in seen.resources:
            self._entries.setdefault(name, []).append(_Entry(entry, seen.root, seen.kind))

    def _comment(self, one: Suppression, path: str, seen: Seen) -> None:
        self._places.add((path, one.span))
        self._comments.setdefault((path, one.line), []).append(_Comment(one, seen.root, seen.kind))

    def unsuppressed(self, findings: list[Finding]) -> list[Finding]:
        """Return the findings that no suppression takes away, and remember which suppressions did something."""
        return [finding for finding in findings if not self._suppressed(finding)]

    def _suppressed(self, finding: Finding) -> bool:
        words = (finding.rule, finding.name)
        hit = False
        path, line = finding.span.path, finding.span.line
        for comment in (*self._comments.get((path, line), ()), *self._comments.get((path, 0), ())):
            within = comment.suppression.within
            if within is not None and not _holds(within, finding.span):
                continue
            for word in comment.suppression.ids:
                if word in words:
                    comment.used.add(word)
                    hit = True
        asking = 0
        for resource in finding.resources:
            entries = [entry for entry in self._entries.get(resource, ()) if entry.suppression.id in words]
            for entry in entries:
                entry.used = True
            asking += bool(entries)
        # A finding that several resources share goes only if each of them asks for it.
        return hit or asking == len(finding.resources)

    def suppressions(self, rules: Sequence[AnyRule], enabled: set[str]) -> Iterator[tuple[str, str, list[SuppressionNode]]]:
        """Yield, for each root, its suppressions as nodes that know what of them was of no use.

        ``rules`` are all rules there are, ``enabled`` the ids of those that ran: what did not run can't be called unused.
        """
        ids = {word: rule.id for rule in rules for word in (rule.id, rule.name, *rule.aliases)}
        groups: dict[tuple[str, str], list[SuppressionNode]] = {}
        for comments in self._comments.values():
            for comment in comments:
                one = comment.suppression
                node = self._node(
                    f"suppression:{one.span.path}:{one.span.line}:{one.span.column}",
                    one.span.path,
                    one.span,
                    one.ids,
                    one.reason,
                )
                node.misplaced = one.line < 0
                node.is_comment = one.within is None and self._is_comment(one.span)
                node.unused = tuple(word for word in one.ids if word not in comment.used and ids.get(word) in enabled)
                node.unheard = tuple(word for word in one.ids if word not in ids)
                groups.setdefault((comment.root, comment.kind), []).append(node)
        for entries in self._entries.values():
            for entry in entries:
                asked = entry.suppression
                node = self._node(
                    f"suppression:{asked.resource}:{asked.id}", asked.resource, asked.span, (asked.id,), asked.reason
                )
                node.unused = (asked.id,) if not entry.used and ids.get(asked.id) in enabled else ()
                node.unheard = () if asked.id in ids else (asked.id,)
                groups.setdefault((entry.root, entry.kind), []).append(node)
        for (root, kind), nodes in sorted(groups.items(), key=lambda group: group[0]):
            yield root, kind, nodes

    def _is_comment(self, span: Span) -> bool:
        lines = (self._workspace.text_or_none(span.path) or "").split("\n", span.line)
        return len(lines) >= span.line and lines[span.line - 1][span.column - 1 :].startswith(("#", "//"))

    @staticmethod
    def _node(identifier: str, name: str, span: Span, ids: tuple[str, ...], reason: str | None) -> SuppressionNode:
        return SuppressionNode(id=identifier, name=name, type="", span=span, ids=ids, reason=reason)


def _holds(outer: Span, inner: Span) -> bool:
    """Return whether one stretch of a file begins inside another one."""
    return (
        (outer.line, outer.column) <= (inner.line, inner.column) < (outer.end_line, max(outer.end_column, outer.column + 1))
    )
