"""Plans: what will be, what is unknown, what is secret, where it stands."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from faaslint.cli import main
from faaslint.load.resource import Loaded
from faaslint.load.terraform import load_plan
from faaslint.model.nodes import CodeKind
from faaslint.model.value import Unknown
from faaslint.source.workspace import Workspace

from ..loading import resource, shown, value
from .making import addresses

AWS = "registry.terraform.io/hashicorp/aws"


def planned(address: str, values: Mapping[str, Any], sensitive: object = None) -> dict[str, Any]:
    """Return an entry of ``planned_values``."""
    parts = address.replace('["', ".").replace("[", ".").replace('"]', "").replace("]", "").split(".")
    parts = parts[parts.index("data") + 1 :] if "data" in parts else [one for one in parts if one != "module"]
    start = next(index for index, part in enumerate(parts) if part.startswith("aws_") or part == "archive_file")
    return {
        "address": address,
        "mode": "data" if "data." in address else "managed",
        "type": parts[start],
        "name": parts[start + 1],
        "provider_name": AWS,
        "schema_version": 0,
        "values": values,
        "sensitive_values": sensitive or {},
    }


def change(address: str, unknown: object, sensitive: object = None, before: object = None) -> dict[str, Any]:
    """Return an entry of ``resource_changes``."""
    return {
        "address": address,
        "change": {
            "actions": ["create"],
            "before": before,
            "after_unknown": unknown,
            "before_sensitive": False,
            "after_sensitive": sensitive or {},
        },
    }


def block(key: str, **expressions: Any) -> dict[str, Any]:
    """Return a resource of ``configuration``."""
    kind, name = key.removeprefix("data.").split(".")
    mode = "data" if key.startswith("data.") else "managed"
    return {
        "address": key,
        "mode": mode,
        "type": kind,
        "name": name,
        "provider_config_key": "aws",
        "expressions": expressions,
        "schema_version": 0,
    }


def reads(*names: str) -> dict[str, Any]:
    """Return an expression that reads some names; a plan lists the shorter beginnings of each behind it."""
    return {"references": [each for name in names for each in (name, name.rsplit(".", 1)[0])]}


def plan(
    *resources: dict[str, Any],
    changes: tuple[dict[str, Any], ...] = (),
    blocks: tuple[dict[str, Any], ...] = (),
    children: list[dict[str, Any]] | None = None,
    **more: Any,
) -> dict[str, Any]:
    """Return a plan's document."""
    configuration = more.pop("configuration", {})
    return {
        "format_version": "1.2",
        "terraform_version": "1.11.4",
        "planned_values": {"root_module": {"resources": list(resources), "child_modules": children or []}},
        "resource_changes": list(changes),
        "configuration": {
            "provider_config": {"aws": {"name": "aws", "full_name": AWS}},
            "root_module": {"resources": list(blocks), **configuration},
        },
        **more,
    }


def load(document: dict[str, Any], files: Mapping[str, str] | None = None) -> Loaded:
    workspace = Workspace.in_memory({"plan.json": json.dumps(document), **(files or {})})
    return load_plan(workspace, "plan.json", {}, (".",))


# Values


def test_known_values_and_the_providers_own() -> None:
    loaded = load(
        plan(
            planned("aws_sqs_queue.q", {"name": "jobs", "delay_seconds": 0, "kms_master_key_id": None}),
            blocks=(block("aws_sqs_queue.q", name={"constant_value": "jobs"}),),
        )
    )
    assert (loaded.kind, loaded.root, loaded.covers) == ("terraform-plan", "plan.json", "")
    assert shown(value(loaded, "aws_sqs_queue.q", "name")) == "jobs"
    assert "delay_seconds" not in resource(loaded, "aws_sqs_queue.q").properties.values, "the provider filled it in"
    assert not loaded.open_types


def test_an_unknown_value_is_the_attribute_that_its_expression_reads() -> None:
    loaded = load(
        plan(
            planned("aws_iam_role.r", {"name": "worker"}),
            planned("aws_lambda_function.f", {"function_name": "f"}),
            changes=(
                change("aws_iam_role.r", {"arn": True, "id": True}),
                change("aws_lambda_function.f", {"arn": True, "role": True, "kms_key_arn": True}),
            ),
            blocks=(
                block("aws_iam_role.r", name={"constant_value": "worker"}),
                block("aws_lambda_function.f", role=reads("aws_iam_role.r.arn"), kms_key_arn=reads("local.key")),
            ),
        )
    )
    assert shown(value(loaded, "aws_lambda_function.f", "role")) == "<aws_iam_role.r.arn>"
    assert shown(value(loaded, "aws_lambda_function.f", "kms_key_arn")) == "?aws_lambda_function.f.kms_key_arn"
    assert "arn" not in resource(loaded, "aws_lambda_function.f").properties.values


