from __future__ import annotations

import re
from pathlib import Path

from jianghua.data.scheme import LabelScheme
from jianghua.tagging.bundle import load_bundle
from jianghua.training.card import write_card
from jianghua.training.config import TrainConfig


def test_the_card_quotes_the_guideline(tiny_run: Path, scheme: LabelScheme) -> None:
    card = (tiny_run / "bundle" / "README.md").read_text("utf-8")
    assert "guideline version 1.2" in card
    for label in scheme.labels:
        assert f"| `{label.key}` | {label.name} | {label.definition} | {label.excludes} |" in card
    assert f"None of them: {scheme.none}." in card


def test_words_of_a_scheme_do_not_break_the_card(tiny_run: Path, tmp_path: Path) -> None:
    bundle = load_bundle(tiny_run)
    hostile = bundle.scheme.labels[0].model_copy(update={"definition": "一|二\n三 <b>*四*</b>", "excludes": "[x](y)"})
    scheme = bundle.scheme.model_copy(update={"labels": (hostile, *bundle.scheme.labels[1:]), "none": ""})
    manifest = {"splits": {"train": {"speeches": 1, "annotated": 2}}}
    metrics = {
        "labels": {},
        "macro_f1_interval": (0, 1),
        "macro_f1": 0,
        "micro_f1": 0,
        "exact_match": 0,
        "calibration_error": 0,
    }
    config = TrainConfig(name="x", dataset=tmp_path)
    write_card(tmp_path / "README.md", config, bundle.model_copy(update={"scheme": scheme}), manifest, metrics)
    (row,) = re.findall(r"^\| `situation`.*$", (tmp_path / "README.md").read_text("utf-8"), re.MULTILINE)
    assert row == r"| `situation` | 形势研判 | 一\|二 三 \<b\>\*四\*\</b\> | \[x\](y) |"
