"""Compare the blocks of Terraform files with what came out of loading them: nothing may be dropped in silence.

    python tools/terraform_inventory.py FOLDER ...

Each folder is searched for root modules, as a check would. Every block that the syntax shows (by the parser's own tree,
not by our reading of it) must be accounted for: a resource has its instances, or a count that is certainly zero; a module
call has its module, a model, or a note that it is missing; everything else is declared. Prints what is not, and counts.
Exit status 1 if a block was dropped or a root could not be loaded.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import tree_sitter_hcl
from tree_sitter import Language, Node, Parser

from faaslint.load.discover import discover
from faaslint.load.resource import Loaded
from faaslint.load.terraform.load import Evaluated, evaluated_root, take_notes
from faaslint.load.terraform.scope import Module, key_text
from faaslint.source.workspace import Workspace

IGNORED = frozenset({"terraform", "moved", "import", "check", "removed"})
"""Blocks about the state and the program: nothing that the analysis asks about."""


class Found(NamedTuple):
    """A block as the syntax shows it."""

    kind: str
    labels: tuple[str, ...]
    path: str
    line: int


class Report(NamedTuple):
    """What one root's comparison gave: how many blocks of each kind, and what is not accounted for."""

    blocks: Counter[str]
    dropped: list[str]
    resources: int
    functions: int
    problems: int


def blocks_of(content: bytes, path: str) -> Iterator[Found]:
    """Yield the outermost blocks of a native file, also those inside a part that could not be parsed."""
    parser = Parser(Language(tree_sitter_hcl.language()))
    pending: list[Node] = [parser.parse(content).root_node]
    while pending:
        node = pending.pop()
        if node.type == "block":
            names = [child for child in node.children if child.type in ("identifier", "string_lit", "ERROR")]
            words = [(name.text or b"").decode("utf-8", "replace").strip('"') for name in names]
            if words[:1] == ["locals"]:
                words += _attributes(node)
            yield Found(words[0] if words else "", tuple(words[1:]), path, node.start_point[0] + 1)
        elif node.type in ("config_file", "body", "ERROR"):
            pending += reversed(node.children)


def _attributes(block: Node) -> list[str]:
    bodies = [child for child in block.children if child.type == "body"]
    written = [child for body in bodies for child in body.children if child.type == "attribute"]
    return [(child.children[0].text or b"").decode("utf-8", "replace") for child in written]


def compared(workspace: Workspace, evaluated: Evaluated) -> Report:
    """Compare every module of a root with the syntax of its files."""
    loaded = Loaded(root="", kind="terraform", resources=evaluated.resources)
    take_notes(loaded, evaluated)
    addresses = {resource.address for resource in evaluated.resources}
    missing = {span for _, span in loaded.incomplete} | {problem.span for problem in loaded.problems}
    told = {(problem.span.path, problem.span.line) for problem in loaded.problems}
    counts: Counter[str] = Counter()
    dropped: list[str] = []
    folders: dict[str, list[Module]] = {}
    for module in evaluated.modules:
        if not module.configuration.model:
            folders.setdefault(module.configuration.folder, []).append(module)
    for modules in folders.values():
        seen: set[tuple[str, tuple[str, ...]]] = set()
        for path in modules[0].configuration.files:
            if path.endswith(".json"):
                continue
            for found in blocks_of(workspace.read(path), path):
                counts[found.kind] += 1
                same = (found.kind, found.labels)
                repeated = same in seen and found.kind != "locals"
                seen.add(same)
                if repeated or found.kind in IGNORED or (found.path, found.line) in told:
                    continue
                why = _lacking(found, modules, addresses, missing)
                if why:
                    dropped.append(f"{found.path}:{found.line}: {found.kind} {' '.join(found.labels)}: {why}")
    functions = sum(resource.type == "aws_lambda_function" for resource in evaluated.resources)
    return Report(counts, dropped, len(evaluated.resources), functions, len(loaded.problems))


def _lacking(found: Found, modules: list[Module], addresses: set[str], missing: set[object]) -> str:
    """Return what came of a block too little, empty where all did."""
    configuration = modules[0].configuration
    name = found.labels[0] if found.labels else ""
    match found.kind:
        case "variable":
            return "" if name in configuration.variables else "not declared"
        case "output":
            return "" if name in configuration.outputs else "not declared"
        case "locals":
            lost = sorted(set(found.labels) - set(configuration.locals)) if configuration.broken is None else []
            return f"{', '.join(lost)} not declared" if lost else ""
        case "provider":
            known = any(key.split(".")[0] == name for key in configuration.providers)
            return "" if known else "not declared"
        case "module":
            block = configuration.calls.get(name)
            if block is None:
                return "not declared"
            source = block.body.attributes.get("source")
            place = source.expression.span if source is not None else block.labels[0].span
            for module in modules:
                for instance in module.expansions[f"module.{name}"].instances:
                    if module.children.get((name, instance.key)) is None and place not in missing:
                        return "neither followed nor told"
            return ""
        case "resource" | "data" | "ephemeral":
            key = ".".join(found.labels) if found.kind == "resource" else ".".join((found.kind, *found.labels))
            if key not in configuration.resources:
                return "not declared"
            if found.kind != "resource":
                return ""
            for module in modules:
                for instance in module.expansions[key].instances:
                    address = module.within(key) + key_text(instance.key)
                    if address not in addresses and (module.guard & instance.guard).satisfiable():
                        return f"{address} is not there"
            return ""
    # Terraform knows no such block either.
    return ""


def main(folders: list[str]) -> int:
    """Compare everything below some folders; return the exit status."""
    total: Counter[str] = Counter()
    roots = resources = functions = dropped = errors = 0
    begun = time.process_time()
    for folder in folders:
        workspace = Workspace.on_disk(Path(folder))
        for root in discover(workspace, ["."]).terraform:
            roots += 1
            try:
                report = compared(workspace, evaluated_root(workspace, root, {}))
            except Exception as error:
                errors += 1
                print(f"{folder}/{root}: {type(error).__name__}: {error}")
                continue
            total += report.blocks
            resources += report.resources
            functions += report.functions
            dropped += len(report.dropped)
            for line in report.dropped:
                print(f"{folder}/{line}")
    spent = time.process_time() - begun
    kinds = ", ".join(f"{count} {kind}" for kind, count in total.most_common())
    print(f"{roots} roots: {kinds}")
    print(f"{resources} resources, {functions} functions; {dropped} blocks dropped, {errors} errors; {spent:.1f} s CPU")
    return 1 if dropped or errors else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or ["."]))
