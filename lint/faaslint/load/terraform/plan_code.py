"""Where the code of a plan's functions is: archives that the plan's data sources pack, and files beside the plan."""

from __future__ import annotations

from ...model.guard import ALWAYS, Guard
from ...model.node import Code, CodeKind
from ...source.workspace import Workspace
from .plan_document import Plan, PlannedResource, items, text

_ARCHIVES = ("zip", "jar", "tgz", "gz", "tar")


class PlanCode:
    """Finds code by the paths in a plan, which are relative to the folder that it was made in (``folder``)."""

    def __init__(self, workspace: Workspace, folder: str, plan: Plan) -> None:
        self._workspace = workspace
        self._folder = folder
        self._packed: dict[str, tuple[str, bool, bool]] = {}
        for document in plan.data.values():
            if document.type == "archive_file":
                place = self._place(text(document.values, "output_path"))
                folder_source, file_source = text(document.values, "source_dir"), text(document.values, "source_file")
                if place is not None and (folder_source or file_source):
                    excludes = bool(items(document.values, "excludes"))
                    self._packed[place] = (folder_source or file_source, bool(folder_source), excludes)

    def code_of(self, resource: PlannedResource) -> tuple[tuple[Guard, Code], ...]:
        """Return the code of a function or layer."""
        return ((ALWAYS, self._code(resource)),)

    def _code(self, resource: PlannedResource) -> Code:
        filename = text(resource.values, "filename")
        if filename:
            return self._file(filename, resource)
        if text(resource.values, "image_uri"):
            return Code(CodeKind.IMAGE, why="the code is inside an image", span=resource.span)
        if text(resource.values, "s3_key"):
            return Code(CodeKind.REMOTE, why="the archive is an object in S3", span=resource.span)
        return Code(CodeKind.UNKNOWN, why="the plan names no code", span=resource.span)

    def _file(self, filename: str, resource: PlannedResource) -> Code:
        place = self._place(filename)
        if place is None:
            return Code(CodeKind.UNKNOWN, why=f"{filename} lies outside the project", span=resource.span)
        packed = self._packed.get(place)
        if packed is not None:
            source, is_folder, excludes = packed
            inner = self._place(source)
            if inner is not None and is_folder and self._workspace.is_folder(inner):
                return Code(CodeKind.FOLDER, path=inner, span=resource.span, built=excludes)
            if inner is not None and not is_folder and self._workspace.is_file(inner):
                return Code(CodeKind.FILE, path=inner, span=resource.span)
            return Code(CodeKind.UNKNOWN, why=f"{source} is not beside the plan", span=resource.span)
        if self._workspace.is_file(place):
            archive = place.rsplit(".", 1)[-1].lower() in _ARCHIVES
            if archive:
                return Code(CodeKind.ARCHIVE, path=place, span=resource.span, size=self._workspace.size(place))
            return Code(CodeKind.FILE, path=place, span=resource.span)
        return Code(CodeKind.REMOTE, why=f"the archive {filename} is made elsewhere", span=resource.span)

    def _place(self, path: str) -> str | None:
        return self._workspace.join(self._folder, path) if path else None
