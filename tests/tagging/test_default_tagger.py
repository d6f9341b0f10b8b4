"""The tagger that ships with the package."""

from __future__ import annotations

from pathlib import Path

import pytest
from command import jianghua
from tiny import RAW_SENTENCES, REAL

from benchmarks.make_samples import SAMPLES
from jianghua import Tagger
from jianghua.data.corpus.gold import read_gold
from jianghua.data.paths import DEFAULT_TAGGER
from jianghua.data.scheme import LabelScheme
from jianghua.training.evaluation import measure, run_tagger

MEGABYTES = 45
"""What the tagger may take beside the base encoder."""


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    return Tagger.load()


def test_it_is_small_and_says_what_it_is(tagger: Tagger, scheme: LabelScheme) -> None:
    assert sum(file.stat().st_size for file in DEFAULT_TAGGER.iterdir()) <= MEGABYTES * 1_000_000
    assert tagger.name == "default"
    assert tagger.scheme.keys == scheme.keys
    assert tagger.scheme.guideline_version == scheme.guideline_version
    card = (DEFAULT_TAGGER / "README.md").read_text("utf-8")
    assert "## Limits" in card
    assert "MIT" in (DEFAULT_TAGGER / "LICENSE").read_text("utf-8")


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("各街道要在下月十五日前把破损路面全部修补完毕，确保群众出行安全通畅。", {"directive", "target"}),
        ("要主动上门，帮企业把手续办好。", {"directive"}),
        ("有三个单位连续两次被通报，到现在还没有动静，这是极不负责任的。", {"criticism"}),
        ("今年以来，全市外贸进出口总额同比增长百分之六点二，增速居全省第四位。", {"situation"}),
        ("库区两岸滑坡体密布，遇上连阴雨极易垮塌伤人。", {"situation", "risk"}),
        ("同志们：", set()),
    ],
)
def test_it_tags_what_is_plain(tagger: Tagger, text: str, labels: set[str]) -> None:
    (tag,) = tagger.tag_sentences([text])
    assert set(tag.labels) == labels


def test_a_sentences_tag_depends_on_it_alone(tagger: Tagger) -> None:
    texts = ["要抓好落实。", "个别部门行动迟缓，工作很被动。", "今年新增就业不少于两万人。"]
    together = [tag.labels for tag in tagger.tag_sentences(texts)]
    assert together == [tagger.tag_sentences([text])[0].labels for text in texts]


@pytest.mark.skipif(not REAL.is_dir(), reason="the captures of real speeches are not here")
def test_it_is_right_on_real_speeches(tagger: Tagger) -> None:
    speeches = [speech for name in "ab" for speech in read_gold(REAL / f"capture-{name}.gold.jsonl")]
    metrics = measure(run_tagger(tagger, speeches), tagger.scheme.keys, tagger.bundle.calibration.thresholds)
    assert metrics["micro_f1"] >= 0.8


def test_tagging_needs_no_training(tmp_path: Path) -> None:
    jianghua("tag", SAMPLES / "raw", "-o", tmp_path / "out", "--format", "jsonl")
    assert (tmp_path / "out" / "sentences.jsonl").read_text("utf-8").count("\n") == RAW_SENTENCES
    refused = jianghua("tag", DEFAULT_TAGGER, SAMPLES / "raw", "-o", tmp_path / "out", code=1).stderr
    assert "expected speech files, got a trained model" in refused
    assert "--model" in refused
