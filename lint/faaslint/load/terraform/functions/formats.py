"""Formats that are rarely read or written: CSV, YAML as text, other character sets."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

from ....model.span import Span
from ....model.value import Fields, Items, Known, Leaf, Value
from ....source.limits import TEXT_LENGTH
from ..kinds import EncodedFields, EncodedItems, json_string, json_text, plain_structure
from ..leaves import as_items, known, text_of, unknown
from .collections import LONGEST
from .failure import Fails


def _csvdecode(leaves: Sequence[Leaf], span: Span) -> Leaf | None:
    text = text_of(leaves[0])
    if text is None:
        return None
    import csv

    # The language's own reader refuses a quote inside a value without quotes; Python's takes it as it stands.
    if '"' in re.sub(r'(?m)(?:^|(?<=,))"(?:[^"]|"")*"', "", text):
        raise Fails("a quote stands inside a value without quotes")
    try:
        rows = [row for row in csv.reader(text.replace("\r\n", "\n").splitlines(keepends=True), strict=True) if row]
    except csv.Error as error:
        raise Fails(f"the text is not CSV: {error}") from None
    if not rows:
        raise Fails("the text has no line of names")
    names, *lines = rows
    if len(set(names)) != len(names):
        raise Fails("a name stands there twice")
    if len(lines) * len(names) > LONGEST:
        return unknown("the list grows too long", span)
    found: list[Value] = []
    for line in lines:
        if len(line) != len(names):
            raise Fails("the lines have different lengths")
        found.append(known(Fields({name: known(word, span, leaves) for name, word in zip(names, line, strict=True)}), span))
    return known(as_items(found), span, leaves)


def _yamlencode(leaves: Sequence[Leaf], span: Span) -> Leaf | None:
    leaf = leaves[0]
    if json_text(leaf) is None:
        return None
    lines: list[str] = []
    _yaml(leaf, "", lines)
    text = "\n".join(lines) + "\n"
    return None if len(text) > TEXT_LENGTH else known(text, span, leaves)


def _yaml(value: Value, indentation: str, lines: list[str]) -> None:
    """Append a value that is known in full as the language writes YAML: every text in quotes, two blanks a level."""
    content = value.value if isinstance(value, Known) else None
    if isinstance(content, (EncodedItems, EncodedFields)):
        content = json_text(Known(plain_structure(content)))
    if isinstance(content, Items) and content.items:
        for item in content.items:
            _entry(f"{indentation}- ", indentation + "  ", item.value, lines, inline=True)
    elif isinstance(content, Fields) and content.values:
        for name, member in sorted(content.values.items()):
            _entry(f"{indentation}{_word(name)}:", indentation + "  ", member, lines, inline=False)
    else:
        _entry(indentation, indentation, value, lines, inline=True)


def _entry(head: str, indentation: str, value: Value, lines: list[str], inline: bool) -> None:
    content = value.value if isinstance(value, Known) else None
    if isinstance(content, (EncodedItems, EncodedFields)):
        content = json_text(value)
    gap = "" if inline else " "
    if isinstance(content, Items):
        if not content.items:
            lines.append(f"{head}{gap}[]")
            return
        if inline:
            _nested(head, indentation, value, lines)
        else:
            # A list stands no deeper than the name that it belongs to.
            lines.append(head)
            _yaml(value, indentation[2:], lines)
    elif isinstance(content, Fields):
        if not content.values:
            lines.append(f"{head}{gap}{{}}")
            return
        if inline:
            _nested(head, indentation, value, lines)
        else:
            lines.append(head)
            _yaml(value, indentation, lines)
    elif isinstance(content, str) and "\n" in content and content == content.strip(" \t"):
        body = content.rstrip("\n")
        ends = len(content) - len(body)
        lines.append(f"{head}{gap}|{'-' if not ends else '' if ends == 1 else '+'}")
        lines += [indentation + line if line else "" for line in (body + "\n" * max(ends - 1, 0)).split("\n")]
    else:
        text = _word(content) if isinstance(content, str) else json_text(value)
        lines.append(f"{head}{gap}{text}")


def _nested(head: str, indentation: str, value: Value, lines: list[str]) -> None:
    """Append a structure whose first line stands behind a dash."""
    inner: list[str] = []
    _yaml(value, indentation, inner)
    lines.append(head + inner[0][len(indentation) :])
    lines += inner[1:]


def _word(text: str) -> str:
    import json

    return json.dumps(text, ensure_ascii=False) if text.isprintable() else json_string(text)


def _textencodebase64(leaves: Sequence[Leaf], span: Span) -> Leaf | None:
    text, name = (text_of(leaf) for leaf in leaves) if len(leaves) == 2 else (None, None)
    if text is None or name is None or len(text) > TEXT_LENGTH // 4:
        return None
    import base64

    try:
        return known(base64.b64encode(text.encode(name)).decode(), span, leaves)
    except (LookupError, UnicodeError):
        raise Fails(f"the text can't be written in '{name[:40]}'") from None


def _textdecodebase64(leaves: Sequence[Leaf], span: Span) -> Leaf | None:
    text, name = (text_of(leaf) for leaf in leaves) if len(leaves) == 2 else (None, None)
    if text is None or name is None:
        return None
    import base64

    try:
        return known(base64.b64decode(text, validate=True).decode(name), span, leaves)
    except (LookupError, ValueError):
        raise Fails(f"the text is not base64 of '{name[:40]}'") from None


FORMAT_FUNCTIONS: Final[dict[str, Callable[[Sequence[Leaf], Span], Leaf | None]]] = {
    "csvdecode": _csvdecode,
    "yamlencode": _yamlencode,
    "textencodebase64": _textencodebase64,
    "textdecodebase64": _textdecodebase64,
}
