"""Hold faaslint against the examples of good and bad that other linters publish in their tests.

    python tools/peers.py [--rule FL402] [--agreed] PEER=CHECKOUT...

    PEER is one of checkov, trivy, serverless-rules, cfn-lint, cfn_nag, semgrep, sonar; CHECKOUT is a copy of its repository
    (of trivy: of trivy-checks; of sonar: of sonar-python). cfn-lint must also be installed, as its tests are Python that
    builds templates.

``tools/peers.json`` says which of their checks asks what which of our rules asks. Their examples are read where they lie,
and nothing of them is kept. An example counts as found when one of the rules speaks of the resource (or, where the peer
names none, of the file). Printed: for each rule how many examples agree, and each that differs with both verdicts. A
difference that ``peers.json`` explains is ours on purpose; the page of the rule says why. Ends with 1 when one is not
explained.
"""

from __future__ import annotations

import argparse
import ast
import importlib.util
import json
import re
import sys
import tempfile
import textwrap
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final, NamedTuple

from faaslint.api import Request, check
from faaslint.check.registry import load_packs
from faaslint.model.finding import Finding
from peers_roles import employed

MAPPING: Final = Path(__file__).with_name("peers.json")
AS_OF: Final = date(2026, 11, 21)
ABOUT_ROLES: Final = re.compile(r"FL3(0[3-7]|1[3-9]|2[1-2])")
"""Our rules on roles and policies, which speak of those that functions have."""
PERMISSION: Final = {"Principal": "s3.amazonaws.com", "Action": "lambda:InvokeFunction", "FunctionName": "worker"}
"""What examples of permissions leave out."""
STATEMENT: Final = {"Effect": "Allow", "Resource": "*"}
"""What examples of statements leave out."""
READ: Final = {".tf", ".yaml", ".yml", ".json", ".py", ".template"}


class Example(NamedTuple):
    """Texts of a peer, and what it says of them: by resource (``""`` is the file, ``"12"`` is a line), whether it is bad."""

    name: str
    files: Mapping[str, str]
    bad: Mapping[str, bool]
    as_of: date = AS_OF


class Question(NamedTuple):
    """One check of a peer, the rules of ours that ask the same, and the differences that are meant, by glob of the name."""

    peer: str
    check: str
    rules: tuple[str, ...]
    kind: str
    on_purpose: Mapping[str, str]


def folder_texts(folder: Path) -> dict[str, str]:
    """Return the files of an example's folder, by their path in it."""
    paths = sorted(path for path in folder.rglob("*") if path.suffix in READ and path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_text("utf-8", "replace") for path in paths}


def checkov(root: Path, question: Question) -> Iterator[Example]:
    """Read a test module of checkov: sets of resources over an example folder, or HCL in the test itself."""
    path = root / "tests" / question.check
    if path.name == "expected.yaml":
        yield _listed_beside(path, question)
        return
    for test in (one for one in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(one, ast.FunctionDef)):
        words = [one.value for one in ast.walk(test) if isinstance(one, ast.Constant) and isinstance(one.value, str)]
        bad: dict[str, bool] = {}
        for one in ast.walk(test):
            if isinstance(one, ast.Assign) and isinstance(one.targets[0], ast.Name):
                name = one.targets[0].id.lower()
                if isinstance(one.value, (ast.Set, ast.List, ast.Tuple)) and name.startswith(("pass", "fail")):
                    listed = [item.value for item in one.value.elts if isinstance(item, ast.Constant)]
                    bad |= {str(item): name.startswith("fail") for item in listed}
        names = [word.strip("/") for word in words if re.fullmatch(r"/?[\w-]+/?", word)]
        folders = [path.parent / name for name in names if (path.parent / name).is_dir()]
        if bad and folders:
            files = folder_texts(folders[0])
            resources = {re.sub(r"^AWS::\w+::\w+\.", "", name): verdict for name, verdict in bad.items()}
            yield Example(f"{path.stem}/{folders[0].name}", files, resources)
        source = next((word for word in words if re.search(r'(resource|data)\s+"aws_', word)), "")
        verdicts = {one.attr for one in ast.walk(test) if isinstance(one, ast.Attribute)} & {"FAILED", "PASSED"}
        if source and len(verdicts) == 1:
            yield Example(f"{path.stem}/{test.name}", {"main.tf": source}, {"": verdicts == {"FAILED"}})


