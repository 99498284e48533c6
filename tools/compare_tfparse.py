"""Compare what the evaluator knows of Terraform resources with what tfparse says, and print the differences by class.

    python tools/compare_tfparse.py FOLDER...        every folder below that holds .tf files is taken as a root module
    python tools/compare_tfparse.py --show CLASS FOLDER...   also print each difference of a class (``all`` for every one)

tfparse is an evaluator in Go with a Python interface. It gives every block one random id, which stands for all of the
block's computed attributes; here these ids become addresses. What only one side has is not compared.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any, NamedTuple

from faaslint.load.terraform import load_terraform
from faaslint.model.value import Fields, Items, Pattern, Reference, Unknown, Value, branches
from faaslint.source.workspace import Workspace

TIMEOUT = 60
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_UNRESOLVED = re.compile(r"\$\{[^{}]*\}|current-region|current-account-id|__COUNT_INDEX__")
"""What tfparse leaves in a text where it has no value."""

_KEY = re.compile(r'\[(?:"[^"]*"|[^"\]]*)\]$')
_HOLE = "\u25c7"


class Difference(NamedTuple):
    """One value that the two sides give differently. ``kind`` is its class."""

    kind: str
    address: str
    path: str
    ours: Any
    theirs: Any


class Outcome(NamedTuple):
    """What the comparison of one root gave."""

    equal: int
    differences: list[Difference]
    only_ours: int
    only_theirs: list[str]


def compare(folder: Path, root: Path) -> Outcome:
    """Compare one root module; files outside ``root`` are not read. Raises what tfparse raises."""
    import tfparse

    parsed: dict[str, list[dict[str, Any]]] = tfparse.load_from_path(str(folder))
    loaded = load_terraform(Workspace.on_disk(root), folder.relative_to(root).as_posix(), {})
    ids: dict[str, str] = {}
    theirs: dict[str, dict[str, Any]] = {}
    twice: set[str] = set()
    for blocks in parsed.values():
        for block in blocks:
            meta = block.get("__tfmeta", {})
            if isinstance(block.get("id"), str) and meta.get("path"):
                ids[block["id"]] = meta["path"]
            if meta.get("type") == "resource" and not meta["path"].startswith("data."):
                twice |= {meta["path"]} & theirs.keys()
                theirs[meta["path"]] = block
    known = {resource.address: resource.properties for resource in loaded.resources}
    filled, named = _Ours(known), _Ours({})
    equal = 0
    differences: list[Difference] = []
    for address, block in theirs.items():
        fields = known.get(address)
        if fields is None or address in twice:
            # Two blocks with one address are a mistake that Terraform refuses; either may be meant.
            continue
        # tfparse gives either what the other block sets an attribute to, or the block.
        other_form = {path: ours for path, ours, _ in _pairs(named, fields, block, ids)}
        for path, ours, other in _pairs(filled, fields, block, ids):
            kind = None if _same(other_form.get(path, ours), other) else _class(ours, other)
            if kind is None:
                equal += 1
            else:
                differences.append(Difference(kind, address, path, ours, other))
    # An instance for each reference is called by the reference here, by what it is worth there.
    blocks_here = {_block(address) for address in known}
    missing = sorted(address for address in theirs.keys() - known.keys() if _block(address) not in blocks_here)
    return Outcome(equal, differences, len(known.keys() - theirs.keys()), missing)


def _block(address: str) -> str:
    """Return an address without the key of its last instance."""
    return _KEY.sub("", address)


class _Ours:
    """Turns our values into plain data; ``resources`` are all that a reference may lead to."""

    def __init__(self, resources: dict[str, Fields]) -> None:
        self._resources = resources

    def plain(self, value: Value, depth: int = 0) -> Any:
        """Return a value as plain data: ``_Alternatives`` for a choice, ``_NOTHING`` for what is unknown."""
        leaves = list(branches(value))
        if len(leaves) > 1:
            return _Alternatives([self.plain(leaf, depth) for _, leaf in leaves])
        leaf = leaves[0][1]
        if isinstance(leaf, Unknown):
            return _NOTHING
        content = leaf.value
        if isinstance(content, Reference):
            return self._attribute(content, depth)
        if isinstance(content, Pattern):
            parts = [part if isinstance(part, str) else self._part(part, depth) for part in content.parts]
            return "".join(parts)
        if isinstance(content, Items):
            listed = [self.plain(item.value, depth) for item in content.items]
            certain = content.openness is None and all(item.guard.always for item in content.items)
            return listed if certain else _Some(listed)
        if isinstance(content, Fields):
            return {name: self.plain(member, depth) for name, member in content.values.items()}
        return content

    def _part(self, part: object, depth: int) -> str:
        if isinstance(part, Reference):
            found = self._attribute(part, depth)
            return found if isinstance(found, str) else _HOLE
        return _HOLE

    def _attribute(self, reference: Reference, depth: int) -> Any:
        """Return what the block sets the attribute to, as tfparse has it, else the address in angle brackets."""
        fields = self._resources.get(reference.address)
        value = fields.values.get(reference.attribute) if fields is not None else None
        if value is not None and depth < 20:
            found = self.plain(value, depth + 1)
            if isinstance(found, (str, int, float)) and found != "":
                return found
        return f"<{reference.address}>"


class _Alternatives(NamedTuple):
    each: list[Any]


class _Some(NamedTuple):
    each: list[Any]


class _Nothing(NamedTuple):
    """What an unknown value is as plain data."""


_NOTHING: Any = _Nothing()


def _pairs(side: _Ours, fields: Fields, block: dict[str, Any], ids: dict[str, str]) -> Iterator[tuple[str, Any, Any]]:
    for name, value in fields.values.items():
        if name in block:
            yield from _leaves(name, side.plain(value), _theirs(block[name], ids))


def _theirs(value: Any, ids: dict[str, str]) -> Any:
    """Return tfparse's value without its own entries, ids as addresses, texts of JSON as what they spell."""
    if isinstance(value, dict):
        if "__attribute__" in value or "__ref__" in value:
            # A value that it does not know: the name of what was asked for.
            named = str(value.get("__attribute__") or value["__ref__"])
            return f"<{'.'.join(named.split('.')[: 3 if named.startswith('data.') else 2])}>"
        own = {name: _theirs(member, ids) for name, member in value.items() if name != "__tfmeta"}
        if "__tfmeta" in value:
            own.pop("id", None)
        return own
    if isinstance(value, list):
        return [_theirs(member, ids) for member in value]
    if isinstance(value, str):
        text = _UUID.sub(lambda match: f"<{ids[match.group()]}>" if match.group() in ids else _HOLE, value)
        text = _UNRESOLVED.sub(_HOLE, text)
        if text.lstrip()[:1] in ("{", "["):
            try:
                return _theirs(json.loads(text), ids)
            except ValueError:
                return text
        return text
    return value


