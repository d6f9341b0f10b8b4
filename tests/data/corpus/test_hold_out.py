from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from command import jianghua

from benchmarks.make_samples import FILES
from jianghua.data.corpus.dataset import load_dataset
from jianghua.data.corpus.hold_out import FieldValue, build_held_out_dataset
from jianghua.data.errors import RecordError, SettingsError
from jianghua.data.scheme import LabelScheme
from jianghua.data.speech import Speech
from jianghua.data.store import write_speeches
from jianghua.scripts.demo import demo_dataset

DENSE = FieldValue("style", "dense")


@pytest.fixture(scope="module")
def styles(corpus: list[Speech]) -> list[Speech]:
    """Six speeches of each of three styles."""
    return [speech for style in ("dense", "vivid", "ordinary") for speech in _of(corpus, style)[:6]]


def _of(speeches: list[Speech], style: str) -> list[Speech]:
    return [speech for speech in speeches if speech.meta["style"] == style]


def _ids(speeches: tuple[Speech, ...]) -> set[str]:
    return {speech.id for speech in speeches}


def test_the_test_split_is_what_is_held_out(styles: list[Speech], scheme: LabelScheme) -> None:
    dataset = build_held_out_dataset(styles, scheme, [DENSE], validation=0.25)
    splits = dataset.splits
    assert list(splits) == ["train", "validation", "test"]
    assert _ids(splits["test"]) == {speech.id for speech in _of(styles, "dense")}
    assert _ids(splits["train"]) | _ids(splits["validation"]) == _ids(tuple(styles)) - _ids(splits["test"])
    counts = {name: part["annotated"] for name, part in dataset.manifest["splits"].items()}
    assert counts["validation"] / (counts["train"] + counts["validation"]) == pytest.approx(0.25, abs=0.05)
    assert dataset.manifest["hold_out"] == ["style=dense"]
    assert dataset.sha256 == build_held_out_dataset(styles[::-1], scheme, [DENSE], validation=0.25).sha256


def test_several_values_add_up_and_numbers_count(styles: list[Speech], scheme: LabelScheme) -> None:
    dated = [replace(speech, meta={**speech.meta, "year": 2010 + number}) for number, speech in enumerate(styles)]
    dataset = build_held_out_dataset(dated, scheme, [DENSE, FieldValue("year", "2027")])
    assert _ids(dataset.splits["test"]) == {*_ids(tuple(styles[:6])), styles[17].id}


def test_near_copies_of_what_is_held_out_are_in_no_split(styles: list[Speech], scheme: LabelScheme) -> None:
    shorter = tuple(sentence for number, sentence in enumerate(styles[0].sentences) if number % 5)
    copy = replace(styles[0], id="copy", sentences=shorter, meta={"style": "vivid"})
    kin = replace(styles[1], id="kin")  # a near copy that is held out itself
    dataset = build_held_out_dataset([*styles, copy, kin], scheme, [DENSE])
    assert _ids(dataset.splits["test"]) == {*_ids(tuple(styles[:6])), "kin"}
    assert dataset.manifest["left_out_near_copies"] == ["copy"]
    assert "copy" not in {id for part in dataset.splits.values() for id in _ids(part)}


@pytest.mark.parametrize(
    ("held_out", "message"),
    [
        (["styl=dense"], r"expected a field of the speeches \(level, .*, topic\), got 'styl'; did you mean 'style'"),
        (["style=dens"], r"value of 'style' that a speech has \(dense, ordinary, vivid\), got 'dens'; did you mean 'dense'"),
        (["style=dense", "style=vivid", "style=ordinary"], r"got all 18 held out by style=dense style=vivid style=ordinary"),
    ],
)
def test_what_cannot_be_held_out_is_refused(
    styles: list[Speech], scheme: LabelScheme, held_out: list[str], message: str
) -> None:
    with pytest.raises(RecordError, match=message):
        build_held_out_dataset(styles, scheme, [FieldValue.parse(text) for text in held_out])


@pytest.mark.parametrize("text", ["style", "style=", "=dense"])
def test_a_condition_is_a_field_and_a_value(text: str) -> None:
    with pytest.raises(SettingsError, match=f"expected field=value, such as style=dense, got '{text}'"):
        FieldValue.parse(text)


def test_the_command_holds_out(styles: list[Speech], tmp_path: Path) -> None:
    write_speeches(tmp_path / "s.jsonl", styles)
    command = ("dataset", tmp_path / "s.jsonl", "-o", tmp_path / "d", "--hold-out", "style=dense", "--hold-out", "style=vivid")
    refused = jianghua(*command, "--test", 0.2, code=1)
    assert "expected --hold-out or --test, got both" in refused.stderr
    jianghua(*command)
    dataset = load_dataset(tmp_path / "d")
    assert {speech.meta["style"] for speech in dataset.splits["test"]} == {"dense", "vivid"}
    assert {speech.meta["style"] for name in ("train", "validation") for speech in dataset.splits[name]} == {"ordinary"}
    assert json.loads((tmp_path / "d" / "manifest.json").read_text("utf-8"))["hold_out"] == ["style=dense", "style=vivid"]


def test_the_demo_holds_out_the_style_of_its_raw_files(tmp_path: Path, corpus: list[Speech]) -> None:
    demo_dataset(tmp_path)
    splits = load_dataset(tmp_path).splits
    assert _ids(splits["test"]) == {speech.id for speech in _of(corpus, "dense")}
    assert {id for id, _, _ in FILES} <= _ids(splits["test"])
