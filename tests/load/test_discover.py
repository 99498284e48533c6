"""Discovery: which files and folders are the roots of a run."""

from __future__ import annotations

from faaslint.load import discover as discovery
from faaslint.load.discover import Discovery, discover
from faaslint.model.finding import Level
from faaslint.source.workspace import Workspace

PLAIN = "Resources:\n  A:\n    Type: AWS::SQS::Queue\n"
SAM = "Transform: AWS::Serverless-2016-10-31\nResources: {}\n"
JSON = '{"Resources": {"A": {"Type": "Custom::Thing"}}}'
MODULE = 'resource "aws_sqs_queue" "q" {}\n'


def found(files: dict[str, str | bytes], *paths: str) -> Discovery:
    return discover(Workspace.in_memory(files), paths or (".",))


def test_templates_are_known_by_their_content() -> None:
    result = found(
        {
            "a/stack.yaml": PLAIN,
            "b/app.yml": SAM,
            "c/x.json": JSON,
            "d/y.template": PLAIN,
            "e/loops.yaml": "Resources:\n  Fn::ForEach::L: [N, [a], {'R${N}': {Type: AWS::SQS::Queue}}]\n",
            "docs/config.yaml": "resources: {}\n",
            "docs/other.yaml": "Resources:\n  A:\n    Type: text about AWS::SQS::Queue\n",
            "package.json": "{}",
            "README.md": PLAIN,
        }
    )
    assert result.templates == ("a/stack.yaml", "b/app.yml", "c/x.json", "d/y.template", "e/loops.yaml")
    assert (result.passed_over, result.files_seen) == (3, 8)
    assert result.notifications == []


def test_what_looks_like_a_template_and_can_not_be_parsed_is_a_root() -> None:
    result = found(
        {
            "a.yaml": PLAIN + "  B: [\n",
            "b.yaml": "a: [\n",
            "x/template.yaml": "Resources: [\n",
            "y/template.yaml": "a: 1\n",
            "manifests/template.yaml": "kind: Pod\n---\nkind: Pod\n",
        }
    )
    assert result.templates == ("a.yaml", "x/template.yaml")
    assert result.passed_over == 3, "a template of another tool is none of ours, whatever its name"


def test_a_file_that_is_named_is_a_root_whatever_it_holds() -> None:
    files: dict[str, str | bytes] = {"a.txt": "x", "sub/b.yaml": "y: 1\n", "sub/c.yaml": PLAIN}
    assert found(files, "a.txt", "./sub/b.yaml").templates == ("a.txt", "sub/b.yaml")


def test_folders_that_hold_no_project_are_not_entered() -> None:
    inner = {f"{folder}/template.yaml": PLAIN for folder in discovery.SKIPPED_FOLDERS}
    files: dict[str, str | bytes] = {**inner, "cdk.out/asset.1/template.yaml": PLAIN, "cdk.out/App.template.json": JSON}
    assert found(files).templates == ("cdk.out/App.template.json",)


def test_what_a_generator_makes_projects_of_is_no_project() -> None:
    files: dict[str, str | bytes] = {
        "web/cookiecutter.json": "{}",
        "web/{{cookiecutter.project_name}}/template.yaml": PLAIN,
        "web/{{ cookiecutter.name }}/infra/main.tf": "",
        "template.yaml": PLAIN,
    }
    result = found(files)
    assert result.templates == ("template.yaml",)
    assert [(note.level, note.path) for note in result.notifications] == [
        (Level.NOTE, "web/{{ cookiecutter.name }}"),
        (Level.NOTE, "web/{{cookiecutter.project_name}}"),
    ]
    named = "web/{{cookiecutter.project_name}}"
    assert found(files, named).templates == (f"{named}/template.yaml",)


def test_an_assembly_of_the_cdk_is_one_root() -> None:
    files: dict[str, str | bytes] = {
        "app/cdk.json": "{}",
        "app/lib/main.ts": "",
        "app/cdk.out/manifest.json": "{}",
        "app/cdk.out/cdk.out": "{}",
        "app/cdk.out/App.template.json": JSON,
        "app/cdk.out/assembly-Live/manifest.json": "{}",
        "app/cdk.out/assembly-Live/cdk.out": "{}",
        "app/cdk.out/assembly-Live/Live.template.json": JSON,
        "app/cdk.out/asset.1/template.yaml": PLAIN,
    }
    named = ("app/cdk.out/assembly-Live/Live.template.json", "app/cdk.out/App.template.json", "app/lib/main.ts")
    for paths in ((), *((one,) for one in named)):
        result = found(files, *paths)
        assert (result.assemblies, result.templates) == (("app/cdk.out",), ()), paths


