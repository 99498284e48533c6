"""Creation stacks: which frame is the user's, and where it is here."""

from __future__ import annotations

import base64
import json

import pytest

from faaslint.load.cdk.frames import Frame, Sources, assignment_frames, creation_frames, frame_of
from faaslint.model.span import Span
from faaslint.source.workspace import Workspace


@pytest.mark.parametrize(
    ("text", "frame"),
    [
        ("new Main (/app/lib/main.ts:12:20)", Frame("/app/lib/main.ts", 12, 20)),
        ("at new Main (/app/lib/main.ts:12:20)", Frame("/app/lib/main.ts", 12, 20)),
        ("/app/bin/app.js:4:1", Frame("/app/bin/app.js", 4, 1)),
        ("Object.<anonymous> (/My (own) app/bin/app.js:4:1)", Frame("/My (own) app/bin/app.js", 4, 1)),
        ("<anonymous> (file:///app/bin/app.mjs:4:1)", Frame("/app/bin/app.mjs", 4, 1)),
        (r"new Main (C:\work\lib\main.ts:12:20)", Frame("C:/work/lib/main.ts", 12, 20)),
        ("new Main (file:///C:/work/lib/main.ts:12:20)", Frame("C:/work/lib/main.ts", 12, 20)),
        ("...new Function2 in aws-cdk-lib...", None),
        ("(no user code in 10 frames, use --stack-trace-limit to capture more)", None),
        ("new Function (/app/node_modules/aws-cdk-lib/aws-lambda/lib/function.js:1:2)", None),
        ("Module._compile (node:internal/modules/cjs/loader:1521:14)", None),
        ("new Main (lib/main.ts:12:20)", None),
        ("new Main (/app/lib/main.ts:12:99999999999999999999)", None),
        ("x" * 10_000 + ":1:1", None),
        (17, None),
    ],
)
def test_a_frame_names_a_file_of_the_user(text: object, frame: Frame | None) -> None:
    assert frame_of(text) == frame


def test_both_ways_of_recording_a_creation_are_read() -> None:
    lines = ["...new Queue2 in aws-cdk-lib...", "new Main (/app/lib/main.ts:3:5)"]
    new = [{"type": "aws:cdk:logicalId", "data": "Q"}, {"type": "aws:cdk:creationStack", "data": lines}]
    old = [{"type": "aws:cdk:logicalId", "data": "Q", "trace": lines}]
    assert creation_frames(new) == creation_frames(old) == [Frame("/app/lib/main.ts", 3, 5)]
    assert creation_frames([{"type": "aws:cdk:creationStack", "data": "no list"}]) == []


def test_a_property_that_is_set_by_itself_has_frames_of_its_own() -> None:
    data = {"propertyName": "MemorySize", "stackTrace": ["new Main (/app/lib/main.ts:9:5)"]}
    entries = [{"type": "aws:cdk:propertyAssignment", "data": data}, {"type": "aws:cdk:propertyAssignment", "data": 1}]
    assert list(assignment_frames(entries)) == [("MemorySize", [Frame("/app/lib/main.ts", 9, 5)])]


def place(files: dict[str, str], *frames: Frame, app: str = "infra") -> Span | None:
    return Sources(Workspace.in_memory(files), app, frames).span(frames)


CALL = "\nclass Main {\n  make() { new Queue(this, 'Q'); }\n"


def test_paths_are_re_rooted_at_the_app() -> None:
    files = {"infra/lib/main.ts": CALL, "infra/bin/app.ts": "new Main();\n"}
    frames = (Frame("/builds/42/infra/lib/main.ts", 3, 12), Frame("/builds/42/infra/bin/app.ts", 1, 1))
    assert place(files, *frames) == Span("infra/lib/main.ts", 3, 12, 3, 35)


def test_a_frame_outside_the_app_but_inside_the_project_is_kept() -> None:
    files = {"shared/queue.ts": CALL, "infra/bin/app.ts": "new Main();\n"}
    frames = (Frame("/repo/shared/queue.ts", 3, 12), Frame("/repo/infra/bin/app.ts", 1, 1))
    found = place(files, *frames)
    assert found is not None
    assert found.path == "shared/queue.ts"


def test_frames_outside_the_project_are_dropped() -> None:
    files = {"infra/bin/app.ts": "new Main();\n"}
    frames = (Frame("/opt/other/lib.ts", 1, 1), Frame("/etc/passwd.ts", 1, 1), Frame("/repo/infra/bin/app.ts", 1, 1))
    found = place(files, *frames)
    assert found is not None
    assert found.path == "infra/bin/app.ts"
    assert place(files, Frame("/opt/other/lib.ts", 1, 1)) is None


