"""Our own Terraform fixtures, evaluated here and by tfparse: every value that both know is the same.

``tools/compare_tfparse.py`` does the same for any folder.
"""

from __future__ import annotations

import importlib.util
import sys
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]

EXPLAINED = {
    "a hole is filled differently": "account, region and ids are unknown here and made up there",
    "ours is the reference, theirs a value that stands for it": "references are kept",
    "ours knows more": "tfparse leaves its ${…}",
    "theirs are among our guarded elements": "a test that reads only defaults stays free",
    "theirs is a whole block": "documents and computed attributes are not worked out there",
    "theirs is one of our branches": "a test that reads only defaults stays free",
    "theirs is the name of something that it could not work out": "a variable that is null",
}

TESTED_THERE_ON_A_MADE_UP_ARN = {
    # The test asks whether ":sqs:" stands in a queue's ARN, which is a random id there.
    ('aws_lambda_event_source_mapping.sources["jobs"]', "starting_position"),
}


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    if importlib.util.find_spec("tfparse") is None:
        pytest.skip("tfparse is not installed: the evaluator was not compared with it")
    path = ROOT / "tools" / "compare_tfparse.py"
    specification = importlib.util.spec_from_file_location("compare_tfparse", path)
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    sys.modules["compare_tfparse"] = module
    specification.loader.exec_module(module)
    return module


def test_what_both_know_is_the_same(tool: ModuleType) -> None:
    equal, classes = 0, Counter[str]()
    unexplained = []
    roots = tool.roots([ROOT / "fixtures" / "projects", ROOT / "fixtures" / "rules"])
    assert len(roots) > 50
    for folder, top in roots:
        outcome = tool.compare(folder, top)
        equal += outcome.equal
        classes.update(one.kind for one in outcome.differences)
        unexplained += [
            one
            for one in outcome.differences
            if one.kind not in EXPLAINED and (one.address, one.path) not in TESTED_THERE_ON_A_MADE_UP_ARN
        ]
        # Every block that tfparse finds is here too.
        assert not outcome.only_theirs, folder
    assert not unexplained
    assert equal > 1000
    assert classes.total() < equal / 10
