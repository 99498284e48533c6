"""What a handler does to the world, and what it does about failures."""

from __future__ import annotations

import pytest

from faaslint.model.facts import Handler, NotableKind

from .programs import analyse, plain

HEAD = "import boto3, os, pickle, requests, subprocess, json\nfrom pathlib import Path\nfrom datetime import datetime\n"


def handled(body: str, before: str = "") -> Handler:
    """Analyse a handler with this body."""
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    return analyse(f"{HEAD}{before}\ndef handler(event, context):\n{lines}")


@pytest.mark.parametrize(
    ("body", "files"),
    [
        ("open('a.txt', 'w')", ["a.txt"]),
        ("open('a.txt')", []),
        ("open('a.txt', event['mode'])", []),
        ("(Path('/tmp') / 'x' / event['n']).write_text('')", ["/tmp/x/?"]),
        ("Path('/opt').joinpath('x').mkdir()", ["/opt/x"]),
        ("os.makedirs(f'/var/{os.environ[\"A\"]}')", ["/var/$A"]),
        ("boto3.client('s3').download_file('b', 'k', '/tmp/k')", ["/tmp/k"]),
        ("os.chdir('/tmp')\nopen('a.txt', 'w')", []),
    ],
)
def test_files_that_are_written(body: str, files: list[str]) -> None:
    assert [plain(one.file) for one in handled(body).files] == files


@pytest.mark.parametrize(
    ("body", "sink"),
    [
        ("os.system('ls ' + event['a'])", "shell event.a"),
        ("subprocess.run(f'ls {event[\"a\"]}', shell=True)", "shell event.a"),
        ("subprocess.run(['ls', event['a']])", ""),
        ("eval(event['a'])", "code event.a"),
        ("pickle.loads(event['a'])", "objects event.a"),
        ("x.cursor().execute('select * from t where a = %s' % event['a'])", "sql event.a"),
        ("x.cursor().execute('select * from t where a = %s', event['a'])", ""),
        ("x.cursor().execute(f'select {int(event[\"a\"])}')", ""),
        ("boto3.client('athena').start_query_execution(QueryString='select ' + event['a'])", "sql event.a"),
        ("boto3.client('athena').start_query_execution(QueryString=event['query'])", ""),
    ],
)
def test_data_of_the_event_that_is_run(body: str, sink: str) -> None:
    found = [f"{one.sink.value} {one.data}" for one in handled(body, "from framework import x").sinks]
    assert found == ([sink] if sink else [])


def test_calls_of_other_machines() -> None:
    found = handled("requests.put(event['ResponseURL'], data='x')\nrequests.get('https://a.b')\nrequests.Session()")
    assert [(one.library, plain(one.url), getattr(one.url, "symbol", None)) for one in found.network] == [
        ("requests", "?", "event.ResponseURL"),
        ("requests", "https://a.b", None),
    ]


@pytest.mark.parametrize(
    ("before", "body", "each_call"),
    [
        ("", "boto3.client('s3')", True),
        ("", "boto3.client('s3') if event else None", False),
        ("", "for r in event: boto3.client('s3')", True),
        ("def made(): return boto3.client('s3')", "made()", True),
        ("import functools\n@functools.lru_cache\ndef made(): return boto3.client('s3')", "made()", False),
        ("c = None\ndef made():\n if c: return c\n return boto3.client('s3')", "made()", False),
        ("", "if not event: return 400\nboto3.client('s3')", True),
    ],
)
def test_clients_that_every_call_makes(before: str, body: str, each_call: bool) -> None:
    (client,) = handled(body, before).clients
    assert client.each_call is each_call


def test_the_timeouts_of_a_client() -> None:
    found = handled(
        "boto3.client('s3', config=Config(read_timeout=5, retries={'max_attempts': 2}))",
        "from botocore.config import Config",
    )
    assert {name: plain(value) for name, value in found.clients[0].timeouts.items()} == {
        "read_timeout": 5,
        "retries": {"max_attempts": 2},
    }


