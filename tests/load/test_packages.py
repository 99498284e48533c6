"""Packages are measured without being unpacked: sizes from an archive's directory, machines from the first bytes."""

from __future__ import annotations

import io
import struct
import zipfile
from datetime import date
from pathlib import Path

import pytest

from faaslint import api
from faaslint.load.packages import Packages, architecture_of
from faaslint.model.nodes import UNMEASURED, Code, CodeKind, Layer, Package
from faaslint.model.span import Span
from faaslint.source.limits import MEASURED_FILES
from faaslint.source.workspace import Workspace

LAYER = Layer(id="Layer", name="Layer", type="AWS::Lambda::LayerVersion", span=Span("template.yaml", 1, 1, 1, 1))


def elf(machine: int, order: str = "<") -> bytes:
    return b"\x7fELF\x02" + (b"\x01" if order == "<" else b"\x02") + bytes(10) + struct.pack(order + "HH", 3, machine)


def archive(**files: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as made:
        for name, text in files.items():
            # A date of its own: otherwise the archive holds the clock's.
            entry = zipfile.ZipInfo(name.replace("__", "/").replace("_so", ".so"), (2026, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            made.writestr(entry, text)
    return content.getvalue()


def package(files: dict[str, str | bytes], path: str, kind: CodeKind = CodeKind.ARCHIVE, *, built: bool = False) -> Package:
    return Packages(Workspace.in_memory(files), "template.yaml").of(LAYER, Code(kind, path=path, built=built))


@pytest.mark.parametrize(
    ("header", "architecture"),
    [
        (elf(62), "x86_64"),
        (elf(183), "arm64"),
        (elf(183, ">"), "arm64"),
        (elf(3), None),
        (elf(62)[:19], None),
        (b"#!/bin/sh\nexec node\n", None),
        (b"", None),
    ],
)
def test_the_machine_of_a_program(header: bytes, architecture: str | None) -> None:
    assert architecture_of(header) == architecture


def test_an_archive_is_measured_by_its_directory() -> None:
    found = package({"a.zip": archive(lib__native_so=elf(183) + bytes(1000), bootstrap=elf(62), text=bytes(5000))}, "a.zip")
    assert (found.unzipped, found.complete) == (20 + 1000 + 20 + 5000, True)
    assert sorted(found.binaries) == [("bootstrap", "x86_64"), ("lib/native.so", "arm64")]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x05\x06",
        b"not an archive",
        archive(a=b"1")[:-10],
        archive(a=b"1").replace(b"PK\x01\x02", b"PK\x00\x00"),
        b"PK\x05\x06" + bytes(4) + struct.pack("<HHIIH", 65535, 65535, 2**32 - 1, 2**32 - 1, 0),
    ],
    ids=["empty", "signature", "text", "cut", "directory", "counts"],
)
def test_of_what_is_no_archive_nothing_is_known(content: bytes) -> None:
    assert package({"a.zip": content}, "a.zip") == Package(unzipped=0, complete=False)


def test_a_folder_is_the_sum_of_its_files_without_what_tools_leave_out() -> None:
    files: dict[str, str | bytes] = {"src/a.py": "1234", "src/lib/b.so": elf(62), "src/.git/objects/x": "123456"}
    assert package(files, "src", CodeKind.FOLDER) == Package(unzipped=24, complete=True, binaries=(("lib/b.so", "x86_64"),))


def test_what_a_build_changes_is_not_measured() -> None:
    assert package({"src/a.py": "1"}, "src", CodeKind.FOLDER, built=True) == UNMEASURED


def test_a_folder_of_very_many_files_is_a_lower_bound() -> None:
    found = package({f"src/{number}": "1" for number in range(MEASURED_FILES + 10)}, "src", CodeKind.FOLDER)
    assert (found.unzipped, found.complete) == (MEASURED_FILES, False)


FUNCTION = """
AWSTemplateFormatVersion: "2010-09-09"
Transform: AWS::Serverless-2016-10-31
Resources:
  Worker:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: nodejs22.x
      Handler: index.handler
      CodeUri: src/
"""
TERRAFORM = """
resource "aws_lambda_function" "worker" {
  function_name    = "worker"
  runtime          = "nodejs22.x"
  handler          = "index.handler"
  role             = "arn:aws:iam::123456789012:role/worker"
  filename         = "worker.zip"
  source_code_hash = filebase64sha256("worker.zip")
}
"""


def checked(folder: Path) -> list[tuple[str, str]]:
    request = api.Request(paths=(".",), folder=folder, as_of=date(2026, 11, 21), select=("FL111",))
    return [(str(one.level), one.message) for one in api.check(request).findings]


def sparse(path: Path, megabytes: int) -> None:
    """Make a file of a size without writing it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as stream:
        stream.truncate(megabytes * 1024 * 1024)


@pytest.mark.parametrize(
    ("megabytes", "words"), [(51, "51 MB, and Lambda takes 50 MB"), (46, "no more than 50 MB"), (44, "")]
)
def test_an_archive_that_terraform_uploads(tmp_path: Path, megabytes: int, words: str) -> None:
    (tmp_path / "main.tf").write_text(TERRAFORM, encoding="utf-8")
    sparse(tmp_path / "worker.zip", megabytes)
    found = checked(tmp_path)
    assert len(found) == bool(words)
    assert all(words in message for _, message in found)


@pytest.mark.parametrize(("folder", "speaks"), [("src", False), (".aws-sam/build/Worker", True)])
def test_of_a_function_that_is_built_the_result_counts(tmp_path: Path, folder: str, speaks: bool) -> None:
    (tmp_path / "template.yaml").write_text(FUNCTION, encoding="utf-8")
    (tmp_path / "src").mkdir()
    (tmp_path / "src/index.js").write_text("exports.handler = async () => ({});\n", encoding="utf-8")
    (tmp_path / "src/package.json").write_text("{}\n", encoding="utf-8")
    sparse(tmp_path / folder / "model.bin", 260)
    assert bool(checked(tmp_path)) is speaks


def test_links_in_a_package_lead_nowhere_else(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(TERRAFORM, encoding="utf-8")
    (tmp_path / "worker.zip").symlink_to("/dev/zero")
    assert not checked(tmp_path)