def _leaves(path: str, ours: Any, theirs: Any) -> Iterator[tuple[str, Any, Any]]:
    """Yield each pair of plain values that stand at one place."""
    if isinstance(ours, _Nothing) or theirs is None:
        return
    if isinstance(ours, list) and len(ours) == 1 and isinstance(ours[0], dict) and isinstance(theirs, dict):
        ours = ours[0]
    if isinstance(theirs, list) and len(theirs) == 1 and isinstance(ours, dict) and isinstance(theirs[0], dict):
        theirs = theirs[0]
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for name, member in ours.items():
            if name in theirs:
                yield from _leaves(f"{path}.{name}", member, theirs[name])
        return
    if isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        for index, (member, other) in enumerate(zip(ours, theirs, strict=True)):
            yield from _leaves(f"{path}.{index}", member, other)
        return
    yield path, ours, theirs


def _class(ours: Any, theirs: Any) -> str | None:
    """Return the class of a difference, None where there is none."""
    if _same(ours, theirs):
        return None
    if isinstance(theirs, str) and re.fullmatch(r"<(var|local|each|count|path)\..*>", theirs):
        return "theirs is the name of something that it could not work out"
    if isinstance(ours, _Alternatives):
        if any(_same(each, theirs) for each in ours.each):
            return "theirs is one of our branches"
        unclear = any(isinstance(each, _Nothing) for each in ours.each)
        return "a branch of ours is unknown" if unclear else "none of our branches"
    if isinstance(ours, _Some):
        inside = theirs if isinstance(theirs, list) else [theirs]
        if all(any(_same(each, other) or isinstance(each, _Nothing) for each in ours.each) for other in inside):
            return "theirs are among our guarded elements"
        return "our list is open"
    if isinstance(ours, str) and isinstance(theirs, str):
        if _HOLE in ours or _HOLE in theirs or "<" in ours or "<" in theirs:
            if theirs.startswith("<") and theirs.count("<") == 1 and theirs.endswith(">"):
                return "theirs is a whole block"
            if re.fullmatch("<[^<>]*>", ours) and "<" not in theirs:
                return "ours is the reference, theirs a value that stands for it"
            if not _may_be(ours, theirs):
                return "texts with holes that can't be one"
            return "ours knows more" if _HOLE in theirs and _HOLE not in ours else "a hole is filled differently"
        return "different texts"
    scalars = isinstance(ours, (str, int, float)) and isinstance(theirs, (str, int, float))
    if scalars and str(ours).lower() == str(theirs).lower():
        return "one is text, the other a number or boolean"
    if ours is None:
        return "ours is null"
    if theirs in ("", [], {}):
        return "theirs is empty"
    if isinstance(theirs, str) and theirs.startswith("<"):
        return "theirs is a whole block"
    if isinstance(theirs, str) and _HOLE in theirs:
        return "theirs is a text that it could not work out"
    if isinstance(ours, list) and isinstance(theirs, list):
        return "lists of different length"
    return "different kinds"


