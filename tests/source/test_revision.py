"""A git revision as a workspace: the files of the past, read without running anything of the repository."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from faaslint.source.revision import NoRevision, Revision
from faaslint.source.workspace import Unreadable, Workspace


def git(folder: Path, *arguments: str) -> None:
    identity = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    names = ("-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "init.defaultBranch=main")
    subprocess.run(["git", *names, *arguments], cwd=folder, check=True, capture_output=True, env={**os.environ, **identity})


@pytest.fixture
def project(tmp_path: Path) -> Path:
    git(tmp_path, "init")
    (tmp_path / "app/src").mkdir(parents=True)
    (tmp_path / "app/template.yaml").write_text("old: 1\n", encoding="utf-8")
    (tmp_path / "app/src/größe.py").write_text("x = 1\n", encoding="utf-8")
    (tmp_path / "link.yaml").symlink_to("app/template.yaml")
    (tmp_path / "sources").symlink_to("app/src")
    (tmp_path / "secret").symlink_to("/etc/passwd")
    (tmp_path / "outside").symlink_to("../../etc")
    (tmp_path / "round").symlink_to("round")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-m", "one")
    (tmp_path / "app/template.yaml").write_text("new: 2\n", encoding="utf-8")
    (tmp_path / "later.yaml").write_text("new: 2\n", encoding="utf-8")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-m", "two")
    return tmp_path


def at(project: Path, name: str) -> Workspace:
    return Workspace(Revision(str(project), name))


def test_files_are_read_as_they_were(project: Path) -> None:
    assert at(project, "HEAD~1").text("app/template.yaml") == "old: 1\n"
    assert at(project, "main").text("app/template.yaml") == "new: 2\n"
    assert at(project, "HEAD~1").kind("later.yaml") is None


def test_folders_are_listed_with_what_was_in_them(project: Path) -> None:
    before = at(project, "HEAD~1")
    assert before.entries(".") == ("app/", "link.yaml", "sources/")
    assert before.entries("app") == ("src/", "template.yaml")
    assert before.entries("sources") == ("größe.py",)
    assert (before.kind("app/src"), before.kind("."), before.kind("nowhere")) == ("folder", "folder", None)


def test_links_are_followed_inside_the_tree_and_not_out_of_it(project: Path) -> None:
    before = at(project, "HEAD~1")
    assert before.text("link.yaml") == "old: 1\n"
    assert before.text("sources/größe.py") == "x = 1\n"
    for link in ("secret", "outside/passwd", "round"):
        assert before.kind(link) is None
        with pytest.raises(Unreadable):
            before.read(link)


@pytest.mark.parametrize("name", ["nowhere", "--all", "HEAD:app", "HEAD~7", ""])
def test_what_is_no_commit_is_refused(project: Path, name: str) -> None:
    with pytest.raises(NoRevision):
        Revision(str(project), name)


def test_a_folder_without_git_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NoRevision, match="not a git repository"):
        Revision(str(tmp_path), "HEAD")


def test_nothing_of_the_repository_is_run(project: Path) -> None:
    marker = project / "ran"
    hook = f"!touch {marker} && cat"
    (project / ".gitattributes").write_text("* filter=evil diff=evil\n", encoding="utf-8")
    for key in ("filter.evil.smudge", "filter.evil.clean", "diff.evil.textconv", "core.fsmonitor", "core.pager"):
        git(project, "config", key, hook.removeprefix("!"))
    assert at(project, "HEAD~1").text("app/template.yaml") == "old: 1\n"
    assert not marker.exists()
