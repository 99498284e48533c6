"""Count which actions that stand in policies of Terraform files are in the graph's statements.

    python tools/policy_actions.py [--show] FOLDER...

The texts of ``*.tf``, ``*.tf.json`` and the files that ``file`` and ``templatefile`` name are scanned for literals such as
"sqs:SendMessage" (and "*") behind ``Action``, ``actions`` and their like, knowing nothing of the evaluator. An action is
found where a statement or permission of the graph holds it and its trail has its very line. Left out, and counted by reason,
is what stands where no policy of AWS can come of it:

- blocks of providers of other clouds and services (``alicloud_ram_role`` also has an ``Action``);
- a heredoc that begins as JSON and is none, whatever its templates become: AWS refuses it;
- ``action`` in ``aws_iam_policy_document``, which has only ``actions``, and blocks whose address is declared twice in one
  folder: Terraform refuses the folder.

Not scanned at all: comments, ``.terraform``, and text that is put together from pieces.
"""

from __future__ import annotations

import argparse
import datetime
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from faaslint.api import Request, graphs
from faaslint.graph.graph import Graph
from faaslint.model.nodes import Permission, Role, Statement
from faaslint.model.value import Items, Known, Value, branches

_HEAD = re.compile(r"""(?<![\w.-])["']?((?:not_?)?actions?)\s?["']?\s*[:=](?!=)\s*""", re.IGNORECASE)
_ACTION = re.compile(r'"([A-Za-z0-9-]+:[A-Za-z*?][A-Za-z0-9*?]*|\*)\s?"')
_COMMENT = re.compile(r'("(?:\\.|[^"\\\n])*")|(?:#|//)[^\n]*|/\*.*?\*/', re.DOTALL)
_BLOCK = re.compile(r'^[ \t]*(resource|data)[ \t]+"?([\w-]+)"?[ \t]+"?([\w-]+)"?[ \t]*\{', re.MULTILINE)
_OTHER_BLOCK = re.compile(r"^(module|locals|variable|output|provider|terraform)\b[^\n={]*\{", re.MULTILINE)
_HEREDOC = re.compile(r"<<-?[ \t]*(\w+)[ \t]*\n(.*?)\n[ \t]*\1[ \t]*$", re.DOTALL | re.MULTILINE)
_READ = re.compile(r'\b(?:file|templatefile)\(\s*"(?:\$\{path\.module\}/)?([^"$]+)"')
_NEUTRAL = frozenset({"archive", "aws", "awscc", "external", "http", "local", "null", "random", "template", "terraform"})
"""Providers whose blocks may hold a policy of AWS."""


class Literal(NamedTuple):
    """An action in a text."""

    path: str
    line: int
    action: str


class Block(NamedTuple):
    """The head of a resource or data source."""

    start: int
    mode: str
    type: str
    name: str


def literals(path: str, text: str, twice: frozenset[str] = frozenset()) -> Iterator[tuple[Literal, str]]:
    """Yield the actions in policy positions, each with the reason why it doesn't count, empty if it does."""
    plain = without_comments(text)
    blocks = list(_blocks(plain))
    refused = [match.span(2) for match in _HEREDOC.finditer(plain) if _is_broken(match.group(2))]
    for head in _HEAD.finditer(plain):
        block = max((one for one in blocks if one.start <= head.start()), default=Block(0, "", "", ""))
        why = _why_not(head, block, twice)
        if any(start <= head.start() < end for start, end in refused):
            why = "in a heredoc that is no JSON"
        for match in _ACTION.finditer(plain, head.end(), end_of_expression(plain, head.end())):
            yield Literal(path, plain.count("\n", 0, match.start()) + 1, match.group(1)), why


def without_comments(text: str) -> str:
    """Return the text with blanks for its comments, and for the backslashes before quotes: places stay the same."""
    plain = _COMMENT.sub(lambda match: match.group(1) or re.sub(r"[^\n]", " ", match.group()), text)
    return plain.replace('\\"', ' "')


def _blocks(text: str) -> Iterator[Block]:
    for match in _BLOCK.finditer(text):
        yield Block(match.start(), *match.groups())
    for match in _OTHER_BLOCK.finditer(text):
        yield Block(match.start(), match.group(1), "", "")


def _why_not(head: re.Match[str], block: Block, twice: frozenset[str]) -> str:
    if block.type and block.type.partition("_")[0] not in _NEUTRAL:
        return "of another provider"
    if block.type and f"{block.mode}.{block.type}.{block.name}" in twice:
        return "in a block that is declared twice"
    if block.type == "aws_iam_policy_document" and not head.group(1).lower().endswith("s"):
        return "in an argument that the data source doesn't have"
    return ""


