"""Where the code of functions and layers is: archives that are made here, files, objects in S3, images."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from ...model.guard import ALWAYS, Guard
from ...model.nodes import Code, CodeKind
from ...model.read import field
from ...model.record import replace
from ...model.span import Span
from ...model.value import Fields, Items, Known, Leaf, Pattern, Reference, Unknown, Value, branches
from ..resource import Resource
from .leaves import text_of
from .packing import packed_files
from .resources import evaluated, properties

if TYPE_CHECKING:
    from .evaluate import Evaluator

_ARCHIVES = ("zip", "jar", "tgz", "gz", "tar")
_IMAGE_STEPS = 4
"""How many resources an image's name is followed through to the one that builds it."""


class CodeFinder:
    """Finds the code of functions; ``resources`` are all of the root's, so that objects in S3 can be looked up."""

    def __init__(self, evaluator: Evaluator, resources: list[Resource]) -> None:
        self._evaluator = evaluator
        self._resources = resources
        self.packed_from: dict[str, Value] = {}
        """Where modules that pack by a script of their own take the source of a function from, by its address."""
        self._uploads: dict[str, Resource] | None = None
        self._archives: dict[str, tuple[tuple[Guard, Code], ...]] = {}
        self._by_output: dict[str, str] | None = None

    def code_of(self, resource: Resource) -> tuple[tuple[Guard, Code], ...]:
        """Return the code of a function or layer, with the guard of each alternative."""
        fields = resource.properties
        packed = self.packed_from.get(resource.address)
        if packed is not None and not (isinstance(packed, Known) and packed.value is None):
            found = [
                (guard & inner, code) for guard, leaf in branches(packed) for inner, code in self._from_source(leaf, fields)
            ]
            return tuple((guard, code) for guard, code in found if guard.satisfiable())
        for name, find in (
            ("filename", self._from_filename),
            ("image_uri", self._from_image),
            ("s3_key", self._from_bucket),
            # How the registry's module names its source.
            ("source_path", self._from_source),
        ):
            value = fields.values.get(name)
            if value is None or (isinstance(value, Known) and value.value is None):
                continue
            found = []
            for guard, leaf in branches(value):
                if isinstance(leaf, Known) and leaf.value is None:
                    continue
                found += [(guard & inner, code) for inner, code in find(leaf, fields)]
            if found:
                return tuple((guard, code) for guard, code in found if guard.satisfiable())
        why = fields.openness.why if fields.openness is not None else "the block names no code"
        return ((ALWAYS, Code(CodeKind.UNKNOWN, why=why, span=resource.span)),)

    def _from_filename(self, leaf: Leaf, fields: Fields) -> list[tuple[Guard, Code]]:
        span = leaf.trail[0] if leaf.trail else None
        content = leaf.value if isinstance(leaf, Known) else None
        if isinstance(content, Reference):
            if content.attribute == "output_path":
                return list(self._archive(content.address, span))
            # A file that another resource or module makes.
            return [(ALWAYS, Code(CodeKind.REMOTE, why=f"the archive is made by {content.address}", span=span))]
        path = text_of(leaf)
        if path is None:
            why = leaf.why if isinstance(leaf, Unknown) else "the path of the archive is known only after deployment"
            return [(ALWAYS, Code(CodeKind.UNKNOWN, why=why, span=span))]
        made = self._archive_at(path)
        if made is not None:
            return list(self._archive(made, span))
        return [(ALWAYS, self._at_path(path, span))]

    def _workspace_path(self, path: str) -> str | None:
        session = self._evaluator.session
        return session.workspace.join(session.root, path) if path else None

    def _at_path(self, path: str, span: Span | None) -> Code:
        place = self._workspace_path(path)
        if place is None:
            return Code(CodeKind.UNKNOWN, why=f"{path} lies outside the project", span=span)
        workspace = self._evaluator.session.workspace
        if workspace.is_file(place):
            suffix = place.rsplit(".", 1)[-1].lower()
            if suffix in _ARCHIVES:
                return Code(CodeKind.ARCHIVE, path=place, span=span, size=workspace.size(place))
            return Code(CodeKind.FILE, path=place, span=span)
        return Code(CodeKind.REMOTE, why=f"the archive {path} is made elsewhere", span=span)

    def _archive_at(self, path: str) -> str | None:
        """Return the address of the archive_file whose output path is written with the same text."""
        if self._by_output is None:
            self._by_output = {}
            for address, declared in self._evaluator.session.declared.items():
                if declared.block.labels[0].text != "archive_file" or "output_path" not in declared.block.body.attributes:
                    continue
                output = evaluated(self._evaluator, address, declared, "output_path")
                name = text_of(output) if isinstance(output, Known) else None
                place = self._workspace_path(name) if name else None
                if place is not None:
                    self._by_output.setdefault(place, address)
        place = self._workspace_path(path)
        return self._by_output.get(place) if place is not None else None

    def _archive(self, address: str, span: Span | None) -> tuple[tuple[Guard, Code], ...]:
        found = self._archives.get(address)
        if found is None:
            found = self._archives[address] = tuple(self._contents(address, span))
        return found

    def _contents(self, address: str, span: Span | None) -> list[tuple[Guard, Code]]:
        """Return what an archive_file packs."""
        declared = self._evaluator.session.declared.get(address)
        if declared is None:
            return [(ALWAYS, Code(CodeKind.UNKNOWN, why=f"{address} is not declared", span=span))]
        fields = properties(self._evaluator, declared.block, declared.instance.scope)
        found: list[tuple[Guard, Code]] = []
        for name in ("source_dir", "source_file"):
            for guard, leaf in branches(fields.values.get(name, Known(None))):
                if not (isinstance(leaf, Known) and leaf.value is None):
                    found.append((guard, self._packed(leaf, name == "source_dir", fields)))
        if found:
            return found
        inline = self._inline(fields)
        if inline is not None:
            return [(ALWAYS, inline)]
        return [(ALWAYS, Code(CodeKind.UNKNOWN, why="what the archive holds is not known", span=span))]

    def _packed(self, leaf: Leaf, folder: bool, fields: Fields) -> Code:
        span = leaf.trail[0] if leaf.trail else None
        path = text_of(leaf)
        if path is None:
            if isinstance(leaf, Known) and isinstance(leaf.value, Reference):
                return Code(CodeKind.UNKNOWN, why=f"the source is made by {leaf.value.address}", span=span)
            why = leaf.why if isinstance(leaf, Unknown) else "the path is known only after deployment"
            return Code(CodeKind.UNKNOWN, why=why, span=span)
        place = self._workspace_path(path)
        workspace = self._evaluator.session.workspace
        if place is None:
            return Code(CodeKind.UNKNOWN, why=f"{path} lies outside the project", span=span)
        if folder and workspace.is_folder(place):
            excludes = fields.values.get("excludes")
            if excludes is None or (isinstance(excludes, Known) and excludes.value is None):
                return Code(CodeKind.FOLDER, path=place, span=span)
            files = packed_files(workspace, place, excludes)
            # Where it can't be told what is left out, the folder is an upper bound.
            return Code(CodeKind.FOLDER, path=place, span=span, built=files is None, files=files)
        if not folder and workspace.is_file(place):
            return Code(CodeKind.FILE, path=place, span=span)
        return Code(CodeKind.UNKNOWN, why=f"{path} is not in the project; a build step may make it", span=span)

    def _from_source(self, leaf: Leaf, fields: Fields) -> list[tuple[Guard, Code]]:
        leaf = _only_source(leaf)
        path = text_of(leaf)
        place = self._workspace_path(path) if path is not None else None
        folder = place is not None and self._evaluator.session.workspace.is_folder(place)
        code = self._packed(leaf, folder, fields)
        # The module runs pip or npm where it finds what they need.
        return [(ALWAYS, replace(code, built=True) if code.kind is CodeKind.FOLDER else code)]

    def _inline(self, fields: Fields) -> Code | None:
        """Return Python source that stands in the configuration itself."""
        texts: list[tuple[str, Value]] = []
        name, content = fields.values.get("source_content_filename"), fields.values.get("source_content")
        if name is not None and content is not None:
            texts.append((text_of(name) or "" if isinstance(name, Known) else "", content))
        blocks = fields.values.get("source")
        if isinstance(blocks, Known) and isinstance(blocks.value, Items):
            for item in blocks.value.items:
                inner = item.value.value if isinstance(item.value, Known) else None
                if isinstance(inner, Fields):
                    label = inner.get("filename")
                    texts.append((text_of(label) or "" if isinstance(label, Known) else "", inner.get("content")))
        if len(texts) != 1 or not texts[0][0].endswith(".py"):
            return None
        value = texts[0][1]
        text = text_of(value) if isinstance(value, Known) else None
        if text is None or not isinstance(value, Known):
            return None
        innermost = value.trail[-1]
        workspace = self._evaluator.session.workspace
        if innermost.path.endswith(".py") and workspace.is_file(innermost.path):
            if texts[0][0] == posixpath.basename(innermost.path):
                return Code(CodeKind.FILE, path=innermost.path, span=value.trail[0])
            # Packed under another name: the module is called as the archive calls it, and its lines are the file's.
            there = tuple(Span(innermost.path, line, 1, line, 1) for line in range(1, text.count("\n") + 2))
            return Code(CodeKind.INLINE, path=texts[0][0], text=text, text_lines=there, span=value.trail[0])
        lines: list[Span] = []
        for piece in self._evaluator.session.layouts.get((innermost, text), ()):
            spans = piece.text.lines if piece.text is not None else (piece.span,)
            # The last line of a piece and the first of the next are one line of the text.
            lines += spans[1:] if lines else spans
        return Code(CodeKind.INLINE, path=texts[0][0], text=text, text_lines=tuple(lines), span=value.trail[0])

    def _from_image(self, leaf: Leaf, fields: Fields) -> list[tuple[Guard, Code]]:
        span = leaf.trail[0] if leaf.trail else None
        context = self._build_context(leaf)
        place = self._workspace_path(context) if context is not None else None
        if place is not None and self._evaluator.session.workspace.is_folder(place):
            why = "the code is inside an image that is built here"
            return [(ALWAYS, Code(CodeKind.IMAGE, path=place, why=why, span=span, built=True))]
        return [(ALWAYS, Code(CodeKind.IMAGE, why="the code is inside an image", span=span))]

    def _build_context(self, leaf: Leaf) -> str | None:
        """Return the folder that the image is built from, where a resource of the project builds it."""
        images = {each.address: each for each in self._resources if each.type in ("docker_image", "docker_registry_image")}
        for _ in range(_IMAGE_STEPS):
            content = leaf.value if isinstance(leaf, Known) else None
            parts = content.parts if isinstance(content, Pattern) else (content,)
            image = next(
                (images[part.address] for part in parts if isinstance(part, Reference) and part.address in images), None
            )
            if image is None:
                return None
            build = field(Known(image.properties), "build.context")
            if isinstance(build, Known) and build.value is not None:
                return text_of(build)
            name = image.properties.get("name")
            if not isinstance(name, Known):
                return None
            leaf = name
        return None

    def _from_bucket(self, leaf: Leaf, fields: Fields) -> list[tuple[Guard, Code]]:
        """Find the object that a key names among those that this project uploads."""
        span = leaf.trail[0] if leaf.trail else None
        remote = Code(CodeKind.REMOTE, why="the archive is an object in S3", span=span)
        content = leaf.value if isinstance(leaf, Known) else None
        if self._uploads is None:
            self._uploads = {
                each.address: each for each in self._resources if each.type in ("aws_s3_object", "aws_s3_bucket_object")
            }
        candidates: list[Resource] = []
        if isinstance(content, Reference):
            uploaded = self._uploads.get(content.address)
            candidates = [uploaded] if uploaded is not None else []
        elif isinstance(leaf, Known):
            candidates = [each for each in self._uploads.values() if _same(each.properties.get("key"), leaf)]
            candidates = [
                each for each in candidates if _same_bucket(each.properties.get("bucket"), fields.get("s3_bucket"))
            ]
        if len(candidates) != 1:
            return [(ALWAYS, remote)]
        source = candidates[0].properties.get("source")
        if isinstance(source, Known) and source.value is None:
            return [(ALWAYS, remote)]
        return [
            (guard & inner, code) for guard, each in branches(source) for inner, code in self._from_filename(each, fields)
        ]