def test_what_must_be_synthesised_first_is_said_once_for_each_tool() -> None:
    result = found(
        {
            **{f"{name}/cdk.json": "{}" for name in ("carts", "orders", "payments", "users")},
            "users/app.py": "",
            "built/cdk.json": "{}",
            "built/cdk.out/manifest.json": "{}",
            "built/cdk.out/cdk.out": "{}",
            "emails/serverless.yml": "service: emails\nprovider:\n  name: aws\n",
            ".github/workflows/serverless.yml": "on: push\n",
            "network/cdktf.json": "{}",
            "shared/cdktf.json": "{}",
            "shared/cdktf.out/stacks/one/cdk.tf.json": "{}",
        }
    )
    assert [(note.level.word, note.path, note.message) for note in result.notifications] == [
        (
            "note",
            "carts/cdk.json",
            "4 projects have nothing that can be read before 'cdk synth' has run: run it in 'carts', 'orders', 'payments' and 1 more, "
            "then check again",
        ),
        (
            "note",
            "emails/serverless.yml",
            "this project has nothing that can be read before 'serverless package' has run: run it there, then name "
            ".serverless/cloudformation-template-update-stack.json",
        ),
        (
            "note",
            "network/cdktf.json",
            "this project has nothing that can be read before 'cdktf synth' has run: run it there, then check again",
        ),
    ]


def test_a_file_of_such_a_tool_that_is_named_is_no_broken_template() -> None:
    """The hook hands on what is called like a template."""
    files: dict[str, str | bytes] = {"serverless.yml": "provider:\n  name: aws\n", "app/serverless.yml": PLAIN}
    result = found(files, "serverless.yml", "app/serverless.yml")
    assert result.templates == ("app/serverless.yml",)
    assert result.passed_over == 1
    assert ["serverless package" in note.message for note in result.notifications] == [True]


def test_terraform_roots_are_the_folders_that_no_module_call_points_at() -> None:
    files: dict[str, str | bytes] = {
        "live/main.tf": 'module "m" {\n  source = "../modules/m"\n}\n',
        "modules/m/main.tf": MODULE,
        "alone/main.tf.json": "{}",
    }
    assert found(files).terraform == ("alone", "live")
    assert found(files, "modules/m").terraform == ("modules/m",)
    assert found(files, "modules/m/main.tf", "live").terraform == ("live",)


def test_a_file_of_a_called_module_stands_for_the_roots_that_call_it() -> None:
    files: dict[str, str | bytes] = {
        "live/dev/main.tf": 'module "m" {\n  source = "../../modules/m"\n}\n',
        "live/prod/main.tf": 'module "m" {\n  source = "../../modules/m"\n}\n',
        "modules/m/main.tf": 'module "inner" {\n  source = "./inner"\n}\n',
        "modules/m/inner/main.tf": MODULE,
        "modules/m/inner/examples/one/main.tf": 'module "it" {\n  source = "../.."\n}\n',
        "modules/unused/main.tf": MODULE,
    }
    assert found(files, "modules/m/main.tf").terraform == ("live/dev", "live/prod")
    inner = ("live/dev", "live/prod", "modules/m/inner/examples/one")
    assert found(files, "modules/m/inner/main.tf").terraform == inner
    assert found(files, "modules/unused/main.tf").terraform == ("modules/unused",)
    assert found(files, "live/dev/main.tf").terraform == ("live/dev",)


def test_modules_that_call_each_other_stand_for_themselves() -> None:
    files: dict[str, str | bytes] = {
        "a/main.tf": 'module "b" {\n  source = "../b"\n}\n',
        "b/main.tf": 'module "a" {\n  source = "../a"\n}\n',
    }
    assert found(files, "a/main.tf").terraform == ("a",)


def test_a_unit_of_terragrunt_stands_for_its_module() -> None:
    files: dict[str, str | bytes] = {
        "live/terragrunt.hcl": 'remote_state {\n  backend = "s3"\n}\n',
        "live/dev/terragrunt.hcl": 'terraform {\n  source = "../../modules//app"\n}\n',
        "live/queue/terragrunt.hcl": 'terraform {\n  source = "tfr:///terraform-aws-modules/sqs/aws?version=4.2.0"\n}\n',
        "modules/app/main.tf": MODULE,
    }
    result = found(files)
    assert result.terraform == ()
    assert result.units == ("live/dev/terragrunt.hcl", "live/queue/terragrunt.hcl")


