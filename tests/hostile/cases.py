"""Input that is meant to hurt, made when it is needed: each writes files into a folder and says what they are."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

TERRAFORM_FUNCTION = """
resource "aws_lambda_function" "f" {
  function_name = "f"
  role          = "arn:aws:iam::111122223333:role/worker"
  runtime       = "nodejs22.x"
  handler       = "index.handler"
  s3_bucket     = "artifacts"
  s3_key        = "worker.zip"
}
"""


def brackets_yaml(folder: Path) -> None:
    (folder / "template.yaml").write_text("Resources:\n  A:\n    Type: AWS::SQS::Queue\n    X: " + "[" * 400_000)


def brackets_json(folder: Path) -> None:
    (folder / "template.json").write_text('{"Resources": {"A": {"Type": "AWS::SQS::Queue", "X": ' + "[" * 400_000)


def parentheses_in_a_handler(folder: Path) -> None:
    (folder / "template.yaml").write_text(
        "Transform: AWS::Serverless-2016-10-31\nResources:\n  F:\n    Type: AWS::Serverless::Function\n"
        "    Properties:\n      Runtime: python3.13\n      Handler: app.handler\n      CodeUri: src\n"
    )
    (folder / "src").mkdir()
    (folder / "src" / "app.py").write_text(
        "x = " + "(" * 10_000 + "1" + ")" * 10_000 + "\ndef handler(event, context):\n    pass\n"
    )


def alias_bomb(folder: Path) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    (folder / "template.yaml").write_text("\n".join(lines) + "\nResources:\n  A:\n    Type: AWS::SQS::Queue\n    X: *a11\n")


def alias_of_itself(folder: Path) -> None:
    (folder / "template.yaml").write_text("Resources: &r\n  A:\n    Type: AWS::SQS::Queue\n    Properties: *r\n")


def module_that_calls_itself(folder: Path) -> None:
    (folder / "main.tf").write_text('module "again" {\n  source = "./."\n}\n' + TERRAFORM_FUNCTION)


def two_modules_that_call_each_other(folder: Path) -> None:
    for one, other in (("a", "b"), ("b", "a")):
        (folder / one).mkdir()
        (folder / one / "main.tf").write_text(f'module "m" {{\n  source = "../{other}"\n}}\n')
    (folder / "main.tf").write_text('module "a" {\n  source = "./a"\n}\n')


def two_million_instances(folder: Path) -> None:
    (folder / "main.tf").write_text(TERRAFORM_FUNCTION.replace("{\n", "{\n  count = 2000000\n", 1))


def sixty_doublings(folder: Path) -> None:
    lines = ["locals {", '  s0 = "ab"']
    lines += [f'  s{n} = "${{local.s{n - 1}}}${{local.s{n - 1}}}"' for n in range(1, 61)]
    (folder / "main.tf").write_text(
        "\n".join(lines) + "\n}\n" + TERRAFORM_FUNCTION.replace('"f"\n  role', "local.s60\n  role")
    )


def locals_in_a_circle(folder: Path) -> None:
    (folder / "main.tf").write_text("locals {\n  a = local.b\n  b = local.a\n}\n" + TERRAFORM_FUNCTION)


def a_file_outside(folder: Path) -> None:
    (folder / "main.tf").write_text(TERRAFORM_FUNCTION.replace('"nodejs22.x"', 'file("/etc/passwd")'))


def nested_conditions(folder: Path) -> None:
    names = [f"C{n}" for n in range(40)]
    conditions = "".join(f'  {name}: !Equals [!Ref P{n}, "yes"]\n' for n, name in enumerate(names))
    parameters = "".join(f'  P{n}: {{Type: String, Default: "no"}}\n' for n in range(40))
    value: object = 128
    for n, name in enumerate(names):
        value = f'{{"Fn::If": ["{name}", {value}, {128 + n}]}}'
    (folder / "template.yaml").write_text(
        f"Parameters:\n{parameters}Conditions:\n{conditions}Resources:\n  F:\n    Type: AWS::Lambda::Function\n"
        "    Properties:\n      Runtime: nodejs22.x\n      Handler: index.handler\n      Role: arn:aws:iam::111122223333:role/r\n"
        f"      Code: {{S3Bucket: b, S3Key: k}}\n      MemorySize: {value}\n"
    )


UNREADABLE: dict[str, Callable[[Path], None]] = {
    "400 KB of [ in YAML": brackets_yaml,
    "400 KB of [ in JSON": brackets_json,
    "10 000 parentheses in a handler": parentheses_in_a_handler,
    "an alias bomb": alias_bomb,
    "an alias of itself": alias_of_itself,
}
"""What gives one FL001."""

NOTED: dict[str, Callable[[Path], None]] = {
    "a module that calls itself": module_that_calls_itself,
    "two modules that call each other": two_modules_that_call_each_other,
    "two million instances": two_million_instances,
}
"""What gives one FL001 or one notification."""

BORNE: dict[str, Callable[[Path], None]] = {
    "a string doubled sixty times": sixty_doublings,
    "locals in a circle": locals_in_a_circle,
    "a file outside the project": a_file_outside,
    "forty nested conditions": nested_conditions,
}
"""What is simply not known."""