def _is_broken(text: str) -> bool:
    """Return whether a heredoc begins as JSON and is none, with any values in the places of its templates."""
    if text.lstrip()[:1] not in ("{", "[") or "%{" in text:
        return False
    filled, depth, place = [], 0, 0
    while place < len(text):
        if depth == 0 and text.startswith("${", place):
            depth, place = 1, place + 2
            filled.append("0")
        elif depth:
            depth += {"{": 1, "}": -1}.get(text[place], 0)
            place += 1
        else:
            filled.append(text[place])
            place += 1
    try:
        json.loads("".join(filled), strict=False)
    except ValueError:
        return True
    return False


def end_of_expression(text: str, start: int) -> int:
    """Return where the expression that starts at a place ends: at a line's or list's end outside of its brackets."""
    depth, quoted = 0, False
    for place in range(start, len(text)):
        letter = text[place]
        if letter == '"':
            quoted = not quoted
        elif letter == "\n" and depth == 0:
            return place
        elif quoted:
            continue
        elif letter in "([{":
            depth += 1
        elif letter in ")]}":
            depth -= 1
            if depth < 0:
                return place
        elif letter == "," and depth == 0:
            return place
    return len(text)


def scanned(folder: Path) -> Iterator[tuple[Literal, str]]:
    """Yield the actions of a folder's files and of those that they read."""
    seen: set[Path] = set()
    declared: Counter[tuple[Path, str]] = Counter()
    paths = [
        path for pattern in ("*.tf", "*.tf.json") for path in sorted(folder.rglob(pattern)) if ".terraform" not in path.parts
    ]
    texts = {path: path.read_text("utf-8", "replace") for path in paths if path.is_file()}
    for path, text in texts.items():
        if "override" not in path.stem:
            for block in _blocks(without_comments(text)):
                declared[path.parent, f"{block.mode}.{block.type}.{block.name}"] += 1
    for path, text in texts.items():
        twice = frozenset(name for (parent, name), count in declared.items() if parent == path.parent and count > 1)
        yield from literals(path.relative_to(folder).as_posix(), text, twice)
        for match in _READ.finditer(without_comments(text)):
            other = (path.parent / match.group(1)).resolve()
            if other not in seen and other.is_file() and other.is_relative_to(folder.resolve()):
                seen.add(other)
                yield from literals(other.relative_to(folder.resolve()).as_posix(), other.read_text("utf-8", "replace"))


def known_actions(graph: Graph) -> Iterator[tuple[str, Value]]:
    """Yield every action of the graph's statements and permissions."""
    for node in graph.nodes.values():
        statements = node.trust_statements if isinstance(node, Role) else (node,)
        for statement in statements:
            if isinstance(statement, Statement):
                yield from _texts(statement.actions)
                yield from _texts(statement.not_actions)
        if isinstance(node, Permission):
            yield from _texts(node.action)


def _texts(value: Value) -> Iterator[tuple[str, Value]]:
    for _, leaf in branches(value):
        content = leaf.value if isinstance(leaf, Known) else None
        if isinstance(content, Items):
            for item in content.items:
                yield from _texts(item.value)
        elif isinstance(content, str):
            yield content, leaf


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--show", action="store_true", help="print each action that is not found or left out")
    arguments.add_argument("folders", nargs="+", type=Path)
    options = arguments.parse_args()
    total = placed = present = 0
    left_out: Counter[str] = Counter()
    for folder in options.folders:
        wanted = list(scanned(folder))
        if not wanted:
            continue
        at: set[Literal] = set()
        anywhere: set[str] = set()
        for graph in graphs(Request(folder=folder.resolve(), as_of=datetime.date(2026, 1, 1))):
            for action, value in known_actions(graph):
                anywhere.add(action)
                at.update(Literal(span.path, span.line, action) for span in value.trail if span.line == span.end_line)
        for one, why in wanted:
            place = f"{folder.name}/{one.path}:{one.line}: {one.action}"
            if why:
                left_out[why] += 1
                if options.show:
                    print(f"left out ({why}): {place}")
                continue
            total += 1
            placed += one in at
            present += one.action in anywhere
            if options.show and one not in at:
                print(f"{'elsewhere' if one.action in anywhere else 'nowhere'}: {place}")
    print(f"actions in policies: {total}")
    if total:
        print(f"in a statement of the graph, at their line: {placed} ({placed / total:.1%})")
        print(f"in some statement of the same graph: {present} ({present / total:.1%})")
    for why, count in sorted(left_out.items()):
        print(f"left out, {why}: {count}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