@pytest.mark.parametrize(
    ("body", "discarded"),
    [
        ("c.put_events(Entries=[])", True),
        ("r = c.put_events(Entries=[])", True),
        ("r = c.put_events(Entries=[])\nprint(r)", False),
        ("return c.put_events(Entries=[])", False),
        ("c.put_events(Entries=[]).get('FailedEntryCount')", False),
        ("global r\nr = c.put_events(Entries=[])", False),
    ],
)
def test_results_that_nothing_is_done_with(body: str, discarded: bool) -> None:
    (call,) = handled(body, "c = boto3.client('events')").calls
    assert call.discarded is discarded


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ("try: c.put_events()\nexcept Exception: pass", 1),
        (
            "try: c.put_events()\nexcept Exception as e:\n  text = str(e)\n  print(text)\n  return {'statusCode': 500, 'body': text}",
            1,
        ),
        ("try: c.put_events()\nexcept: return 1", 1),
        ("try: c.put_events()\nexcept ValueError: pass", 0),
        ("try: c.put_events()\nexcept Exception: raise", 0),
        ("try: c.put_events()\nexcept Exception as e: failed.append(e)", 0),
        ("try: c.put_events()\nexcept Exception as e: report(e)", 0),
        ("ok = True\ntry: c.put_events()\nexcept Exception: ok = False\nif not ok: raise ValueError", 0),
        ("ok = True\ntry: c.put_events()\nexcept Exception: ok = False\nreturn ok", 0),
    ],
)
def test_clauses_that_swallow_every_failure(body: str, count: int) -> None:
    found = handled(body, "c = boto3.client('events')\nfailed = []\ndef report(e): ...")
    assert [one.effects for one in found.excepts] == [True] * count


@pytest.mark.parametrize(
    ("body", "ways"),
    [
        ("SEEN.append(1)", ["append"]),
        ("global N\nN += 1", ["rebind"]),
        ("CACHE[event['k']] = 1", []),
        ("CACHE['last'] = event", ["item"]),
        ("own = []\nown.append(1)", []),
    ],
)
def test_changes_of_what_the_module_made(body: str, ways: list[str]) -> None:
    found = handled(body, "SEEN = []\nN = 0\nCACHE = {}")
    assert [one.way for one in found.writes if not one.keyed] == ways


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import tomllib", {("tomllib", (3, 11))}),
        ("try:\n import tomllib\nexcept ImportError: pass", set()),
        ("import sys\nif sys.version_info > (3, 10):\n import tomllib", set()),
        ("from datetime import UTC", {("datetime.UTC", (3, 11))}),
        ("type X = int", {("a 'type' statement", (3, 12))}),
        ("def f[T](x: T): ...", {("a type parameter list", (3, 12))}),
        ("match = 1\nmatch.group(1)", set()),
        ("try: pass\nexcept* ValueError: pass", {("an 'except*' clause", (3, 11))}),
    ],
)
def test_what_only_newer_versions_understand(source: str, expected: set[tuple[str, tuple[int, int]]]) -> None:
    found = analyse(f"{source}\ndef handler(event, context): ...\n")
    assert {(one.feature, one.since) for one in found.notable if one.since} == expected


def test_access_keys_in_the_source() -> None:
    key = "AKIA" + "Q7ZT5PLM2NXWBVCR"
    found = analyse(f"KEY = '{key}'\nOTHER = 'AKIAIOSFODNN7EXAMPLE'\ndef handler(event, context): ...\n")
    assert [(one.about, one.span.line) for one in found.notable] == [(NotableKind.SECRET, 1)]


def test_imports_say_what_the_runtime_brings_and_what_the_source_is_prepared_for() -> None:
    found = analyse(
        {
            "app.py": "import json, boto3, own, other\ntry:\n    import third\nexcept ImportError:\n    third = None\n"
            "def handler(event, context): ...\n",
            "own.py": "",
        }
    )
    assert {one.module: (one.provided, one.protected) for one in found.imports} == {
        "json": (True, False),
        "boto3": (True, False),
        "other": (False, False),
        "third": (False, True),
    }
