"""Where the source of a serverless function or layer is on disk, and whether a build adds to it."""

from __future__ import annotations

import posixpath
from typing import Final

from ...model.guard import ALWAYS
from ...model.nodes import Code, CodeKind
from ...model.record import replace
from ...model.value import Known, Value
from ..cloudformation.code import Codes, template_code
from ..cloudformation.text import known_text
from .serverless import Serverless, mapping_of

_COPIED: Final = ("python", "nodejs", "ruby")
"""Runtimes whose sources `sam build` copies as they are; of the others only the build's result runs."""

_MANIFESTS: Final = {"python": "requirements.txt", "nodejs": "package.json", "ruby": "Gemfile"}


def function_code(source: Serverless, value: Value) -> Codes:
    """Return the code of a function, with what its build adds."""
    template = source.template
    codes = template_code(template.workspace, template.folder, value, template.evaluator.lines)
    metadata = mapping_of(source.metadata)
    if known_text(source.get("PackageType")) == "Image":
        return tuple((guard, _image(source, code)) for guard, code in codes) or ((ALWAYS, _image(source, None)),)
    method = known_text(metadata.get("BuildMethod")) if metadata is not None else None
    runtime = known_text(source.get("Runtime")) or ""
    return tuple((guard, _built(source, code, runtime, method)) for guard, code in codes)


def layer_code(source: Serverless, value: Value) -> Codes:
    """Return the content of a layer. With a build method, the folder holds the build's input."""
    template = source.template
    codes = template_code(template.workspace, template.folder, value, template.evaluator.lines)
    metadata = mapping_of(source.metadata)
    is_built = metadata is not None and "BuildMethod" in metadata.values
    return tuple((guard, replace(code, built=is_built)) for guard, code in codes)


def _built(source: Serverless, code: Code, runtime: str, method: str | None) -> Code:
    if code.kind is not CodeKind.FOLDER:
        return code
    family = next((name for name in _COPIED if runtime.startswith(name)), None)
    if method is not None and not (family is not None and method.startswith(family)):
        return replace(code, built=True)
    if family is None:
        return replace(code, built=True)
    manifest = posixpath.normpath(posixpath.join(code.path, _MANIFESTS[family]))
    return replace(code, built=source.template.workspace.is_file(manifest))


def _image(source: Serverless, code: Code | None) -> Code:
    """Return an image; the folder that it is built from where the metadata says so."""
    span = code.span if code is not None else source.span
    metadata = mapping_of(source.metadata)
    context = metadata.get("DockerContext") if metadata is not None else Known(None)
    written = known_text(context)
    template = source.template
    path = template.workspace.join(template.folder, written) if written else None
    if path is not None and template.workspace.is_folder(path):
        name = known_text(metadata.get("Dockerfile")) if metadata is not None else None
        files = (name or "Dockerfile",)
        return Code(CodeKind.IMAGE, path=path, why="it is a container image", span=span, built=True, files=files)
    return Code(CodeKind.IMAGE, why="it is a container image", span=span)
