"""Which file and callable a handler's name means, and what is said where it means none."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from faaslint.handlers import Analyser
from faaslint.model.facts import Found
from faaslint.model.nodes import Code, CodeKind
from faaslint.model.span import NOWHERE, Span
from faaslint.model.value import Known, Unknown
from faaslint.source.workspace import Workspace

from .programs import analyse

PLAIN = "def handler(event, context):\n    return {}\n"


@pytest.mark.parametrize(
    ("files", "handler", "path"),
    [
        ({"app.py": PLAIN}, "app.handler", "src/app.py"),
        ({"orders/app.py": PLAIN}, "orders.app.handler", "src/orders/app.py"),
        ({"orders/app.py": PLAIN}, "orders/app.handler", "src/orders/app.py"),
        ({"orders/__init__.py": PLAIN}, "orders.handler", "src/orders/__init__.py"),
        ({"my-module.py": PLAIN}, "my-module.handler", "src/my-module.py"),
    ],
)
def test_a_handler_is_found_where_lambda_looks(files: Mapping[str, str], handler: str, path: str) -> None:
    found = analyse(files, handler)
    assert (found.found, found.path, found.callable) == (Found.YES, path, "handler")
    assert found.span == Span(path, 1, 5, 1, 12)


@pytest.mark.parametrize(
    "program",
    [
        "handler = make()",
        "from other import handler",
        "import handler",
        "class handler:\n    pass",
        "if fast:\n    handler = one\nelse:\n    handler = two",
        "try:\n    from a import handler\nexcept ImportError:\n    pass",
        "with lock as handler:\n    pass",
        "for handler in all_of_them:\n    pass",
        "a, (b, *handler) = three",
        "(handler := make())",
        "match x:\n    case {'h': handler}:\n        pass",
        "handler: Callable = make()",
    ],
)
def test_any_binding_counts_as_a_callable(program: str) -> None:
    assert analyse(program).found is Found.YES


def test_a_missing_file_is_reported_with_the_nearest_names() -> None:
    found = analyse({"lambda_function.py": PLAIN, "tools/clean.py": PLAIN}, "lambda_functon.handler")
    assert found.found is Found.NO_FILE
    assert found.why == "there is no 'lambda_functon.py' in src"
    assert found.available == ("lambda_function", "tools.clean")


def test_a_file_in_another_folder_is_offered_first() -> None:
    found = analyse({"handlers/orders.py": PLAIN, "order.py": PLAIN}, "orders.handler")
    assert found.found is Found.NO_FILE
    assert found.available[0] == "handlers.orders"


def test_a_missing_function_is_reported_with_the_nearest_names() -> None:
    found = analyse("def lambda_handler(event, context): ...\ndef other(): ...\n")
    assert found.found is Found.NO_CALLABLE
    assert found.why == "'app.py' defines no 'handler'"
    assert found.available == ("lambda_handler", "other")
    assert found.needs_openness is not None


@pytest.mark.parametrize(
    "program",
    [
        "from handlers import *",
        "globals()['handler'] = make()",
        "exec(text)",
        "def __getattr__(name): ...",
        "def start():\n    global handler\n    handler = 1\n",
    ],
)
def test_a_module_that_binds_names_by_tricks_is_not_judged(program: str) -> None:
    assert analyse(program).found is Found.UNKNOWN


def test_a_handler_without_a_dot_is_no_handler() -> None:
    found = analyse(PLAIN, "handler")
    assert found.found is Found.NO_FILE
    assert "file.function" in found.why


@pytest.mark.parametrize(
    ("handler", "files"),
    [
        ("run.sh", {"app.py": PLAIN, "run.sh": "exec python app.py"}),
        ("datadog_lambda.handler.handler", {"app.py": PLAIN}),
        ("native.handler", {"app.py": PLAIN, "native.cpython-313-x86_64-linux-gnu.so": ""}),
        ("../app.handler", {"app.py": PLAIN}),
        ("${Module}.handler", {"app.py": PLAIN}),
        ("app.handler", {"readme.txt": "built elsewhere"}),
    ],
)
def test_what_is_not_the_users_python_is_not_judged(handler: str, files: Mapping[str, str]) -> None:
    assert analyse(files, handler).found is Found.UNKNOWN


def test_a_package_that_is_not_complete_on_disk_is_not_judged() -> None:
    files = {"other.py": PLAIN}
    by_make = Code(CodeKind.FOLDER, path="src", built=True)
    from_layer = Code(CodeKind.FOLDER, path="src", why="a layer is not on disk")
    assert analyse(files, code=by_make).found is Found.UNKNOWN
    assert analyse(files, code=from_layer).found is Found.UNKNOWN


def test_installing_requirements_adds_to_the_folder_and_hides_nothing() -> None:
    files = {"other.py": PLAIN, "requirements.txt": "requests"}
    assert analyse(files, code=Code(CodeKind.FOLDER, path="src", built=True)).found is Found.NO_FILE


def test_one_file_is_a_package_of_its_own() -> None:
    code = Code(CodeKind.FILE, path="src/app.py")
    files = {"app.py": PLAIN, "other.py": PLAIN}
    assert analyse(files, code=code).found is Found.YES
    beside = analyse(files, "other.handler", code=code)
    assert (beside.found, beside.available) == (Found.NO_FILE, ("app",))


def test_a_layer_on_disk_may_bring_the_handler() -> None:
    code = Code(CodeKind.FOLDER, path="src", extra_paths=("src/layer",))
    files = {"app.py": "", "layer/python/shared/entry.py": PLAIN}
    found = analyse(files, "shared.entry.handler", code=code)
    assert (found.found, found.path) == (Found.YES, "src/layer/python/shared/entry.py")


def inline(text: str, handler: str) -> Code:
    lines = tuple(Span("template.yaml", 10 + number, 13, 10 + number, 99) for number in range(text.count("\n") + 1))
    return Code(CodeKind.INLINE, text=text, text_lines=lines)


def test_inline_code_is_the_module_index_and_stands_in_the_template() -> None:
    found = analyse({}, "index.handler", code=inline("import os\n\n" + PLAIN, "index.handler"))
    assert (found.found, found.span) == (Found.YES, Span("template.yaml", 12, 17, 12, 24))
    assert analyse({}, "app.handler", code=inline(PLAIN, "app.handler")).found is Found.NO_FILE
    assert analyse({}, "index.main", code=inline(PLAIN, "index.main")).available == ("handler",)


@pytest.mark.parametrize("kind", [CodeKind.REMOTE, CodeKind.ARCHIVE, CodeKind.IMAGE, CodeKind.UNKNOWN])
def test_code_that_is_not_at_hand_is_unknown(kind: CodeKind) -> None:
    found = analyse({"app.py": PLAIN}, code=Code(kind, why="it is elsewhere"))
    assert (found.found, found.why) == (Found.UNKNOWN, "it is elsewhere")


def test_other_languages_and_unknown_names_are_open() -> None:
    analyser = Analyser(Workspace.in_memory({"src/app.py": PLAIN}))
    code = Code(CodeKind.FOLDER, path="src")
    node = analyser.analyse(code, Known("index.handler"), Known("nodejs22.x"), identifier="F", place=NOWHERE)
    assert node.why == "the handler is not written in Python"
    assert node.needs_openness is not None
    assert node.environment_openness is not None
    unset = analyser.analyse(code, Unknown("it is a parameter"), Known("python3.13"), identifier="F", place=NOWHERE)
    assert (unset.found, unset.why) == (Found.UNKNOWN, "it is a parameter")


def test_a_handlers_own_file_that_is_no_python_is_a_problem_once() -> None:
    analyser = Analyser(Workspace.in_memory({"src/app.py": "def handler(event, context:\n    pass\n"}))
    for number in range(2):
        found = analyser.analyse(
            Code(CodeKind.FOLDER, path="src"), "app.handler", "python3.13", identifier=f"F{number}", place=NOWHERE
        )
        assert found.found is Found.UNKNOWN
    ((span, message),) = analyser.take_problems()
    assert span.path == "src/app.py"
    assert span.line == 1
    assert message.startswith("this is not valid Python")
    assert analyser.take_problems() == []


def test_a_file_may_declare_another_encoding() -> None:
    text = "# -*- coding: latin-1 -*-\nNAME = 'é'\n" + PLAIN
    analyser = Analyser(Workspace.in_memory({"src/app.py": text.encode("latin-1")}))
    found = analyser.analyse(Code(CodeKind.FOLDER, path="src"), "app.handler", "python3.13", identifier="F", place=NOWHERE)
    assert found.found is Found.YES


def test_ids_are_unique_and_begin_with_the_function() -> None:
    found = analyse(
        """
        import boto3, os
        s3 = boto3.client("s3")
        def put(key):
            s3.put_object(Bucket=os.environ["BUCKET"], Key=key)
        def handler(event, context):
            put("a")
            put("b")
        """
    )
    ids = [node.id for node in (found, *found.calls, *found.reads, *found.clients)]
    assert len(ids) == len(set(ids)) == 5
    assert found.id == "F/handler"
    assert all(one.startswith("F/handler") for one in ids)