def _only_source(leaf: Leaf) -> Leaf:
    """Return the one source that the registry's module packs: a path, or a list with one path or one map that has it."""
    content = leaf.value if isinstance(leaf, Known) else None
    if isinstance(content, Items):
        if len(content.items) != 1 or content.openness is not None or not content.items[0].guard.always:
            return Unknown("it is packed from several sources", trail=leaf.trail)
        inner = content.items[0].value
        return (
            _only_source(inner)
            if isinstance(inner, (Known, Unknown))
            else Unknown("it depends on a condition", trail=leaf.trail)
        )
    if isinstance(content, Fields):
        path = content.get("path")
        return path if isinstance(path, (Known, Unknown)) else Unknown("it depends on a condition", trail=leaf.trail)
    return leaf


def _same(value: Value, leaf: Known) -> bool:
    return isinstance(value, Known) and value.value is not None and value.value == leaf.value


def _same_bucket(left: Value, right: Value) -> bool:
    """Return whether two bucket settings name one bucket: by the same text, or by any name of one resource."""
    if not isinstance(left, Known) or not isinstance(right, Known):
        return isinstance(left, Unknown) and isinstance(right, Unknown) and left.symbol is not None and left == right
    if isinstance(left.value, Reference) and isinstance(right.value, Reference):
        return left.value.address == right.value.address
    return left.value == right.value