def test_a_known_value_that_is_another_resources_attribute_keeps_the_edge() -> None:
    queue = "arn:aws:sqs:eu-west-1:111122223333:jobs"
    variables = {"A": "jobs", "B": "plain", "C": queue}
    policy = json.dumps({"Statement": [{"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": queue}]})
    loaded = load(
        plan(
            planned("aws_sqs_queue.q", {"name": "jobs", "arn": queue}),
            planned("aws_lambda_function.f", {"environment": [{"variables": variables}]}),
            planned("aws_iam_role_policy.p", {"policy": policy}),
            blocks=(
                block("aws_sqs_queue.q", name={"constant_value": "jobs"}),
                block(
                    "aws_lambda_function.f",
                    environment=[{"variables": reads("aws_sqs_queue.q.name", "aws_sqs_queue.q.arn")}],
                ),
                block("aws_iam_role_policy.p", policy=reads("aws_sqs_queue.q.arn")),
            ),
        )
    )
    found = shown(value(loaded, "aws_lambda_function.f", "environment.0.variables"))
    assert found == {"A": "<aws_sqs_queue.q.name>", "B": "plain", "C": "<aws_sqs_queue.q.arn>"}
    assert shown(value(loaded, "aws_iam_role_policy.p", "policy.Statement.0.Resource")) == "<aws_sqs_queue.q.arn>"


def test_what_could_be_one_of_two_attributes_stays_unknown() -> None:
    loaded = load(
        plan(
            planned("aws_sqs_queue.a", {}),
            planned("aws_sqs_queue.b", {}),
            planned("aws_lambda_function.f", {"environment": [{"variables": {}}]}),
            changes=(change("aws_lambda_function.f", {"environment": [{"variables": {"A": True, "B": True}}]}),),
            blocks=(
                block(
                    "aws_lambda_function.f",
                    environment=[{"variables": reads("aws_sqs_queue.a.url", "aws_sqs_queue.b.url")}],
                ),
            ),
        )
    )
    assert set(shown(value(loaded, "aws_lambda_function.f", "environment.0.variables"))) == {"A", "B"}
    assert all(
        one.startswith("?") for one in shown(value(loaded, "aws_lambda_function.f", "environment.0.variables")).values()
    )


def test_references_go_through_modules_in_both_directions() -> None:
    document = plan(
        planned("aws_lambda_event_source_mapping.m", {}),
        changes=(
            change("aws_lambda_event_source_mapping.m", {"event_source_arn": True}),
            change('module.q["a"].aws_sqs_queue.this', {"kms_master_key_id": True}),
        ),
        blocks=(
            block("aws_lambda_event_source_mapping.m", event_source_arn=reads('module.q["a"].arn')),
            block("aws_kms_key.k"),
        ),
        children=[
            {
                "address": 'module.q["a"]',
                "resources": [planned('module.q["a"].aws_sqs_queue.this', {"name": "a.b"})],
            }
        ],
        configuration={
            "module_calls": {
                "q": {
                    "source": "./q",
                    "expressions": {"key": reads("aws_kms_key.k.arn")},
                    "module": {
                        "outputs": {"arn": {"expression": reads("aws_sqs_queue.this.arn")}},
                        "resources": [block("aws_sqs_queue.this", name={}, kms_master_key_id=reads("var.key"))],
                    },
                }
            }
        },
    )
    document["planned_values"]["root_module"]["resources"].append(planned("aws_kms_key.k", {}))
    loaded = load(document)
    queue = 'module.q["a"].aws_sqs_queue.this'
    assert shown(value(loaded, "aws_lambda_event_source_mapping.m", "event_source_arn")) == f"<{queue}.arn>"
    assert shown(value(loaded, queue, "kms_master_key_id")) == "<aws_kms_key.k.arn>"
    assert shown(value(loaded, queue, "name")) == "a.b"


