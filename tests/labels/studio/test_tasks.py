from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jianghua.data.errors import RecordError
from jianghua.data.speech import Sentence, Speech
from jianghua.labels.predictor import Prediction
from jianghua.labels.studio.tasks import build_tasks, in_overlap, prediction_record, storable

HOSTILE = ["<script>alert('x')</script>&amp;", "前\x00后", "\ud83c半个", "𠀀𠮷𪚥", "长" * 10_000, "", " \u3000", "$title {{x}}"]


def speech(texts: list[str], id: str = "a-1") -> Speech:
    return Speech(id, "题<b>", tuple(Sentence(text) for text in texts))


def test_each_sentence_is_a_task_with_its_neighbours(corpus: list[Speech]) -> None:
    tasks = list(build_tasks(corpus[:2]))
    assert [task.uid for task in tasks] == [one.sentence_id(i) for one in corpus[:2] for i in range(len(one.sentences))]
    texts = corpus[0].texts
    assert dict(tasks[1].data) == {
        "uid": corpus[0].sentence_id(1),
        "speech": corpus[0].id,
        "index": 1,
        "title": corpus[0].title,
        "meta": f"第 2 / {len(texts)} 句",
        "prev": texts[0],
        "text": texts[1],
        "next": texts[2],
    }
    assert tasks[0].data["prev"] == ""
    assert tasks[len(texts) - 1].data["next"] == ""  # not the next speech's first sentence
    assert all(task.replaced == 0 for task in tasks)


def test_hostile_texts_arrive_or_are_replaced_knowingly() -> None:
    tasks = list(build_tasks([speech(HOSTILE)]))
    shown = [task.data["text"] for task in tasks]
    assert shown == [HOSTILE[0], "前␀后", "�半个", *HOSTILE[3:]]
    assert [task.replaced for task in tasks] == [0, 1, 1, 0, 0, 0, 0, 0]
    assert tasks[2].data["prev"] == "前␀后"
    json.dumps([dict(task.data) for task in tasks], ensure_ascii=False).encode("utf-8")


@given(st.text(st.characters(codec=None, categories=("Cs", "Cc", "Lo"))))
def test_a_storable_text_has_as_many_characters_and_can_be_encoded(text: str) -> None:
    result, replaced = storable(text)
    result.encode("utf-8")
    assert "\x00" not in result
    assert len(result) == len(text)
    assert sum(a != b for a, b in zip(text, result, strict=True)) == replaced


def test_an_id_that_could_not_come_back_is_refused() -> None:
    with pytest.raises(RecordError, match=r"'a\\udc80-1'.*rename the file"):
        list(build_tasks([speech(["x"], "a\udc80-1")]))


def test_only_the_sentences_that_a_speech_names_become_tasks_where_that_is_asked() -> None:
    named = replace(speech(["一。", "二。", "三。"]), meta={"annotate": [2, 0]})
    assert [task.uid for task in build_tasks([named], chosen=True)] == ["a-1#0000", "a-1#0002"]
    assert [task.data["prev"] for task in build_tasks([named], chosen=True)] == ["", "二。"]
    assert len(list(build_tasks([named]))) == 3
    assert len(list(build_tasks([speech(["一。", "二。"])], chosen=True))) == 2
    for wrong in ([3], ["0"], "0", [-1]):
        with pytest.raises(RecordError, match="'annotate' must be numbers of its 3 sentences"):
            list(build_tasks([replace(named, meta={"annotate": wrong})], chosen=True))


def test_a_prediction_holds_labels_and_confidence() -> None:
    made = prediction_record(Prediction(("risk",), 0.123456), "m-1")
    assert (made["model_version"], made["score"]) == ("m-1", 0.1235)
    assert made["result"][0]["value"] == {"choices": ["risk"]}


def test_the_overlap_is_a_stable_share() -> None:
    uids = [f"speech-{number // 50}#{number % 50:04d}" for number in range(5000)]
    twenty = {uid for uid in uids if in_overlap(uid, 20)}
    assert 900 <= len(twenty) <= 1100
    assert twenty <= {uid for uid in uids if in_overlap(uid, 50)}  # a larger share keeps what a smaller one held
    assert not any(in_overlap(uid, 0) for uid in uids)
    assert all(in_overlap(uid, 100) for uid in uids)
