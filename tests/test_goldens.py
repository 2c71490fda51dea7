"""Nothing changes unseen in what others read: answers, hits, exports, schemas, the manifest."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from goldens import GOLDENS, asked_of_the_model, deterministic

WRITE = "run: python tests/goldens.py, look at the difference, and say it in CHANGELOG.md"


def test_answers_exports_schemas_and_manifest_are_the_same_bytes(tmp_path: Path) -> None:
    given = dict(deterministic(tmp_path))
    kept = {path.name: path.read_text(encoding="utf-8") for path in GOLDENS.iterdir() if path.name != "seeds.jsonl"}
    assert given.keys() == kept.keys()
    assert [name for name, text in given.items() if text != kept[name]] == [], WRITE


@pytest.mark.model
def test_the_questions_over_the_seeds_are_answered_as_before(tmp_path: Path) -> None:
    kept = [json.loads(line) for line in (GOLDENS / "seeds.jsonl").read_text(encoding="utf-8").splitlines()]
    for before, now in zip(kept, asked_of_the_model(tmp_path), strict=True):
        for reader in ("nearest", "read"):  # another kind of processor may change the third digit
            assert now[reader].pop("probability") == pytest.approx(before[reader].pop("probability"), abs=0.005)
        assert now == before, WRITE