def _listed_beside(path: Path, question: Question) -> Example:
    """Read a folder with its list of what passes and fails; ``kind`` says which resources ours speaks of instead."""
    import yaml

    theirs, _, ours = question.kind.partition("/")
    listed = yaml.safe_load(path.read_text("utf-8"))
    bad = {
        name.replace(theirs, ours): verdict == "fail" for verdict in ("pass", "fail") for name in listed.get(verdict) or ()
    }
    files = {name: text for name, text in folder_texts(path.parent).items() if name != path.name}
    return Example(f"{path.parent.parent.parent.parent.parent.name}/{path.parent.name}", files, bad)


def trivy(root: Path, question: Question) -> Iterator[Example]:
    """Read the examples that trivy shows beside a check."""
    import yaml

    path = root / "checks" / "cloud" / "aws" / question.check
    for language, examples in yaml.safe_load(path.read_text("utf-8")).items():
        for verdict in ("good", "bad"):
            for place, text in enumerate(examples.get(verdict, ())):
                name = {"terraform": "main.tf", "cloudformation": "template.yaml"}.get(language)
                if name:
                    yield Example(f"{path.stem}/{language}/{verdict}{place}", {name: text}, {"": verdict == "bad"})


def serverless_rules(root: Path, question: Question) -> Iterator[Example]:
    """Read the templates of cfn-lint-serverless, named by their verdict, or a Go test of its plugin for tflint."""
    if question.check.endswith(".go"):
        text = (root / "tflint-ruleset-aws-serverless" / "rules" / question.check).read_text("utf-8")
        for case in re.finditer(r'Name:\s*"([^"]*)",\s*Content:\s*`([^`]*)`,\s*Expected:\s*helper\.Issues\{\s*([{}])', text):
            yield Example(f"{question.check}/{case[1]}", {"main.tf": case[2]}, {"": case[3] == "{"})
        return
    for path in sorted((root / "cfn-lint-serverless" / "tests" / "templates").glob(question.check)):
        yield Example(path.name, {path.name: path.read_text("utf-8")}, {"": ".fail." in path.name})


def cfn_lint(root: Path, question: Question) -> Iterator[Example]:
    """Read the parameters of a test of cfn-lint: whole templates, or properties of one resource."""
    path = root / "test" / "unit" / "rules" / question.check
    sys.path.insert(0, str(root))
    specification = importlib.util.spec_from_file_location(path.stem, path)
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    for test in (getattr(module, name) for name in dir(module) if name.startswith("test")):
        for mark in (one for one in getattr(test, "pytestmark", ()) if one.name == "parametrize"):
            names = mark.args[0].split(",") if isinstance(mark.args[0], str) else mark.args[0]
            for place, row in enumerate(mark.args[1]):
                case = dict(zip(names, getattr(row, "values", row), strict=True))
                said = case.get("expected", case.get("expected_count"))
                label = str(case.get("name", place))
                template = case.get("template")
                if template is None:
                    instance = case["instance"]
                    kind, _, inside = question.kind.partition("/")
                    properties = instance
                    for step in reversed(inside.split("/") if inside else []):
                        properties = {step: properties}
                    if not isinstance(properties, dict):
                        continue
                    statement = properties.get("PolicyDocument", {}).get("Statement")
                    if isinstance(statement, dict):
                        properties["PolicyDocument"]["Statement"] = {**STATEMENT, **statement}
                    template = {"Resources": {"Subject": {"Type": kind, "Properties": properties}}}
                    around = getattr(getattr(module, "template", None), "__wrapped__", None)
                    if around is not None:
                        beside = around()
                        template = {**beside, "Resources": {**beside["Resources"], **template["Resources"]}}
                elif isinstance(template, str):
                    template = {"template.yaml": template}
                for resource in template.get("Resources", {}).values():
                    if resource.get("Type") == "AWS::Lambda::Permission":
                        resource["Properties"] = {**PERMISSION, **resource["Properties"]}
                text = json.dumps(template, indent=1, default=str)
                day = case.get("date", AS_OF)
                day = day.date() if hasattr(day, "date") else day
                yield Example(f"{path.stem}/{label}", {"template.json": text}, {"": bool(said)}, day)


