"""YAML text as a tree with a span on every node.

The tree is built from the parser's events with a stack of our own: PyYAML's ``compose`` recurses in C and can be crashed
by deep input. Aliases share the node that they name, and count as if they were written out.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import Any, Final

import yaml

from ..model.span import Span
from .limits import NESTING, NODES
from .tree import Mapping, ParseFailure, Scalar, Sequence, Tree
from .yaml_scalars import plain_value, tagged_value

_Loader: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_STANDARD: Final = "tag:yaml.org,2002:"

_EXPECTED: Final = {
    "did not find expected key": "a key was expected here; look for wrong indentation or a missing quote above",
    "did not find expected '-' indicator": "an item that starts with '- ' was expected here; look at the indentation",
    "could not find expected ':'": "a colon was expected after the key",
    "mapping values are not allowed in this context": (
        "a colon is not allowed here; look at the indentation above, or put the text in quotes"
    ),
    "mapping values are not allowed here": (
        "a colon is not allowed here; look at the indentation above, or put the text in quotes"
    ),
    "did not find expected ',' or ']'": "a comma or ']' was expected here",
    "did not find expected ',' or '}'": "a comma or '}' was expected here",
    "found unexpected end of stream": "the quoted text that starts here is never closed",
    "did not find expected node content": "a value was expected here",
    "did not find expected <document start>": "one document was expected, and something else follows it here",
    "found a tab character that violates indentation": "a tab stands where YAML needs spaces",
    "control characters are not allowed": "a control character stands here, which YAML does not allow",
    "found unknown escape character": "a backslash stands before a character that can't be escaped; use single quotes",
    "block sequence entries are not allowed in this context": "a list item is not allowed here; look at the indentation",
}
"""What the YAML library says, in the words of this program."""


class _Frame:
    """A list or mapping that is being filled."""

    __slots__ = ("anchor", "container", "height", "key", "merged", "merging", "repeats", "seen", "size")

    def __init__(self, container: Sequence | Mapping, anchor: str | None) -> None:
        self.container = container
        self.anchor = anchor
        self.key: Scalar | None = None
        self.seen: dict[str, int] = {}
        self.merged: list[Tree] = []
        self.merging = False
        self.repeats = False
        self.size = 1
        self.height = 1


class _Anchored:
    """What an anchor names, how many nodes it has and how deep it is; no node while it is still being read."""

    __slots__ = ("height", "node", "size")

    def __init__(self, node: Tree | None, size: int, height: int) -> None:
        self.node = node
        self.size = size
        self.height = height


def parse_yaml(text: str, path: str, repeated: list[ParseFailure] | None = None) -> Tree:
    """Parse a YAML document. An empty one is a null.

    A key that a mapping repeats is put into ``repeated``, and the last one counts, as it does where templates are
    deployed; without such a list it is an error like the others. Raises ParseFailure where the text is no YAML, holds
    several documents or passes a limit.
    """
    return _Reader(text, path, repeated).read()


class _Reader:
    def __init__(self, text: str, path: str, repeated: list[ParseFailure] | None) -> None:
        self._text = text
        self._path = path
        self._repeated = repeated
        self._stack: list[_Frame] = []
        self._anchors: dict[str, _Anchored] = {}
        self._root: Tree | None = None
        self._count = 0
        self._lines: list[str] | None = None
        self._starts: list[int] | None = None
        if "\x85" in text or "\u2028" in text or "\u2029" in text:
            # YAML breaks lines at these, editors do not: positions are then counted from offsets.
            self._starts = [0, *(match.end() for match in re.finditer("\n", text))]

    def read(self) -> Tree:
        """Return the document's root."""
        try:
            loader = _Loader(self._text)
        except (yaml.YAMLError, UnicodeError) as error:
            raise self._explain(error) from None
        documents = 0
        try:
            while True:
                event = loader.get_event()
                kind = type(event)
                if kind is yaml.ScalarEvent:
                    self._scalar(event)
                elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
                    self._open(event, kind is yaml.MappingStartEvent)
                elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                    self._close(event)
                elif kind is yaml.AliasEvent:
                    self._alias(event)
                elif kind is yaml.DocumentStartEvent:
                    documents += 1
                    if documents > 1:
                        raise ParseFailure("one document was expected, and a second one begins here", self._span(event))
                elif kind is yaml.StreamEndEvent or event is None:
                    return self._root if self._root is not None else Scalar(None, Span(self._path, 1, 1, 1, 1))
        except (yaml.YAMLError, UnicodeError, ValueError) as error:
            raise self._explain(error) from None
        finally:
            loader.dispose()

    def _point(self, mark: Any) -> tuple[int, int]:
        if self._starts is None:
            return mark.line + 1, mark.column + 1
        line = bisect_right(self._starts, mark.index)
        return line, mark.index - self._starts[line - 1] + 1

    def _span(self, event: Any) -> Span:
        start, end = event.start_mark, event.end_mark
        if self._starts is None:
            return Span(self._path, start.line + 1, start.column + 1, end.line + 1, end.column + 1)
        return Span(self._path, *self._point(start), *self._point(end))

    def _counted(self, nodes: int, event: Any) -> None:
        self._count += nodes
        if self._count > NODES:
            raise ParseFailure(
                f"the document has more than {NODES} values once its aliases are written out", self._span(event)
            )

    def _scalar(self, event: Any) -> None:
        self._count += 1
        if self._count > NODES:
            self._counted(0, event)
        style = event.style
        tag = event.tag or ""
        lines: tuple[Span, ...] = ()
        if style == "|" or style == ">":
            span, lines = self._block(event)
            source = self._text[event.start_mark.index : event.end_mark.index]
        else:
            span = self._span(event)
            source = event.value if not style and not tag else self._text[event.start_mark.index : event.end_mark.index]
        frame = self._stack[-1] if self._stack else None
        if frame is not None and frame.key is None and type(frame.container) is Mapping:
            # Keys stay as they are spelled: CloudFormation has only text keys, and `on` or `NO` are names there.
            self._key(frame, Scalar(event.value, span, source, tag), plain=not style)
            if event.anchor:
                self._anchors[event.anchor] = _Anchored(Scalar(event.value, span, source, tag), 1, 0)
            return
        if tag.startswith(_STANDARD):
            value = tagged_value(event.value, tag[len(_STANDARD) :])
            tag = ""
        else:
            value = plain_value(event.value) if not style and not tag else event.value
        node = Scalar(value, span, source, tag, lines)
        if event.anchor:
            self._anchors[event.anchor] = _Anchored(node, 1, 0)
        self._place(node, 1, 0)

    def _key(self, frame: _Frame, key: Scalar, *, plain: bool) -> None:
        name = str(key.value)
        frame.size += 1
        frame.key = key
        frame.merging = plain and name == "<<" and not key.tag
        if frame.merging:
            return
        first = frame.seen.get(name)
        if first is not None:
            failure = ParseFailure(f"the key '{name}' is already in this mapping (line {first})", key.span)
            if self._repeated is None:
                raise failure
            self._repeated.append(failure)
            frame.repeats = True
        frame.seen[name] = key.span.line

    def _open(self, event: Any, is_mapping: bool) -> None:
        self._counted(1, event)
        span = self._span(event)
        frame = self._stack[-1] if self._stack else None
        if frame is not None and frame.key is None and isinstance(frame.container, Mapping):
            hint = "; '{{' is not YAML unless it is in quotes" if event.flow_style and is_mapping else ""
            raise ParseFailure(f"a key was expected here, and a key can't be a list or mapping{hint}", span.start())
        if len(self._stack) >= NESTING:
            raise ParseFailure(f"lists and mappings are nested more than {NESTING} deep", span.start())
        tag = "" if (event.tag or "").startswith(_STANDARD) else event.tag or ""
        container: Sequence | Mapping = Mapping([], span, tag) if is_mapping else Sequence([], span, tag)
        if event.anchor:
            self._anchors[event.anchor] = _Anchored(None, 0, 0)
        self._stack.append(_Frame(container, event.anchor))

    def _close(self, event: Any) -> None:
        frame = self._stack.pop()
        container = frame.container
        end_line, end_column = self._point(event.end_mark)
        last: Tree | None = None
        if isinstance(container, Mapping):
            if container.entries:
                last = container.entries[-1][1]
        elif container.items:
            last = container.items[-1]
        if event.start_mark.index == event.end_mark.index:
            # The end of a block collection is only noticed at the next token: it ends where its last entry does.
            if last is None:
                end_line, end_column = container.span.end_line, container.span.end_column
            elif (last.span.line, last.span.column) >= (container.span.line, container.span.column):
                end_line, end_column = last.span.end_line, last.span.end_column
        container.span = container.span._replace(end_line=end_line, end_column=end_column)
        if frame.repeats and isinstance(container, Mapping):
            container.entries = list({str(key.value): (key, value) for key, value in container.entries}.values())
        if frame.merged and isinstance(container, Mapping):
            self._merge(frame, container)
        if frame.anchor:
            self._anchors[frame.anchor] = _Anchored(container, frame.size, frame.height)
        self._place(container, frame.size, frame.height)

    def _alias(self, event: Any) -> None:
        anchored = self._anchors.get(event.anchor)
        if anchored is None:
            raise ParseFailure(f"the alias *{event.anchor} names nothing above it", self._span(event))
        if anchored.node is None:
            raise ParseFailure(f"the alias *{event.anchor} stands inside what it names", self._span(event))
        self._counted(anchored.size, event)
        if len(self._stack) + anchored.height > NESTING:
            raise ParseFailure(f"lists and mappings are nested more than {NESTING} deep", self._span(event))
        frame = self._stack[-1] if self._stack else None
        if frame is not None and frame.key is None and isinstance(frame.container, Mapping):
            if not isinstance(anchored.node, Scalar):
                raise ParseFailure("a key was expected here, and a key can't be a list or mapping", self._span(event))
            self._key(frame, Scalar(anchored.node.value, self._span(event)), plain=False)
            return
        self._place(anchored.node, anchored.size, anchored.height)

    def _place(self, node: Tree, size: int, height: int) -> None:
        if not self._stack:
            self._root = node
            return
        frame = self._stack[-1]
        frame.size += size
        if height >= frame.height:
            frame.height = height + 1
        container = frame.container
        if isinstance(container, Sequence):
            container.items.append(node)
            return
        key = frame.key
        assert key is not None
        frame.key = None
        if frame.merging:
            sources = node.items if isinstance(node, Sequence) else [node]
            for source in sources:
                if not isinstance(source, Mapping):
                    raise ParseFailure("a mapping, or a list of mappings, was expected after '<<'", key.span)
            frame.merged += sources
            return
        container.entries.append((key, node))

    def _merge(self, frame: _Frame, container: Mapping) -> None:
        present = set(frame.seen)
        for source in frame.merged:
            assert isinstance(source, Mapping)
            for key, value in source.entries:
                if str(key.value) not in present:
                    present.add(str(key.value))
                    container.entries.append((key, value))

    def _block(self, event: Any) -> tuple[Span, tuple[Span, ...]]:
        """Return the span of a block scalar and those of its content lines."""
        if self._lines is None:
            self._lines = self._text.split("\n")
        start_line, start_column = self._point(event.start_mark)
        header = self._header(start_line, start_column)
        last = min(self._point(event.end_mark)[0], len(self._lines))
        content = self._lines[header:last]
        while content and not content[-1].strip():
            content.pop()
        indent = _block_indent(self._lines[header - 1], content)
        # The end mark may lie on the line after the block, which is less indented.
        while content and content[-1].strip() and not content[-1].startswith(" " * indent):
            content.pop()
            while content and not content[-1].strip():
                content.pop()
        spans = []
        for number, line in enumerate(content, header + 1):
            length = len(line) - line.endswith("\r")
            spans.append(Span(self._path, number, min(indent, length) + 1, number, length + 1))
        end = spans[-1] if spans else None
        if end is None:
            length = len(self._lines[header - 1].rstrip())
            return Span(self._path, start_line, start_column, header, length + 1), ()
        return Span(self._path, start_line, start_column, end.end_line, end.end_column), tuple(spans)

    def _header(self, line: int, column: int) -> int:
        """Return the number of the line that holds the ``|`` or ``>``: a tag or anchor may stand on one before it."""
        assert self._lines is not None
        rest = self._lines[line - 1][column - 1 :].strip()
        while line < len(self._lines) and not rest.startswith(("|", ">")):
            if rest.startswith(("!", "&")):
                parts = rest.split(None, 1)
                rest = parts[1] if len(parts) == 2 else ""
            else:
                line += 1
                rest = self._lines[line - 1].strip()
        return line

    def _explain(self, error: Exception) -> ParseFailure:
        if isinstance(error, yaml.MarkedYAMLError):
            problem = error.problem or ""
            mark = error.problem_mark or error.context_mark
            if problem == "found unexpected end of stream" and error.context_mark is not None:
                mark = error.context_mark
            line, column = self._point(mark) if mark is not None else (1, 1)
            message = _EXPECTED.get(problem, "")
            if problem == "found character that cannot start any token":
                character = self._text[mark.index : mark.index + 1] if mark is not None else ""
                message = (
                    "a tab stands where YAML needs spaces"
                    if character == "\t"
                    else f"text that starts with '{character}' needs quotes"
                )
            return ParseFailure(
                message or f"this is not valid YAML: {problem}", Span(self._path, line, column, line, column)
            )
        position = getattr(error, "position", None)
        line = self._text.count("\n", 0, position) + 1 if isinstance(position, int) else 1
        reason = str(getattr(error, "reason", "") or "")
        return ParseFailure(_EXPECTED.get(reason, "this is not valid YAML text"), Span(self._path, line, 1, line, 1))


def _block_indent(header: str, content: list[str]) -> int:
    """Return how many columns the content of a block scalar is indented."""
    first = next((line for line in content if line.strip()), "")
    explicit = re.search(r"[|>][+-]?([1-9])[+-]?[ \t]*(?:#.*)?\r?$", header)
    if explicit:
        # Relative to the parent's indentation, which is that of the key's own line for the usual layouts.
        parent = len(header) - len(header.lstrip(" "))
        return parent + int(explicit.group(1))
    return len(first) - len(first.lstrip(" "))
