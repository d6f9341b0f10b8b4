from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from jianghua.data.corpus.dataset import build_dataset, load_dataset, save_dataset, to_dataset_dict
from jianghua.data.corpus.splits import near_duplicate_groups, stratified_split
from jianghua.data.errors import RecordError
from jianghua.data.scheme import LabelScheme
from jianghua.data.speech import Speech


def test_splits_are_disjoint_complete_and_stratified(corpus: list[Speech], scheme: LabelScheme) -> None:
    dataset = build_dataset(corpus, scheme)
    ids = [speech.id for part in dataset.splits.values() for speech in part]
    assert sorted(ids) == sorted(speech.id for speech in corpus)
    whole = {key: sum(part["labels"][key] for part in dataset.manifest["splits"].values()) for key in scheme.keys}
    for name, share in dataset.manifest["shares"].items():
        for key in scheme.keys:
            assert dataset.manifest["splits"][name]["labels"][key] / whole[key] == pytest.approx(share, abs=0.02)


def test_the_order_of_speeches_does_not_matter_but_the_seed_does(corpus: list[Speech], scheme: LabelScheme) -> None:
    shuffled = random.Random(1).sample(corpus, len(corpus))
    assert build_dataset(corpus, scheme, seed=3).sha256 == build_dataset(shuffled, scheme, seed=3).sha256
    assert build_dataset(corpus, scheme, seed=3).sha256 != build_dataset(corpus, scheme, seed=4).sha256


def test_near_copies_stay_on_one_side(corpus: list[Speech], scheme: LabelScheme) -> None:
    kept = tuple(sentence for number, sentence in enumerate(corpus[0].sentences) if number % 5)
    copies = [replace(corpus[0], id=f"copy-{n}", sentences=kept) for n in range(3)]
    groups = near_duplicate_groups([*corpus[:20], *copies])
    assert [0, 20, 21, 22] in groups
    assert len(groups) == 20
    dataset = build_dataset([*corpus[:20], *copies], scheme)
    homes = [name for name, part in dataset.splits.items() if {s.id for s in part} & {corpus[0].id, "copy-1", "copy-2"}]
    assert len(homes) == 1


def test_a_dataset_survives_the_disk_and_tampering_is_found(tmp_path: Path, corpus: list[Speech], scheme: LabelScheme) -> None:
    half = [labels if n % 2 else None for n, labels in enumerate(s.labels for s in corpus[0].sentences)]
    dataset = build_dataset([corpus[0].with_labels(half), *corpus[1:6]], scheme)
    save_dataset(dataset, tmp_path / "d")
    again = load_dataset(tmp_path / "d")
    assert again.sha256 == dataset.sha256
    texts = [[(s.text, s.labels) for s in speech.sentences] for part in again.splits.values() for speech in part]
    assert any(label is None for speech in texts for _, label in speech)
    manifest = (tmp_path / "d" / "manifest.json").read_text("utf-8")
    (tmp_path / "d" / "manifest.json").write_text(manifest.replace(dataset.sha256, "0" * 64), "utf-8")
    with pytest.raises(RecordError, match="contents changed"):
        load_dataset(tmp_path / "d")


def test_a_speech_keeps_its_own_fields(tmp_path: Path, corpus: list[Speech], scheme: LabelScheme) -> None:
    numbered = replace(corpus[0], meta={"year": 2014, "share": 0.5, "style": "plain", "people": ["甲"], "text": "其他"})
    dataset = build_dataset([numbered, *corpus[1:6]], scheme)
    save_dataset(dataset, tmp_path)
    again = {speech.id: speech for part in load_dataset(tmp_path).splits.values() for speech in part}
    assert again[numbered.id].meta == {"year": 2014, "share": 0.5, "style": "plain", "text": "其他"}
    assert {speech.id: speech.meta for speech in corpus[1:6]} == {id: again[id].meta for id in again if id != numbered.id}
    bare = build_dataset([replace(speech, meta={}) for speech in corpus[:6]], scheme)
    assert bare.sha256 == dataset.sha256


def test_a_dataset_without_metadata_is_read(tmp_path: Path, corpus: list[Speech], scheme: LabelScheme) -> None:
    dataset = build_dataset(corpus[:6], scheme)
    save_dataset(dataset, tmp_path)
    to_dataset_dict(dataset).remove_columns("meta").save_to_disk(str(tmp_path))
    assert all(not speech.meta for part in load_dataset(tmp_path).splits.values() for speech in part)


def test_a_damaged_dataset_says_what_is_damaged(tmp_path: Path, corpus: list[Speech], scheme: LabelScheme) -> None:
    with pytest.raises(RecordError, match=r"expected a dataset made by 'jianghua dataset'"):
        load_dataset(tmp_path)
    save_dataset(build_dataset(corpus[:6], scheme), tmp_path)
    file = tmp_path / "manifest.json"
    manifest = file.read_text("utf-8")
    for damaged, message in (
        (manifest[:200], r"manifest\.json: expected JSON"),
        (manifest.replace('"sha256"', '"sha"'), r"manifest\.json: sha256: required, but missing"),
        (
            manifest.replace('"multi"', '"many"'),
            r"manifest\.json: scheme\.kind: input should be 'multi' or 'single', got 'many'",
        ),
        (manifest.replace('"validation": {', '"dev": {'), "expected the Arrow files of a dataset, got 'dev'"),
    ):
        file.write_text(damaged, "utf-8")
        with pytest.raises(RecordError, match=message):
            load_dataset(tmp_path)
    file.write_text(manifest, "utf-8")
    (arrow,) = (tmp_path / "train").glob("*.arrow")
    arrow.write_bytes(arrow.read_bytes()[:500])
    with pytest.raises(RecordError, match=r"expected the Arrow files of a dataset, got "):
        load_dataset(tmp_path)
    (tmp_path / "dataset_dict.json").unlink()
    with pytest.raises(RecordError, match=r"expected the Arrow files of a dataset, got "):
        load_dataset(tmp_path)


def test_wrong_input_is_refused(corpus: list[Speech], scheme: LabelScheme) -> None:
    with pytest.raises(RecordError, match=f"different ids, got '{corpus[1].id}' twice"):
        build_dataset([*corpus[:4], corpus[1]], scheme)
    with pytest.raises(RecordError, match=r"unknown label 'situatoin'.*did you mean 'situation'"):
        build_dataset([corpus[0].with_labels([("situatoin",)] * len(corpus[0].sentences))], scheme)
    with pytest.raises(RecordError, match="without any label"):
        build_dataset([corpus[0].with_labels([None] * len(corpus[0].sentences))], scheme)
    with pytest.raises(RecordError, match="at least 3 speeches"):
        build_dataset(corpus[:2], scheme)
    with pytest.raises(RecordError, match="add up to 1"):
        stratified_split(np.ones((4, 2)), [[0], [1], [2], [3]], {"a": 0.5, "b": 0.2}, 0)
