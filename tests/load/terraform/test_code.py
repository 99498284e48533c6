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


def test_a_file_that_is_packed_under_another_name_is_called_by_that_name() -> None:
    settings = '  source {\n    filename = "index.py"\n    content  = file("src/app.py")\n  }'
    found = code("  filename = data.archive_file.a.output_path", archive(settings))
    assert (found.kind, found.path, found.text) == (CodeKind.INLINE, "index.py", SOURCES["src/app.py"])
    assert (found.text_lines[0].path, found.text_lines[0].line) == ("src/app.py", 1)


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


# What an archive leaves out


def packed(excludes: str, *paths: str) -> tuple[bool, tuple[str, ...] | None]:
    text = (
        f'data "archive_file" "a" {{\n  type = "zip"\n  source_dir = "src"\n  output_path = "a.zip"\n  excludes = {excludes}\n}}\n'
        'resource "aws_lambda_function" "f" {\n  filename = data.archive_file.a.output_path\n}\n'
    )
    ((_, code),) = resource(load(text, files={f"src/{path}": "" for path in paths}), "aws_lambda_function.f").code
    return code.built, code.files


def test_files_that_an_archive_leaves_out_are_not_in_the_package() -> None:
    paths = ("app.py", "tests/test_app.py", "tests/deep/x.py", "lib/a.pyc", "lib/b.py", "notes.md", "README.md")
    assert packed('["tests", "**/*.pyc", "{notes,README}.md"]', *paths) == (False, ("app.py", "lib/b.py"))
    assert packed('["*.py"]', *paths)[1] == (
        "README.md",
        "lib/a.pyc",
        "lib/b.py",
        "notes.md",
        "tests/deep/x.py",
        "tests/test_app.py",
    )
    assert packed('["lib/**"]', "lib/b.py", "app.py") == (False, ("app.py",))
    assert packed("[]", "app.py") == (False, ("app.py",))


def test_what_can_not_be_told_of_it_leaves_the_folder_an_upper_bound() -> None:
    for excludes in ("var.left_out", '["[ab].py"]', "[var.left_out]", '["{a,{b,c}}.py"]'):
        assert packed(excludes, "app.py") == (True, None), excludes


# The registry's module


def module_code(source: str) -> list[tuple[str, str]]:
    text = f'module "f" {{\n  source = "terraform-aws-modules/lambda/aws"\n  source_path = {source}\n}}\n'
    found = resource(load(text, files={"src/app.py": "", "other/x.py": ""}), "module.f.aws_lambda_function.this[0]")
    return [(str(code.kind), code.path) for _, code in found.code]


def test_the_source_of_the_registrys_module_may_be_a_list_or_a_map() -> None:
    assert module_code('["src"]') == [("folder", "src")]
    assert module_code('[{ path = "src", pip_requirements = true }]') == [("folder", "src")]
    assert module_code('{ path = "src/app.py" }') == [("file", "src/app.py")]
    assert module_code('["src", "other"]') == [("unknown", "")]


# Images


def test_an_image_that_is_built_here_tells_its_folder() -> None:
    text = (
        'resource "docker_image" "i" {\n  name = "i"\n  build {\n    context = "src"\n  }\n}\n'
        'resource "docker_registry_image" "r" {\n  name = docker_image.i.name\n}\n'
        'resource "aws_lambda_function" "f" {\n  package_type = "Image"\n'
        '  image_uri = "${docker_registry_image.r.name}@${docker_registry_image.r.sha256_digest}"\n}\n'
        'module "d" {\n  source = "terraform-aws-modules/lambda/aws//modules/docker-build"\n  source_path = "src"\n}\n'
        'resource "aws_lambda_function" "g" {\n  image_uri = module.d.image_uri\n}\n'
        'resource "aws_lambda_function" "h" {\n  image_uri = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/h:1"\n}\n'
    )
    loaded = load(text, files={"src/Dockerfile": ""})
    found = {name: resource(loaded, f"aws_lambda_function.{name}").code[0][1] for name in ("f", "g", "h")}
    assert {name: (str(code.kind), code.path) for name, code in found.items()} == {
        "f": ("image", "src"),
        "g": ("image", "src"),
        "h": ("image", ""),
    }
