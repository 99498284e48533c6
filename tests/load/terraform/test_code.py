"""Where the code of functions and layers comes from."""

from __future__ import annotations

import pytest

from faaslint.model.nodes import Code, CodeKind

from ..loading import resource
from .making import load

SOURCES = {"src/app.py": "def main(event, context): ...\n", "built.zip": "PK", "app/main.py": ""}


def code(function: str, more: str = "", files: dict[str, str] | None = None, folder: str = ".") -> Code:
    """Return the only code of a function whose block sets these attributes."""
    text = f'resource "aws_lambda_function" "f" {{\n{function}\n}}\n{more}'
    loaded = load(text, files={**SOURCES, **(files or {})}, folder=folder)
    ((_, found),) = resource(loaded, "aws_lambda_function.f").code
    return found


def archive(settings: str) -> str:
    return f'data "archive_file" "a" {{\n  type = "zip"\n  output_path = "${{path.module}}/out/a.zip"\n{settings}\n}}\n'


@pytest.mark.parametrize(
    ("settings", "kind", "path"),
    [
        ('  source_dir = "${path.module}/src"', CodeKind.FOLDER, "src"),
        ('  source_dir = "src/"', CodeKind.FOLDER, "src"),
        ('  source_file = "${path.module}/src/app.py"', CodeKind.FILE, "src/app.py"),
        ('  source_file = "made/by/a/build.py"', CodeKind.UNKNOWN, ""),
        ('  source_dir = "../elsewhere"', CodeKind.UNKNOWN, ""),
    ],
)
def test_an_archive_that_is_made_here_leads_to_its_source(settings: str, kind: CodeKind, path: str) -> None:
    found = code("  filename = data.archive_file.a.output_path", archive(settings))
    assert (found.kind, found.path) == (kind, path)


@pytest.mark.parametrize("filename", ['"${path.module}/out/a.zip"', '"out/a.zip"', '"./out/a.zip"'])
def test_an_archive_is_also_found_by_its_path(filename: str) -> None:
    assert code(f"  filename = {filename}", archive('  source_dir = "src"')).path == "src"


def test_an_archive_may_be_a_resource_or_one_of_many() -> None:
    made = 'resource "archive_file" "a" {\n  type = "zip"\n  source_dir = "src"\n  output_path = "o.zip"\n}\n'
    assert code("  filename = archive_file.a.output_path", made).path == "src"
    many = (
        'data "archive_file" "a" {\n  for_each = toset(["src", "app"])\n  type = "zip"\n'
        '  source_dir = each.key\n  output_path = "${each.key}.zip"\n}\n'
    )
    assert code('  filename = data.archive_file.a["app"].output_path', many).path == "app"


def test_code_inside_the_configuration() -> None:
    settings = (
        '  source {\n    filename = "app.py"\n    content  = <<-EOT\n'
        "      def main(event, context):\n          return 1\n    EOT\n  }"
    )
    found = code("  filename = data.archive_file.a.output_path", archive(settings))
    assert found.kind is CodeKind.INLINE
    assert found.path == "app.py"
    assert found.text == "def main(event, context):\n    return 1\n"
    assert [(span.line, span.column) for span in found.text_lines[:2]] == [(10, 7), (11, 7)]


def test_a_file_that_is_packed_as_content_is_that_file() -> None:
    settings = '  source {\n    filename = "app.py"\n    content  = file("src/app.py")\n  }'
    found = code("  filename = data.archive_file.a.output_path", archive(settings))
    assert (found.kind, found.path) == (CodeKind.FILE, "src/app.py")


def test_a_built_archive_is_an_archive_and_a_missing_one_is_made_elsewhere() -> None:
    assert code('  filename = "built.zip"').kind is CodeKind.ARCHIVE
    missing = code('  filename = "target/app.jar"')
    assert (missing.kind, missing.why) == (CodeKind.REMOTE, "the archive target/app.jar is made elsewhere")


def test_an_object_that_this_project_uploads() -> None:
    upload = (
        'resource "aws_s3_bucket" "b" {}\nresource "aws_s3_object" "o" {\n'
        '  bucket = aws_s3_bucket.b.id\n  key = "f.zip"\n'
        "  source = data.archive_file.a.output_path\n}\n"
    )
    more = upload + archive('  source_dir = "src"')
    assert code("  s3_bucket = aws_s3_bucket.b.id\n  s3_key = aws_s3_object.o.key", more).path == "src"
    assert code('  s3_bucket = aws_s3_bucket.b.bucket\n  s3_key = "f.zip"', more).path == "src"
    assert code('  s3_bucket = "another"\n  s3_key = "f.zip"', more).kind is CodeKind.REMOTE


def test_an_image() -> None:
    assert code('  package_type = "Image"\n  image_uri = "1.dkr.ecr.eu-west-1.amazonaws.com/f:1"').kind is CodeKind.IMAGE


def test_code_of_a_condition_has_its_guards() -> None:
    text = (
        'variable "x" {}\nresource "aws_lambda_function" "f" {\n'
        '  filename = var.x ? data.archive_file.a.output_path : "built.zip"\n}\n' + archive('  source_dir = "src"')
    )
    found = resource(load(text, files=SOURCES), "aws_lambda_function.f").code
    assert [(guard.label, str(each.kind)) for guard, each in found] == [("var.x", "folder"), ("not var.x", "archive")]


def test_a_path_is_relative_to_the_root_module() -> None:
    text = 'module "m" {\n  source = "./m"\n}\n'
    inner = 'resource "aws_lambda_function" "f" {\n  filename = data.archive_file.a.output_path\n}\n' + archive(
        '  source_dir = "${path.module}/code"'
    )
    loaded = load("", files={"app/main.tf": text, "app/m/main.tf": inner, "app/m/code/x.py": ""}, folder="app")
    ((_, found),) = resource(loaded, "module.m.aws_lambda_function.f").code
    assert (found.kind, found.path) == (CodeKind.FOLDER, "app/m/code")


def test_layers_have_code_too() -> None:
    text = 'resource "aws_lambda_layer_version" "l" {\n  filename = data.archive_file.a.output_path\n}\n' + archive(
        '  source_dir = "src"'
    )
    ((_, found),) = resource(load(text, files=SOURCES), "aws_lambda_layer_version.l").code
    assert found.path == "src"