def test_a_policy_that_is_read_during_apply_keeps_its_actions() -> None:
    document = "data.aws_iam_policy_document.d"
    statement = {
        "actions": ["sqs:SendMessage"],
        "resources": [None],
        "effect": "Allow",
        "principals": [{"type": "AWS", "identifiers": ["111122223333"]}],
        "condition": [{"test": "Bool", "variable": "aws:SecureTransport", "values": ["true"]}],
    }
    loaded = load(
        plan(
            planned("aws_sqs_queue.q", {}),
            planned("aws_iam_role_policy.p", {}),
            planned(document, {"statement": [statement], "source_policy_documents": None}),
            changes=(
                change(document, {"json": True, "statement": [{"actions": [False], "resources": [True]}]}),
                change("aws_iam_role_policy.p", {"policy": True}),
            ),
            blocks=(
                block("aws_iam_role_policy.p", policy=reads(f"{document}.json")),
                block(document, statement=[{"actions": {}, "resources": reads("aws_sqs_queue.q.arn")}]),
            ),
        )
    )
    assert shown(value(loaded, "aws_iam_role_policy.p", "policy.Statement")) == [
        {
            "Effect": "Allow",
            "Action": ["sqs:SendMessage"],
            "Resource": ["<aws_sqs_queue.q.arn>"],
            "Principal": {"AWS": ["111122223333"]},
            "Condition": {"Bool": {"aws:SecureTransport": ["true"]}},
        }
    ]


def test_the_region_is_the_resources_or_its_providers() -> None:
    own = load(plan(planned("aws_sqs_queue.q", {"region": "eu-north-1"})))
    assert shown(resource(own, "aws_sqs_queue.q").region) == "eu-north-1"
    document = plan(
        planned("aws_sqs_queue.q", {}), blocks=(block("aws_sqs_queue.q"),), variables={"where": {"value": "eu-west-1"}}
    )
    document["configuration"]["provider_config"]["aws"]["expressions"] = {"region": {"references": ["var.where"]}}
    assert shown(resource(load(document), "aws_sqs_queue.q").region) == "eu-west-1"


def test_code_is_what_an_archive_packs() -> None:
    archive = {"source_dir": "./src", "output_path": "./build/f.zip", "excludes": None}
    state = {"values": {"root_module": {"resources": [planned("data.archive_file.f", archive)]}}}
    loaded = load(
        plan(planned("aws_lambda_function.f", {"filename": "./build/f.zip"}), prior_state=state), {"src/app.py": ""}
    )
    assert [(code.kind, code.path) for _, code in resource(loaded, "aws_lambda_function.f").code] == [
        (CodeKind.FOLDER, "src")
    ]


# Secrets

SECRET = "hunter2-and-more"