def cfn_nag(root: Path, question: Question) -> Iterator[Example]:
    """Read a spec of cfn_nag: a template and the resources that offend in it."""
    text = (root / "spec" / "custom_rules" / question.check).read_text("utf-8")
    for case in re.split(r"^\s+it ['\"]", text, flags=re.MULTILINE)[1:]:
        template = re.search(r"read_test_template\(?\s*['\"]([^'\"]+)['\"]", case)
        expected = re.search(r"expected_logical_resource_ids\s*=\s*(?:%w\[([^\]]*)\]|\[([^\]]*)\])", case)
        if template and expected and (root / "spec" / "test_templates" / template[1]).is_file():
            ids = (expected[1] or expected[2] or "").replace(",", " ").replace("'", "").replace('"', "").split()
            path = root / "spec" / "test_templates" / template[1]
            bad = dict.fromkeys(ids, True) or {"": False}
            yield Example(f"{question.check}/{path.name}", {path.name: path.read_text("utf-8")}, bad)


def semgrep(root: Path, question: Question) -> Iterator[Example]:
    """Read a file with marks of semgrep: ``ruleid`` before what is bad, ``ok`` before what is good.

    Its Terraform files declare one address many times, so each block with a mark is an example of its own.
    """
    path = root / question.check
    text = path.read_text("utf-8")
    mark = re.compile(r"^\s*(?:#|//)\s*(ruleid|ok):\s*" + re.escape(path.stem), re.MULTILINE)
    if path.suffix == ".tf":
        blocks = re.findall(
            r"^(?:#.*\n)*(?:resource|data)\s[^\n]*\n.*?^}(?=\s*(?:#.*\s*)*(?:(?:resource|data)\s|\Z))",
            text,
            re.MULTILINE | re.DOTALL,
        )
        for place, one in enumerate(blocks):
            marks = {found[1] for found in mark.finditer(one)}
            if marks:
                yield Example(f"{question.check}#{place}", {path.name: one}, {"": "ruleid" in marks})
        return
    lines = text.splitlines()
    bad = {str(number + 1): found[1] == "ruleid" for number, line in enumerate(lines, 1) if (found := mark.match(line))}
    module = path.stem.replace("-", "_")
    files = {f"{module}.py": text, "template.yaml": _template_of(module, text)}
    yield Example(question.check, files, bad)


def sonar(root: Path, question: Question) -> Iterator[Example]:
    """Read a file that Sonar's Python rules are tested on: ``Noncompliant`` stands on the lines that are bad."""
    path = root / "python-checks" / "src" / "test" / "resources" / "checks" / question.check
    text = path.read_text("utf-8")
    lines, module = text.splitlines(), path.stem
    functions = [one for one in ast.parse(text).body if isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef))]
    handlers = {one.name: one for one in functions if [argument.arg for argument in one.args.args] == ["event", "context"]}
    bad = {
        _logical_id(name, place): any("# Noncompliant" in line for line in lines[one.lineno - 1 : one.end_lineno])
        for place, (name, one) in enumerate(handlers.items())
    }
    yield Example(question.check, {f"{module}.py": text, "template.yaml": _template_of(module, text)}, bad)


def _logical_id(handler: str, place: int) -> str:
    return f"{handler.title().replace('_', '')}{place}"


def _template_of(module: str, source: str) -> str:
    handlers = re.findall(r"^(?:async )?def (\w+)\(event, ?context\)", source, re.MULTILINE)
    functions = "".join(
        f"  {_logical_id(name, place)}:\n    Type: AWS::Serverless::Function\n    Properties:\n"
        f"      CodeUri: .\n      Handler: {module}.{name}\n      Runtime: python3.13\n      Timeout: 20\n"
        "      Events: {Api: {Type: Api, Properties: {Path: /, Method: get}}}\n"
        for place, name in enumerate(dict.fromkeys(handlers))
    )
    return "Transform: AWS::Serverless-2016-10-31\nResources:\n" + functions


READERS: Final[dict[str, Callable[[Path, Question], Iterator[Example]]]] = {
    "checkov": checkov,
    "trivy": trivy,
    "serverless-rules": serverless_rules,
    "cfn-lint": cfn_lint,
    "cfn_nag": cfn_nag,
    "semgrep": semgrep,
    "sonar": sonar,
}


