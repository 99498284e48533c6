"""Small handler programs, analysed in memory."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import dedent
from typing import Any

from faaslint.handlers import Analyser
from faaslint.model.facts import EnvironmentRead, Handler, SdkCall
from faaslint.model.nodes import Code, CodeKind
from faaslint.model.span import NOWHERE
from faaslint.model.value import Environment, Fields, Items, Known, Pattern, Value
from faaslint.source.workspace import Workspace

UNKNOWN = "?"


def analyse(
    program: str | Mapping[str, str],
    handler: str = "app.handler",
    *,
    runtime: str = "python3.13",
    code: Code | None = None,
) -> Handler:
    """Analyse a program: the text of ``app.py``, or files by path below the folder ``src``."""
    files = {"app.py": program} if isinstance(program, str) else program
    workspace = Workspace.in_memory({f"src/{path}": dedent(text) for path, text in files.items()})
    return Analyser(workspace).analyse(
        code or Code(CodeKind.FOLDER, path="src"), handler, runtime, identifier="F", place=NOWHERE
    )


def plain(value: Value) -> Any:
    """Return a value as tests write it: texts, ``$NAME`` for a variable, ``?`` for what is unknown."""
    if not isinstance(value, Known):
        return UNKNOWN
    content = value.value
    if isinstance(content, Environment):
        return f"${content.name}"
    if isinstance(content, Pattern):
        return "".join(
            part if isinstance(part, str) else f"${part.name}" if isinstance(part, Environment) else UNKNOWN
            for part in content.parts
        )
    if isinstance(content, Fields):
        return {name: plain(inner) for name, inner in content.values.items()}
    if isinstance(content, Items):
        return [plain(item.value) for item in content.items]
    return content


def told(call: SdkCall) -> str:
    """Return a call on one line: ``s3.put_object(Bucket=x)``; the SDK's own method in brackets, reach if not certain."""
    arguments = ", ".join(f"{name}={plain(value)}" for name, value in sorted(call.arguments.items()))
    method = f" [{call.high_level}]" if call.high_level else ""
    reach = "" if call.reachable.value == "yes" else f" {call.reachable.value}"
    own = " own credentials" if call.own_credentials else ""
    return f"{call.service}.{call.operation}({arguments}){method}{own}{reach}"


def calls(program: str | Mapping[str, str]) -> list[str]:
    """Return every call of a program on one line each."""
    return [told(call) for call in analyse(program).calls]


def reads(program: str | Mapping[str, str]) -> dict[str, EnvironmentRead]:
    """Return the reads of a program by the variable's name."""
    return {read.name: read for read in analyse(program).reads}
