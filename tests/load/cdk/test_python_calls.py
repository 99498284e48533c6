"""Finding the call that made a construct in a Python app."""

from __future__ import annotations

import pytest

from faaslint.load.cdk.python_calls import PythonApp
from faaslint.source.workspace import Workspace

APP = """\
from aws_cdk import App, Stack, aws_sqs as sqs

app = App()
Books(app, "Books")
"""
BOOKS = """\
from aws_cdk import Stack, aws_sqs as sqs
from constructs import Construct

class Books(Stack):
    def __init__(self, scope, construct_id):
        super().__init__(scope, construct_id)
        sqs.Queue(self, "Waiting")
        Shelf(self, "Left")
        Shelf(self, "Right")
        self.box = Box(scope=self, id="Box")
        sqs.Queue(self.box, "Inner")

class Shelf(Construct):
    def __init__(self, scope, construct_id):
        super().__init__(scope, construct_id)
        sqs.Queue(self, "Waiting")
"""


def line(construct: str, **files: str) -> int | None:
    app = {f"{name.replace('__', '/')}.py": text for name, text in (files or {"app": APP, "books": BOOKS}).items()}
    span = PythonApp(Workspace.in_memory(app), ".").span(construct)
    return span.line if span is not None else None


def test_ids_nest_by_the_class_that_the_call_stands_in() -> None:
    assert line("Books/Waiting") == 7
    assert line("Books/Left/Waiting") == line("Books/Right/Waiting") == 16


def test_a_parent_in_a_variable_is_followed() -> None:
    assert line("Books/Box/Inner") == 11


def test_what_a_library_construct_makes_stands_at_its_call() -> None:
    assert line("Books/Waiting/Policy") == 7
    assert line("Books/Box") == 10


def test_what_a_class_of_the_app_makes_does_not_stand_at_the_call_of_the_class() -> None:
    assert line("Books/Left/Computed") is None
    assert line("Books/LogRetention0123") is None


def test_two_calls_that_fit_are_no_answer() -> None:
    twice = BOOKS.replace('Shelf(self, "Left")', 'sqs.Queue(self, "Waiting")')
    assert line("Books/Waiting", app=APP, books=twice) is None


def test_an_id_elsewhere_is_not_meant() -> None:
    other = (
        'from aws_cdk import Stack, aws_sqs\nclass Other(Stack):\n    def go(self):\n        aws_sqs.Queue(self, "Only")\n'
    )
    assert line("Books/Only", app=APP + 'Other(app, "Other")\n', books=BOOKS, other=other) is None
    assert line("Other/Only", app=APP + 'Other(app, "Other")\n', books=BOOKS, other=other) == 4


def test_a_computed_stack_id_may_be_any() -> None:
    app = APP.replace('"Books"', 'f"Books-{stage}"')
    assert line("Books-live/Waiting", app=app, books=BOOKS) == 7


def test_a_stage_is_one_more_class() -> None:
    app = APP.replace('Books(app, "Books")', 'Live(app, "Live")')
    stage = (
        'from aws_cdk import Stage\nclass Live(Stage):\n    def __init__(self, scope, id):\n        Books(self, "Books")\n'
    )
    assert line("Live/Books/Waiting", app=app, books=BOOKS, stage=stage) == 7


def test_inherited_classes_make_what_their_base_makes() -> None:
    app = APP.replace("Books(", "Large(").replace("app = App()", "class Large(Books):\n    pass\napp = App()")
    assert line("Books/Waiting", app=app, books=BOOKS) == 7


@pytest.mark.parametrize("path", ["", "/", "Books", "Books//", "/".join("x" * 5_000)])
def test_any_path_has_an_answer(path: str) -> None:
    line(path)


def test_files_that_are_no_python_are_passed_over() -> None:
    assert line("Books/Waiting", app=APP, books=BOOKS, broken="from aws_cdk import (", deep="aws_cdk" + "(" * 5_000) == 7


def test_installed_packages_and_tests_are_not_the_app() -> None:
    files = {"app.py": APP, "books.py": BOOKS}
    copies = {f"{folder}/books.py": BOOKS for folder in ("venv", ".venv", "tests", "cdk.out", "node_modules", "own")}
    workspace = Workspace.in_memory({**files, **copies, "own/pyvenv.cfg": ""})
    span = PythonApp(workspace, ".").span("Books/Waiting")
    assert span is not None
    assert span.path == "books.py"


COMPUTED = """\
from aws_cdk import App, Stack, aws_lambda, aws_sqs as sqs

class Books(Stack):
    def __init__(self, scope, construct_id, **options):
        super().__init__(scope, construct_id, **options)
        for side in ("Left", "Right"):
            sqs.Queue(self, f"{side}Waiting")
            sqs.Queue(self, side + "Lost")
        self.make("Binder")
        Shelf(self, name.title())

    def make(self, name):
        return aws_lambda.Function(self, name, handler="index.handler")

class Shelf(Construct):
    def __init__(self, scope, construct_id):
        super().__init__(scope, construct_id)
        aws_iam.Role(self, f"{construct_id}Role")

app = App()
for stage in ("Test", "Live"):
    Books(app, f"Books-{stage}")
"""
KINDS = {
    "Books-Test/Binder": "AWS::Lambda::Function",
    "Books-Test/LeftWaiting": "AWS::SQS::Queue",
    "Books-Test/Topic": "AWS::SNS::Topic",
    "Books-Test/Binder/ServiceRole": "AWS::IAM::Role",
}


def computed_line(construct: str, text: str = COMPUTED) -> int | None:
    span = PythonApp(Workspace.in_memory({"app.py": text}), ".", KINDS).span(construct)
    return span.line if span is not None else None


def test_a_computed_id_is_told_by_its_literal_parts() -> None:
    assert computed_line("Books-Test/LeftWaiting") == 7
    assert computed_line("Books-Live/RightWaiting") == 7
    assert computed_line("Books-Live/RightLost") == 8
    assert computed_line("Other-Live/RightWaiting") is None


def test_an_id_without_literal_parts_is_told_by_the_kind_of_resource() -> None:
    assert computed_line("Books-Test/Binder") == 13
    assert computed_line("Books-Test/Topic") is None


def test_two_calls_without_literal_parts_are_no_answer() -> None:
    twice = COMPUTED.replace('sqs.Queue(self, f"{side}Waiting")', "aws_lambda.Function(self, side)")
    assert computed_line("Books-Test/Binder", twice) is None


def test_a_part_of_a_resource_is_none_of_a_class_of_the_app() -> None:
    assert computed_line("Books-Test/Binder/ServiceRole") == 13
    assert computed_line("Books-Test/Top/TopRole") == 18


def test_a_constant_with_one_text_is_that_text() -> None:
    names = 'WAITING = "Waiting"\nPREFIX: str = "Big"\n'
    books = BOOKS.replace(
        '"Waiting")\n        Shelf', 'names.WAITING)\n        sqs.Queue(self, f"{names.PREFIX}{QUEUE}")\n        Shelf'
    )
    assert line("Books/Waiting", app=APP, books=books, names=names) == 7
    assert line("Books/BigQueue", app=APP, books=books, names=names, more='QUEUE = "Queue"\n') == 8
    assert line("Books/BigQueue", app=APP, books=books, names=names, more='QUEUE = "Else"\n') is None
    assert line("Books/Waiting", app=APP, books=books, names=names, more='WAITING = "Twice"\n') is None