def findings(example: Example, rules: tuple[str, ...]) -> tuple[Finding, ...]:
    """Return what our rules say of an example."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in example.files.items():
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(textwrap.dedent(text) if len(example.files) == 1 else text, encoding="utf-8")
        result = check(Request(folder=Path(folder).resolve(), as_of=example.as_of, select=rules))
    failed = [note.message for note in result.info.notifications if note.internal]
    if failed:
        raise SystemExit(f"{example.name}: {failed[0]}")
    return result.findings


def block(text: str, resource: str) -> range:
    """Return the lines of a resource in Terraform, YAML or JSON: from its heading to the next one of its depth."""
    name = resource.rpartition(".")[2]
    head = re.compile(rf'^(?:(?:resource|data)\s+"[\w-]+"\s+"{re.escape(name)}"|\s+["\']?{re.escape(name)}["\']?\s*:)')
    lines = text.splitlines()
    for number, line in enumerate(lines, 1):
        if head.match(line):
            depth = len(line) - len(line.lstrip())
            ends = (
                place
                for place, other in enumerate(lines[number:], number + 1)
                if other.strip() and len(other) - len(other.lstrip()) <= depth and other.strip() not in {"{", "}", "},"}
            )
            return range(number, next(ends, len(lines) + 1))
    return range(0)


def speaks(found: Iterable[Finding], example: Example, resource: str) -> bool:
    """Return whether a finding is about a resource of the example: it names it, or rests on a place in it."""
    for one in found:
        if not resource or resource in one.resources:
            return True
        if resource.isdigit():
            if one.span.line <= int(resource) <= one.span.end_line:
                return True
            continue
        for span in (one.span, *(related.span for related in (*one.related, *one.route))):
            if span.line in block(example.files.get(span.path, ""), resource):
                return True
    return False


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--rule", help="compare this rule of ours only")
    arguments.add_argument("--agreed", action="store_true", help="list what agrees too")
    arguments.add_argument("peers", nargs="+", metavar="PEER=CHECKOUT")
    options = arguments.parse_args()
    roots = {peer: Path(path).resolve() for peer, _, path in (one.partition("=") for one in options.peers)}
    agreed: dict[str, int] = defaultdict(int)
    meant: dict[str, list[str]] = defaultdict(list)
    differing: dict[str, list[str]] = defaultdict(list)
    ours_are = {rule.id for rule in load_packs()}
    for raw in json.loads(MAPPING.read_text("utf-8")):
        rules = tuple(raw["rules"])
        question = Question(raw["peer"], raw["check"], rules, raw.get("kind", ""), raw.get("on_purpose", {}))
        if missing := set(rules) - ours_are:
            raise SystemExit(f"{MAPPING.name} names {', '.join(sorted(missing))}, which is no rule")
        if question.peer not in roots or (options.rule and options.rule not in rules):
            continue
        for example in READERS[question.peer](roots[question.peer], question):
            if ABOUT_ROLES.match(rules[0]):
                example = example._replace(files={path: employed(text, path) for path, text in example.files.items()})
            found = findings(example, rules)
            for resource, bad in example.bad.items():
                ours = speaks(found, example, resource)
                name = f"{question.peer} {example.name} {resource}".rstrip()
                if ours is bad:
                    agreed[rules[0]] += 1
                    if options.agreed:
                        print(f"{rules[0]}: agreed {name} ({'bad' if bad else 'good'})")
                    continue
                line = f"  {name}: ours {'bad' if ours else 'good'}, theirs {'bad' if bad else 'good'}"
                why = next((why for glob, why in question.on_purpose.items() if fnmatchcase(name, glob)), "")
                (meant if why else differing)[rules[0]].append(f"{line}; {why}" if why else line)
    for rule in sorted({*agreed, *meant, *differing}):
        print(f"{rule}: {agreed[rule]} agreed, {len(meant[rule])} differ on purpose, {len(differing[rule])} differ")
        print("\n".join([*meant[rule], *differing[rule]])) if meant[rule] or differing[rule] else None
    totals = [sum(agreed.values()), *(sum(len(one) for one in kind.values()) for kind in (meant, differing))]
    print("agreed {}, on purpose {}, not explained {}".format(*totals))
    return 1 if totals[2] else 0


if __name__ == "__main__":
    sys.exit(main())