def test_a_plan_is_reported_apart() -> None:
    plan = '{"format_version": "1.2", "terraform_version": "1.9.0", "planned_values": {}}'
    result = found({"plan.json": plan, "t.yaml": PLAIN})
    assert (result.plans, result.templates) == (("plan.json",), ("t.yaml",))
    assert found({"p": "", "plan.json": plan}, "plan.json").plans == ("plan.json",)


def test_a_source_file_stands_for_the_project_around_it() -> None:
    files: dict[str, str | bytes] = {
        "one/template.yaml": PLAIN,
        "one/notes.yaml": "a: 1\n",
        "one/src/deep/app.py": "",
        "two/main.tf": MODULE,
        "two/src/app.py": "",
        "three/app.py": "",
    }
    assert found(files, "one/src/deep/app.py").templates == ("one/template.yaml",)
    assert found(files, "two/src/app.py").terraform == ("two",)
    nothing = found(files, "three/app.py")
    assert (nothing.templates, nothing.terraform) == ((), ())


def test_what_is_not_there_is_said() -> None:
    result = found({"a.yaml": PLAIN}, "nope", "a.yaml")
    assert [(note.path, note.message) for note in result.notifications] == [("nope", "there is no such file or folder")]
    assert result.templates == ("a.yaml",)


def test_files_that_can_not_be_read_are_passed_over_unless_they_are_called_template() -> None:
    big = b"x" * (8 * 1024 * 1024 + 1)

    class Large:
        def kind(self, path: str) -> str | None:
            return "folder" if path == "." else "file"

        def read(self, path: str) -> bytes:
            from faaslint.source.workspace import Unreadable

            raise Unreadable(f"it is larger than {len(big) // (1024 * 1024)} MB")

        def size(self, path: str) -> int | None:
            return len(big)

        def part(self, path: str, start: int, length: int) -> bytes:
            return big[start : start + length]

        def entries(self, path: str) -> list[str]:
            return ["data.json", "template.yaml"]

    result = discover(Workspace(Large()), ["."])
    assert result.templates == ("template.yaml",)
    assert [note.path for note in result.notifications] == ["data.json"]


def test_a_utf_16_template_is_found() -> None:
    assert found({"a.yaml": PLAIN.encode("utf-16")}).templates == ("a.yaml",)


def test_the_search_is_bounded() -> None:
    names = [f"{number}.txt" for number in range(discovery.DIRECTORY_ENTRIES + 1)]

    class Wide:
        def kind(self, path: str) -> str | None:
            return "folder"

        def read(self, path: str) -> bytes:
            return b""

        def entries(self, path: str) -> list[str]:
            return names

    result = discover(Workspace(Wide()), ["."])
    assert "the search stopped after" in result.notifications[0].message


def nesting(*places: str) -> str:
    stacks = "".join(
        f"  S{number}: {{Type: AWS::CloudFormation::Stack, Properties: {{TemplateURL: {place}}}}}\n"
        for number, place in enumerate(places)
    )
    return "Resources:\n" + stacks


def test_a_template_that_another_one_nests_is_no_root() -> None:
    files: dict[str, str | bytes] = {
        "main.yaml": nesting("stacks/a.yaml", "https://example.com/b.yaml"),
        "stacks/a.yaml": nesting("c.yaml"),
        "stacks/b.yaml": PLAIN,
        "stacks/c.yaml": PLAIN,
        "app.yaml": "Transform: AWS::Serverless-2016-10-31\nResources:\n"
        "  A: {Type: AWS::Serverless::Application, Properties: {Location: stacks/d.yaml}}\n",
        "stacks/d.yaml": PLAIN,
    }
    assert found(files).templates == ("app.yaml", "main.yaml", "stacks/b.yaml")
    assert found(files, "main.yaml", "stacks/a.yaml").templates == ("main.yaml",)
    assert found(files, "stacks/c.yaml").templates == ("main.yaml",), "a named template is checked as part of its parents"
    assert found(files, "stacks/b.yaml").templates == ("stacks/b.yaml",)
    assert found(files, "stacks").templates == ("stacks/a.yaml", "stacks/b.yaml", "stacks/d.yaml"), (
        "a folder is all there is"
    )


def test_of_templates_that_nest_each_other_one_is_a_root() -> None:
    files: dict[str, str | bytes] = {"a.yaml": nesting("b.yaml"), "b.yaml": nesting("a.yaml"), "c.yaml": nesting("c.yaml")}
    assert found(files).templates == ("a.yaml", "c.yaml")