def _same(ours: Any, theirs: Any) -> bool:
    if isinstance(ours, str) and isinstance(theirs, (dict, list)) and ours[:1] in "{[" and ours:
        try:
            ours = json.loads(ours)
        except ValueError:
            return False
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return all(_same(member, theirs[name]) for name, member in ours.items() if name in theirs)
    if isinstance(ours, list) and isinstance(theirs, list):
        return len(ours) == len(theirs) and all(_same(a, b) for a, b in zip(ours, theirs, strict=True))
    if isinstance(ours, list) and len(ours) == 1 and isinstance(theirs, dict):
        return _same(ours[0], theirs)
    if isinstance(ours, bool) is not isinstance(theirs, bool):
        return False
    if isinstance(ours, str) and isinstance(theirs, str):
        return ours == theirs or ours.strip() == theirs.strip()
    return (type(ours) is type(theirs) and bool(ours == theirs)) or (_number(ours) and _number(theirs) and ours == theirs)


def _number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _may_be(ours: str, theirs: str) -> bool:
    """Return whether two texts with holes can become one."""

    def pattern(text: str) -> str:
        return ".*".join(re.escape(part) for part in re.split(f"<[^<>]*>|{_HOLE}", text))

    shared = re.compile(f"<[^<>]*>|{_HOLE}")
    plain = shared.sub("x", theirs), shared.sub("x", ours)
    return bool(re.fullmatch(pattern(ours), plain[0], re.DOTALL) or re.fullmatch(pattern(theirs), plain[1], re.DOTALL))


def roots(folders: list[Path]) -> list[tuple[Path, Path]]:
    """Return every folder at or below these that holds Terraform files, with the one that it was found in."""
    return sorted({(path.parent, top) for top in folders for path in top.rglob("*.tf") if ".terraform" not in path.parts})


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--show", default="", help="print the differences of this class")
    arguments.add_argument("folders", nargs="+", type=Path)
    options = arguments.parse_args()
    counts: Counter[str] = Counter()
    equal = only_ours = 0
    missing: list[str] = []
    unread: list[str] = []
    pool = ProcessPoolExecutor(1)
    for folder, root in roots([folder.resolve() for folder in options.folders]):
        try:
            outcome = pool.submit(compare, folder, root).result(TIMEOUT)
        except (BrokenProcessPool, TimeoutError) as error:
            for process in list((pool._processes or {}).values()):
                process.kill()
            pool = ProcessPoolExecutor(1)
            unread.append(f"{folder}: tfparse {'hangs' if isinstance(error, TimeoutError) else 'kills the process'}")
            continue
        except Exception as error:  # whatever it is, it is shown, and the other roots are still compared
            unread.append(f"{folder}: {type(error).__name__}: {str(error)[:200]}")
            continue
        equal += outcome.equal
        only_ours += outcome.only_ours
        missing += [f"{folder}: {address}" for address in outcome.only_theirs]
        for one in outcome.differences:
            counts[one.kind] += 1
            if options.show in (one.kind, "all"):
                print(f"{one.kind} | {folder} | {one.address}.{one.path}")
                print(f"    ours   {one.ours!r:.300}\n    theirs {one.theirs!r:.300}")
    print(f"equal: {equal}")
    for kind, count in counts.most_common():
        print(f"{kind}: {count}")
    print(f"resources that only we have: {only_ours}")
    print(f"resources that only tfparse has: {len(missing)}")
    for line in missing if options.show in ("missing", "all") else []:
        print(f"    {line}")
    print(f"roots that could not be compared: {len(unread)}")
    for line in unread:
        print(f"    {line}")
    pool.shutdown(wait=False, cancel_futures=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
