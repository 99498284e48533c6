"""Finding the roots of a run: templates by their content, Terraform root modules by their folders."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence
from typing import Final

from ..model.finding import Level, Notification
from ..model.record import field, record
from ..source.limits import DIRECTORY_ENTRIES, MODULE_DEPTH
from ..source.tree import Mapping, ParseFailure, Tree
from ..source.workspace import Unreadable, Workspace
from .unsynthesised import SYNTHESISED_BY, unsynthesised

_SKIPPED: Final = (
    ".git .hg .svn .venv venv node_modules __pycache__ .aws-sam .terraform .terragrunt-cache .serverless .tox .nox "
    ".mypy_cache .pytest_cache .ruff_cache .faaslint_cache"
)
SKIPPED_FOLDERS: Final = frozenset(_SKIPPED.split())
"""Folders that hold no project of the user: version control, installed packages, build results, caches."""

_TEMPLATE_EXTENSIONS: Final = (".yaml", ".yml", ".json", ".template")
_TERRAFORM_EXTENSIONS: Final = (".tf", ".tf.json", ".tofu", ".tofu.json")
_TERRAGRUNT: Final = "terragrunt.hcl"
_TEMPLATE_NAMES: Final = frozenset({"template.yaml", "template.yml", "template.json"})
_HANDLER_EXTENSIONS: Final = (".py", ".ts", ".js", ".mts", ".mjs")

_RESOURCES_KEY: Final = re.compile(rb"""(?m)^[ \t{]*["']?Resources["']?[ \t]*:|["']Resources["']\s*:""")
_RESOURCE_TYPE: Final = re.compile(rb"""Type["']?[ \t]*:\s*["']?(?:AWS|Custom|Alexa)::""")
_SAM_TRANSFORM: Final = b"AWS::Serverless-"
_FOLDERS_ABOVE: Final = 3
"""In how many folders, from its own upwards, templates are looked at that may nest a named one."""
_PARENTS: Final = 100
"""Most templates of one folder that are looked at for that."""
_NESTED_TYPES: Final = (b"AWS::CloudFormation::Stack", b"AWS::Serverless::Application")
_PLAN_MARK: Final = b'"planned_values"'
_PLAN_VERSIONS: Final = (b'"terraform_version"', b'"format_version"')
_LOCK_FILES: Final = frozenset(
    {"package.json", "package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml", "tsconfig.json", "composer.json"}
)
"""Well-known names that are no template, whatever they hold: they are not even read."""


@record(frozen=False)
class Discovery:
    """What a run is about. Paths are POSIX and relative to the workspace.

    ``templates`` are files, ``terraform`` folders (root modules), ``plans`` files that ``terraform show -json`` wrote,
    ``assemblies`` folders that the CDK synthesised, each with everything in it, ``units`` files of Terragrunt.
    ``passed_over`` counts YAML and JSON files that are no template; ``files_seen`` all files that were looked at.
    """

    templates: tuple[str, ...] = ()
    terraform: tuple[str, ...] = ()
    plans: tuple[str, ...] = ()
    assemblies: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    passed_over: int = 0
    files_seen: int = 0
    notifications: list[Notification] = field(default_factory=list)


def discover(workspace: Workspace, paths: Sequence[str]) -> Discovery:
    """Find the roots under some files and folders.

    A file that is named is a root whatever it holds; the folder of a ``.tf`` file that is named, likewise. A source file
    that is named stands for the project that it belongs to. Everything else is found by its content.
    """
    search = _Search(workspace)
    for path in paths:
        search.argument(path)
    return search.result()


class _Search:
    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.notifications: list[Notification] = []
        self.templates: set[str] = set()
        self.nested: dict[str, set[str]] = {}
        self.plans: set[str] = set()
        self.terraform: set[str] = set()
        self.assemblies: set[str] = set()
        self.units: set[str] = set()
        self.named_folders: set[str] = set()
        self.sources: set[str] = set()
        self.passed_over = 0
        self.files: set[str] = set()
        self._walked: set[str] = set()
        self._entries = 0
        self._has_named = False
        self._is_full = False

    def argument(self, path: str) -> None:
        """Add what one argument of the command line names."""
        path = posixpath.normpath(path)
        kind = self.workspace.kind(path)
        if kind == "folder":
            self._walk(path)
        elif kind == "file":
            self._named_file(path)
        else:
            self._note(Level.ERROR, "there is no such file or folder", path)

    def _named_file(self, path: str) -> None:
        self.files.add(path)
        self._has_named = True
        if path.endswith(_TERRAFORM_EXTENSIONS):
            folder = posixpath.dirname(path) or "."
            self.terraform.add(folder)
            self.named_folders.add(folder)
        elif posixpath.basename(path) == _TERRAGRUNT:
            self.units.add(path)
        elif path.endswith(_HANDLER_EXTENSIONS):
            self._owners(path)
        elif (assembly := self._assembly_of(path)) is not None:
            self.assemblies.add(assembly)
        elif (kind := self._sniff(path)) == "plan":
            self.plans.add(path)
        elif not kind and posixpath.basename(path) in SYNTHESISED_BY:
            self.passed_over += 1
            self.sources.add(path)
        else:
            self.templates.add(path)

    def _assembly_of(self, path: str) -> str | None:
        """Return the outermost assembly that a file lies in: a stage's is read with the app's."""
        found = None
        folder = path
        while folder not in (".", ""):
            folder = posixpath.dirname(folder) or "."
            try:
                inside = self._is_assembly(self.workspace.entries(folder))
            except Unreadable:
                break
            if inside:
                found = folder
            elif found is not None:
                break
        return found

    def _owners(self, path: str) -> None:
        """Add the roots of the nearest folder above a source file that has some."""
        folder = posixpath.dirname(path) or "."
        while True:
            try:
                names = self.workspace.entries(folder)
            except Unreadable:
                names = ()
            found = False
            for name in names:
                inner = posixpath.normpath(posixpath.join(folder, name))
                if name.endswith(_TERRAFORM_EXTENSIONS):
                    self.files.add(inner)
                    self.terraform.add(folder)
                    found = True
                elif name.endswith("/") and self._holds_assembly(inner):
                    self.assemblies.add(inner)
                    found = True
                elif name.endswith(_TEMPLATE_EXTENSIONS):
                    self.files.add(inner)
                    if self._sniff(inner) == "template":
                        self.templates.add(inner)
                        found = True
            if found or folder == ".":
                return
            folder = posixpath.dirname(folder) or "."

    def _holds_assembly(self, folder: str) -> bool:
        return all(self.workspace.is_file(f"{folder}/{name}") for name in ("manifest.json", "cdk.out"))

    def _walk(self, top: str) -> None:
        pending = [top]
        while pending:
            folder = pending.pop()
            if folder in self._walked or self._is_full:
                continue
            self._walked.add(folder)
            try:
                names = self.workspace.entries(folder)
            except Unreadable as error:
                self._note(Level.WARNING, f"the folder can't be listed: {error}", folder)
                continue
            self._entries += len(names)
            if self._entries > DIRECTORY_ENTRIES:
                self._is_full = True
                self._note(
                    Level.ERROR,
                    f"the search stopped after {DIRECTORY_ENTRIES} files and folders; name the projects to analyse",
                    folder,
                )
                return
            if self._is_assembly(names):
                self.assemblies.add(folder)
                self.files |= {posixpath.normpath(posixpath.join(folder, name)) for name in names if name.endswith(".json")}
                continue
            for name in names:
                path = posixpath.normpath(posixpath.join(folder, name))
                if name.endswith("/"):
                    if "{{" in name and "}}" in name:
                        self._note(Level.NOTE, "passed over: what a generator such as cookiecutter makes projects of", path)
                    elif not _is_skipped(folder, name[:-1]):
                        pending.append(self.workspace.real(path))
                elif name.endswith(_TERRAFORM_EXTENSIONS):
                    self.files.add(path)
                    self.terraform.add(folder)
                elif name == _TERRAGRUNT:
                    self.files.add(path)
                    self.units.add(path)
                elif name.endswith(_TEMPLATE_EXTENSIONS):
                    self._file(path)
                    if name in SYNTHESISED_BY:
                        self.sources.add(path)

    @staticmethod
    def _is_assembly(names: Sequence[str]) -> bool:
        """Return whether a folder with these entries is a cloud assembly of the CDK."""
        return "manifest.json" in names and "cdk.out" in names

    def _file(self, path: str) -> None:
        if path in self.files:
            return
        self.files.add(path)
        kind = self._sniff(path)
        if kind == "plan":
            self.plans.add(path)
        elif kind == "template":
            self.templates.add(path)
        else:
            self.passed_over += 1

    def _sniff(self, path: str) -> str:
        """Return ``template``, ``plan`` or nothing: a glance at the bytes first, then at the content."""
        name = posixpath.basename(path)
        if name in _LOCK_FILES:
            return ""
        named = name in _TEMPLATE_NAMES
        try:
            content = self.workspace.read(path)
        except Unreadable as error:
            if named:
                return "template"
            if name.endswith(".json"):
                # Imported when needed: few files are too large.
                from .terraform.plan_large import is_large_plan

                if is_large_plan(self.workspace, path, _is_plan):
                    return "plan"
            self._note(Level.NOTE, f"passed over: {error}", path)
            return ""
        if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
            content = content.decode("utf-16", "replace").encode()
        if name.endswith(".json") and _is_plan(content):
            return "plan"
        looks = _SAM_TRANSFORM in content or (_RESOURCE_TYPE.search(content) and _RESOURCES_KEY.search(content))
        if not looks and not (named and _may_be_meant(content)):
            return ""
        from .cloudformation.document import read_ahead
        from .cloudformation.recognise import has_template_content

        try:
            tree = read_ahead(self.workspace, path)
        except ParseFailure:
            # What looks like a template and can't be parsed is the user's to mend: its loader says so.
            return "template"
        if not has_template_content(tree):
            return ""
        if any(kind in content for kind in _NESTED_TYPES):
            self._nest(path, tree)
        return "template"

    def _nest(self, path: str, tree: Tree) -> None:
        """Remember which templates on disk a template nests."""
        from .cloudformation.sections import nested_location

        resources = tree.get("Resources") if isinstance(tree, Mapping) else None
        for _, body in resources.entries if isinstance(resources, Mapping) else ():
            location = nested_location(body) if isinstance(body, Mapping) else None
            inner = self.workspace.join(posixpath.dirname(path), location) if location is not None else None
            if inner is not None and inner != path:
                self.nested.setdefault(path, set()).add(inner)

    def _add_parents(self) -> None:
        """Add the templates that nest those of named files: beside them, or in a folder above."""
        seen: set[str] = set()
        for _ in range(MODULE_DEPTH):
            before = len(self.templates)
            for path in sorted(self.templates):
                folder = path
                for _ in range(_FOLDERS_ABOVE):
                    folder = posixpath.dirname(folder)
                    if folder not in seen:
                        seen.add(folder)
                        self._look_for_parents(folder or ".")
                    if not folder:
                        break
            self.templates |= {path for path, inner in self.nested.items() if inner & self.templates}
            if len(self.templates) == before:
                return

    def _look_for_parents(self, folder: str) -> None:
        try:
            names = [name for name in self.workspace.entries(folder) if name.endswith(_TEMPLATE_EXTENSIONS)]
        except Unreadable:
            return
        if len(names) <= _PARENTS:
            for name in names:
                path = posixpath.normpath(posixpath.join(folder, name))
                if path not in self.files and path not in self.nested:
                    self._sniff(path)

    def _template_roots(self) -> list[str]:
        """Return the templates that no other template of the run nests; of those that nest each other, the first."""
        inner = set().union(*self.nested.values()) if self.nested else set()
        roots = self.templates - inner
        seen: set[str] = set()
        for candidate in (*sorted(roots), *sorted(self.templates & inner)):
            if candidate in seen:
                continue
            roots.add(candidate)
            pending = [candidate]
            while pending:
                path = pending.pop()
                if path not in seen:
                    seen.add(path)
                    pending += self.nested.get(path, ())
        return sorted(roots)

    def _note(self, level: Level, message: str, path: str) -> None:
        self.notifications.append(Notification(level, message, path))

    def result(self) -> Discovery:
        """Return what was found, sorted."""
        if self._has_named and self.templates:
            self._add_parents()
        folders, units = self.terraform, self.units
        if len(folders) > 1 or self.named_folders or units:
            # Imported when needed: a run without Terraform does not load its parser.
            from .terraform.roots import terraform_roots

            folders, units = terraform_roots(self.workspace, folders, self.named_folders, units, _is_skipped)
        if self.sources:
            self.notifications += unsynthesised(self.workspace, self.sources, self.assemblies | folders)
        return Discovery(
            templates=tuple(self._template_roots()),
            terraform=tuple(sorted(folders)),
            plans=tuple(sorted(self.plans)),
            assemblies=tuple(sorted(self.assemblies)),
            units=tuple(sorted(units)),
            passed_over=self.passed_over,
            files_seen=len(self.files),
            notifications=self.notifications,
        )


def _is_plan(content: bytes) -> bool:
    return _PLAN_MARK in content and any(mark in content for mark in _PLAN_VERSIONS)


def _may_be_meant(content: bytes) -> bool:
    """Return whether a file with a template's name could be one: other tools' files are called ``template.yaml`` too."""
    return not content.strip() or b"AWS::" in content or b"Resources" in content or b"\0" in content


def _is_skipped(folder: str, name: str) -> bool:
    return name in SKIPPED_FOLDERS or (name.startswith("asset.") and posixpath.basename(folder) == "cdk.out")
