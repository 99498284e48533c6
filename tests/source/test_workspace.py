"""The seam to the files: confinement, bounds, and what is recorded."""

from __future__ import annotations

from pathlib import Path

import pytest

from faaslint.source.limits import FILE_BYTES
from faaslint.source.workspace import Unreadable, Workspace


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    (root / "src").mkdir(parents=True)
    (root / "src" / "app.py").write_text("x = 1\n")
    (tmp_path / "secret.txt").write_text("outside")
    (root / "out").symlink_to(tmp_path / "secret.txt")
    (root / "inner").symlink_to(root / "src")
    return root


def test_files_and_folders_are_told_apart(project: Path) -> None:
    workspace = Workspace.on_disk(project)
    assert (workspace.kind("src"), workspace.kind("src/app.py"), workspace.kind("nope")) == ("folder", "file", None)


def test_a_link_that_leaves_the_root_is_not_there(project: Path) -> None:
    workspace = Workspace.on_disk(project)
    assert workspace.kind("out") is None
    assert workspace.entries(".") == ("inner/", "src/")
    with pytest.raises(Unreadable, match="outside the project"):
        workspace.read("out")


@pytest.mark.parametrize("path", ["/etc/passwd", "~/x", "../../x", "a\0b", "..\\x", "C:/x"])
def test_a_path_that_leaves_the_root_joins_to_nothing(path: str) -> None:
    assert Workspace.join("a", path) is None


def test_paths_join_and_are_normalised() -> None:
    assert Workspace.join("a/b", "../c/./d/") == "a/c/d"
    assert Workspace.join("", "./") == "."


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(b"a\n\xff", r"not UTF-8 text \(line 2\)", id="latin"),
        pytest.param(b"a\0b", "binary file", id="binary"),
        pytest.param(b"x" * (FILE_BYTES + 1), "larger than", id="large"),
    ],
)
def test_text_that_can_not_be_read_says_why(tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "t").write_bytes(content)
    with pytest.raises(Unreadable, match=message):
        Workspace.on_disk(tmp_path).text("t")


def test_byte_order_marks_are_no_text() -> None:
    workspace = Workspace.in_memory({"a": "\ufeffx".encode(), "b": "x".encode("utf-16")})
    assert [workspace.text("a"), workspace.text("b")] == ["x", "x"]


def test_everything_that_was_asked_for_is_recorded() -> None:
    workspace = Workspace.in_memory({"a/b.txt": "x"})
    workspace.text("a/b.txt")
    workspace.is_file("a/c.txt")
    workspace.entries("a")
    assert workspace.reads == {"a/b.txt"}
    assert workspace.looked_for["a/c.txt"] is None
    assert workspace.listed == {"a": ("b.txt",)}


def test_a_link_to_a_folder_is_walked_as_the_folder_that_it_leads_to(tmp_path: Path) -> None:
    (tmp_path / "a" / "inner").mkdir(parents=True)
    (tmp_path / "a" / "inner" / "up").symlink_to(tmp_path / "a", target_is_directory=True)
    workspace = Workspace.on_disk(tmp_path)
    assert workspace.entries("a/inner") == ("up/",)
    assert workspace.real("a/inner/up") == "a"
    assert workspace.real("a/inner") == "a/inner"