@pytest.mark.parametrize(("line", "column"), [(0, 1), (4, 1), (1, 1), (3, 500), (2, 0), (3, 13), (3, 35), (3, 23)])
def test_a_frame_that_does_not_fit_the_text_is_dropped(line: int, column: int) -> None:
    assert place({"infra/lib/main.ts": CALL}, Frame("/a/lib/main.ts", line, column)) is None


def test_a_stack_of_which_one_frame_does_not_fit_is_not_believed_at_all() -> None:
    files = {"infra/lib/main.ts": CALL, "infra/bin/app.ts": "const app = new App();\nnew Main(app);\n"}
    # As a second library for source maps makes them: lines and columns of the code that was generated.
    assert place(files, Frame("/x/lib/main.ts", 2, 2122), Frame("/x/bin/app.ts", 1, 13)) is None
    assert place(files, Frame("/x/lib/main.ts", 3, 12), Frame("/x/bin/app.ts", 2, 94)) is None
    assert place(files, Frame("/x/lib/main.ts", 3, 12), Frame("/x/bin/app.ts", 2, 15)) is not None


def test_a_literal_id_is_found_in_the_file_of_a_frame_that_is_not_believed() -> None:
    text = "class Own {}\nnew Queue(this, 'Q');\n  new lambda.Function(\n    this, \"F\", {});\nnew Own(this, 'O');\n"
    frames = [Frame("/x/infra/lib/main.ts", 1, 2122)]
    sources = Sources(Workspace.in_memory({"infra/lib/main.ts": text}), "infra", frames)
    assert sources.span(frames) is None
    assert sources.made_in(frames, "Q") == Span("infra/lib/main.ts", 2, 1, 2, 22)
    assert sources.made_in(frames, "F") == Span("infra/lib/main.ts", 3, 3, 3, 23)
    for unknown in ("O", "None", "", "Q'", ".*"):
        assert sources.made_in(frames, unknown) is None
    twice = Sources(Workspace.in_memory({"infra/lib/main.ts": text * 2}), "infra", frames)
    assert twice.made_in(frames, "Q") is None


def source_map(**changes: object) -> str:
    # Line 2, column 5 of the generated text is line 3, column 12 of the source: one segment, [4, 0, 2, 11].
    return json.dumps({"version": 3, "sources": ["../lib/main.ts"], "mappings": ";IAEW", **changes})


GENERATED = "'use strict';\n    new Queue(this, 'Q');\n//# sourceMappingURL="


def mapped(generated: str, **files: str) -> Span | None:
    everything = {"infra/dist/main.js": generated, "infra/lib/main.ts": CALL, **files}
    return place(everything, Frame("/x/infra/dist/main.js", 2, 5))


def test_a_source_map_is_followed_inline_and_beside() -> None:
    inline = "data:application/json;base64," + base64.b64encode(source_map().encode()).decode()
    wanted = Span("infra/lib/main.ts", 3, 12, 3, 35)
    assert mapped(GENERATED + inline) == wanted
    assert mapped(GENERATED + "main.js.map\n", **{"infra/dist/main.js.map": source_map()}) == wanted


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("{", id="no JSON"),
        pytest.param("[" * 100_000, id="too deep"),
        pytest.param(source_map(version=2), id="another version"),
        pytest.param(source_map(mappings=";IA!W"), id="a letter that is no digit"),
        pytest.param(source_map(mappings=";" + "g" * 50), id="a number without end"),
        pytest.param(source_map(mappings=";" + "IAEW," * 600_000), id="too many segments"),
        pytest.param(source_map(sources=["../../../../etc/passwd"]), id="a source outside the project"),
        pytest.param(source_map(sources=["/lib/main.ts"]), id="an absolute source"),
        pytest.param(source_map(sources=[None]), id="no source"),
        pytest.param(source_map(sources=[]), id="a source that is not listed"),
    ],
)
def test_a_source_map_that_leads_nowhere_gives_no_place(content: str) -> None:
    span = mapped(GENERATED + "main.js.map\n", **{"infra/dist/main.js.map": content})
    assert span is None or span.path == "infra/dist/main.js"


def test_compiled_javascript_beside_its_source_is_nobodys_line() -> None:
    files = {"infra/lib/main.js": "new Queue();\n", "infra/lib/main.ts": "new Queue();\n"}
    assert place(files, Frame("/x/infra/lib/main.js", 1, 1)) is None
    assert place({"infra/lib/main.js": "new Queue();\n"}, Frame("/x/infra/lib/main.js", 1, 1)) is not None
