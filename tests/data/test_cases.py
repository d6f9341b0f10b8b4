"""Files that were read wrong once: every sentence that a reader sees, and nothing else.

The cases lie beside the project and not in it; the tests skip where they are absent. Each kind has a twin of our own in the
tests of the room that mends it.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from jianghua.data.paths import SHIPPED
from jianghua.scripts.cli import app

CASES = SHIPPED.parent / "shared" / "cases"
EXPECTED = CASES / "expected.jsonl"
_GLUED = pytest.mark.xfail(strict=True, reason="notices in new words that are glued into a sentence are not known yet")
_UNMENDED = {"glued-notice-1.txt": _GLUED, "glued-notice-2.html": _GLUED}


def _cases() -> list[Any]:
    if not EXPECTED.is_file():
        return [pytest.param({}, marks=pytest.mark.skip(reason=f"needs {CASES.name} beside the project"), id="absent")]
    cases = [json.loads(line) for line in EXPECTED.read_text("utf-8").splitlines()]
    return [pytest.param(case, id=case["file"], marks=_UNMENDED.get(case["file"], ())) for case in cases]


@pytest.mark.parametrize("case", _cases())
def test_what_a_reader_sees_is_read(case: dict[str, Any], tmp_path: Path) -> None:
    output = tmp_path / "speeches.jsonl"
    result = CliRunner().invoke(app, ["read", str(CASES / "inputs" / case["file"]), "-o", str(output)])
    lines = output.read_text("utf-8").splitlines() if output.exists() else []
    sentences = [sentence for line in lines for sentence in json.loads(line)["sentences"]]
    texts = [sentence["text"] for sentence in sentences]
    if "error" in case and result.exit_code:
        assert not texts
        assert "Traceback" not in result.output
        assert re.search(case["error"], result.output)
        return
    assert "sentences" in case, f"expected an error that finds {case['error']!r}, got {texts}"
    assert texts == case["sentences"] or texts in case.get("or", []), result.output
    if texts == case["sentences"]:
        kinds = case.get("kinds") or [None] * len(texts)
        wrong = {s["text"]: s["kind"] for s, kind in zip(sentences, kinds, strict=True) if kind not in (None, s["kind"])}
        assert not wrong