@pytest.mark.parametrize("beside", [False, True], ids=["alone", "beside its sources"])
def test_a_sensitive_value_is_nowhere(
    beside: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    sensitive = {"environment": [{"variables": True}]}
    values = {
        "function_name": "f",
        "runtime": "python3.8",
        "timeout": 1000,
        "environment": [{"variables": {"PASSWORD": SECRET}}],
    }
    document = plan(
        planned("aws_lambda_function.f", values, sensitive),
        changes=(change("aws_lambda_function.f", {}, sensitive),),
        blocks=(
            block(
                "aws_lambda_function.f",
                function_name={},
                runtime={},
                timeout={},
                environment=[{"variables": {"references": ["var.password"]}}],
            ),
        ),
        variables={"password": {"value": SECRET}},
        configuration={"variables": {"password": {"sensitive": True}}},
    )
    (tmp_path / "plan.json").write_text(json.dumps(document))
    if beside:
        (tmp_path / "main.tf").write_text(
            'variable "password" {\n  sensitive = true\n}\nresource "aws_lambda_function" "f" {\n  function_name = "f"\n'
            '  runtime = "python3.8"\n  timeout = 1000\n  environment {\n    variables = { PASSWORD = var.password }\n  }\n}\n'
        )
    monkeypatch.chdir(tmp_path)
    printed = ""
    for arguments in (["check", "."], ["check", "plan.json", "--format", "json"], ["check", ".", "--format", "sarif"]):
        main([*arguments, "--as-of", "2026-11-21", "--show-withheld"])
        printed += "".join(capsys.readouterr())
    main(["graph", "."])
    printed += capsys.readouterr().out
    assert "FL102" in printed
    assert SECRET not in printed
    assert ("main.tf" in printed) is beside


# Places

SOURCES = {
    "main.tf": (
        'variable "size" {\n  default = 128\n}\nresource "aws_lambda_function" "f" {\n'
        '  for_each    = toset(["a", "b"])\n  memory_size = var.size\n  role        = aws_iam_role.r.arn\n'
        "  timeout     = data.aws_thing.t.seconds\n}\n"
        'resource "aws_iam_role" "r" {}\ndata "aws_thing" "t" {}\n'
    )
}


def two_functions() -> dict[str, Any]:
    values = {"memory_size": 64, "timeout": 30, "role": "arn:aws:iam::111122223333:role/r"}
    return plan(
        planned('aws_lambda_function.f["a"]', values),
        planned('aws_lambda_function.f["b"]', values),
        planned("aws_iam_role.r", {}),
        blocks=(
            block("aws_lambda_function.f", memory_size=reads("var.size"), timeout={}, role={}),
            block("aws_iam_role.r"),
            block("data.aws_thing.t"),
        ),
        variables={"size": {"value": 64}},
    )


def test_a_plan_beside_its_sources_stands_in_them() -> None:
    loaded = load(two_functions(), SOURCES)
    assert loaded.covers == "."
    assert loaded.files == ["plan.json", "main.tf"]
    found = value(loaded, 'aws_lambda_function.f["a"]', "memory_size")
    assert shown(found) == 64
    assert [(span.path, span.line) for span in found.trail] == [("main.tf", 6), ("main.tf", 1)]
    assert shown(value(loaded, 'aws_lambda_function.f["b"]', "role")) == "<aws_iam_role.r.arn>"
    later = value(loaded, 'aws_lambda_function.f["a"]', "timeout")
    assert shown(later) == 30, "the data source was read when the plan was made"
    assert later.trail[0].line == 8


def test_a_plan_of_other_sources_stands_in_itself() -> None:
    loaded = load(two_functions(), {"main.tf": SOURCES["main.tf"] + 'resource "aws_sqs_queue" "new" {}\n'})
    assert loaded.covers == ""
    assert [(problem.message, problem.fatal) for problem in loaded.problems] == [
        ("the plan was not made of the .tf files beside it, so its findings stand in the plan; make it anew", False)
    ]
    assert {one.span.path for one in loaded.resources} == {"plan.json"}


# What a plan may lack


def test_a_plan_of_a_missing_or_broken_form_is_one_problem() -> None:
    for text in ("{", "[]", '{"planned_values": []}', '{"planned_values": {"root_module": {"resources": [{"address": ]}}}'):
        loaded = load_plan(Workspace.in_memory({"plan.json": text}), "plan.json", {}, (".",))
        assert len(loaded.problems) == 1, text
        assert loaded.problems[0].fatal


def test_entries_of_an_unheard_of_form_are_passed_over() -> None:
    document = plan(planned("aws_sqs_queue.q", {}))
    document["planned_values"]["root_module"]["resources"] += [None, 1, {"address": 3}, {"values": {}}]
    document["resource_changes"] = [None, {"address": "aws_sqs_queue.q", "change": None}]
    document["configuration"]["root_module"]["module_calls"] = {"m": None, "n": {"module": []}}
    assert addresses(load(document))[0] == "aws_sqs_queue.q"


def test_a_plan_that_stopped_with_an_error_is_incomplete() -> None:
    loaded = load(plan(planned("aws_sqs_queue.q", {}), errored=True))
    assert loaded.open_types
    assert "stopped with an error" in loaded.problems[0].message


def test_the_variables_of_a_plan_are_those_that_it_records() -> None:
    document = {
        "format_version": "1.2",
        "planned_values": {"root_module": {"resources": [planned("aws_sqs_queue.q", {"name": "prod-jobs"})]}},
        "variables": {"stage": {"value": "prod"}},
        "configuration": {"root_module": {"resources": [block("aws_sqs_queue.q", name={"references": ["var.stage"]})]}},
    }
    source = 'variable "stage" {}\nresource "aws_sqs_queue" "q" {\n  name = "${var.stage}-jobs"\n}\n'
    workspace = Workspace.in_memory({"plan.json": json.dumps(document), "main.tf": source})
    loaded = load_plan(workspace, "plan.json", {}, (".",), [("dev.tfvars", 'stage = "dev"\n')], "prod")
    assert shown(value(loaded, "aws_sqs_queue.q", "name")) == "prod-jobs"
    assert [(one.fatal, one.message) for one in loaded.problems] == [
        (False, "a plan records the values of its variables, so the variable files are not used for it")
    ]


def test_of_a_plan_without_its_configuration_every_value_stays() -> None:
    values = {"function_name": "f", "handler": "index.handler", "runtime": "nodejs24.x", "kms_key_arn": None, "layers": []}
    document = {
        "format_version": "1.2",
        "planned_values": {"root_module": {"resources": [planned("aws_lambda_function.f", values)]}},
        "resource_changes": [change("aws_lambda_function.f", {"role": True, "arn": True, "layers": []})],
    }
    loaded = load_plan(Workspace.in_memory({"plan.json": json.dumps(document)}), "plan.json", {})
    properties = resource(loaded, "aws_lambda_function.f").properties
    assert shown(value(loaded, "aws_lambda_function.f", "handler")) == "index.handler"
    assert isinstance(properties.values["role"], Unknown)
    assert "kms_key_arn" not in properties.values
