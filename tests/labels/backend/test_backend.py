from __future__ import annotations

import logging
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from fake_model import KEYS, FakeModel, Start
from http_client import TOKEN, Client

from jianghua.data.scheme import LabelScheme
from jianghua.labels.backend.protocol import screen_problem
from jianghua.labels.studio.screen import labeling_config


def test_the_protocol(start: Start, scheme: LabelScheme) -> None:
    ask, _ = start()
    assert ask("GET", "/health") == (200, {"status": "UP", "model_class": "jianghua", "model_version": "m1"})
    setup = {
        "project": "1.1",
        "schema": labeling_config(scheme),
        "hostname": "http://x",
        "access_token": "s3cret",
        "extra_params": "",
    }
    assert ask("POST", "/setup", setup) == (200, {"model_version": "m1"})
    tasks = [{"id": 1, "data": {"text": "防范风险。"}}, {"id": 2, "data": {"image": "x"}}, {"id": 3}]
    status, answer = ask("POST", "/predict", {"tasks": tasks, "project": "1.1", "label_config": "", "params": {}})
    assert status == 200
    assert answer["results"][0] == {
        "model_version": "m1",
        "score": 0.75,
        "result": [{"from_name": "label", "to_name": "text", "type": "choices", "value": {"choices": ["risk"]}}],
    }
    assert [result["result"] for result in answer["results"][1:]] == [[], []]
    assert ask("GET", "/versions") == (200, {"versions": ["m1"]})
    assert ask("POST", "/webhook", {"action": "ANNOTATION_CREATED"}) == (200, {"status": "ignored"})
    assert ask("POST", "/webhook", {"action": "START_TRAINING"})[0] == 409
    assert ask("GET", "/status")[1] == {"model_version": "m1", "versions": ["m1"], "training": None}
    assert ask("GET", "/predict") == (405, {"error": "expected POST"})
    assert ask("POST", "/nothing", {})[0] == 404


def test_predictions_fit_the_screen(start: Start, scheme: LabelScheme) -> None:
    from jianghua.labels.studio.client import ScreenCheck

    ask, _ = start()
    check = ScreenCheck(labeling_config(scheme))
    _, answer = ask("POST", "/predict", {"tasks": [{"data": {"text": "x"}}]})
    assert check.problems(dict.fromkeys(check.fields, ""), answer["results"]) == []


def test_a_screen_that_does_not_fit_is_refused(start: Start, scheme: LabelScheme) -> None:
    ask, _ = start()
    other = labeling_config(scheme.model_copy(update={"labels": scheme.labels[:4]}))
    assert ask("POST", "/setup", {"schema": other}) == (400, {"error": "the labelling screen lacks labels of the model: risk"})
    assert "not XML" in (screen_problem("<View", KEYS) or "")
    assert "expected a labelling screen" in (screen_problem("<View/>", KEYS) or "")


def test_tasks_that_are_none_are_refused(start: Start) -> None:
    ask, _ = start()
    for body in ({}, {"tasks": "x"}, {"tasks": [1]}, {"tasks": None}):
        assert ask("POST", "/predict", body) == (400, {"error": "expected 'tasks', a list of objects"})


def test_too_many_tasks(start: Start) -> None:
    ask, _ = start()
    assert ask("POST", "/predict", {"tasks": [{}] * 5001})[0] == 413


def test_a_model_that_fails_takes_nothing_down_and_gives_nothing_away(start: Start, caplog: pytest.LogCaptureFixture) -> None:
    ask, _ = start()
    caplog.set_level(logging.DEBUG)
    assert ask("POST", "/predict", {"tasks": [{"data": {"text": "炸"}}]}) == (500, {"error": "the model failed: ValueError"})
    ask("POST", "/setup", {"access_token": "creators-token"})
    Client(ask.address, headers={"Authorization": ""})("GET", f"/{TOKEN}/health")
    Client(ask.address, headers={"Authorization": ""})("GET", "/not-quite-the-token/health")
    assert "POST /setup 200" in caplog.text
    for secret in (TOKEN, "creators-token", "secret inside", "not-quite-the-token"):
        assert secret not in caplog.text


def test_requests_under_way_end_with_the_model_that_they_began_with(start: Start) -> None:
    release, entered = threading.Event(), threading.Event()

    def wait() -> None:
        entered.set()
        release.wait(20)

    ask, backend = start(FakeModel(wait=wait))
    tasks = {"tasks": [{"data": {"text": "x"}}]}
    with ThreadPoolExecutor(1) as pool:
        old = pool.submit(ask, "POST", "/predict", tasks)
        assert entered.wait(10)
        backend.swap(FakeModel("m2"))
        assert ask("POST", "/predict", tasks)[1]["results"][0]["model_version"] == "m2"
        release.set()
        answer = old.result()[1]
    assert (answer["model_version"], answer["results"][0]["model_version"]) == ("m1", "m1")
    assert ask("GET", "/versions")[1] == {"versions": ["m2", "m1"]}
