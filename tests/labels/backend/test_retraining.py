from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from fake_model import FakeModel, Start

from jianghua.data.store import write_json
from jianghua.labels.backend.retraining import Retraining

CHILD = """
import json, pathlib, sys, time
job, how = pathlib.Path(sys.argv[1]), sys.argv[2]
(job / "progress.json").write_text('{"stage": "training"}')
gate = job.parent / "gate"
while how == "slow" and not gate.exists():
    time.sleep(0.02)
print("some output")
if how == "crash":
    sys.exit("jianghua: no server answers there")
better = how != "worse"
result = {"better": better, "run": str(job / "run"), "old_macro_f1": 0.5, "new_macro_f1": 0.5 + 0.1 * better}
(job / "result.json").write_text(json.dumps(result))
"""


def retraining(tmp_path: Path, how: str, adopt: Callable[[Path], None] = lambda run: None) -> Retraining:
    return Retraining(tmp_path / "jobs", lambda job: [sys.executable, "-c", CHILD, str(job), how], adopt)


def finished(training: Retraining) -> list[dict[str, Any]]:
    until = time.monotonic() + 30
    while training.status()["running"]:
        assert time.monotonic() < until
        time.sleep(0.02)
    return list(training.status()["jobs"])


def test_a_better_model_takes_over_while_requests_go_on(start: Start, tmp_path: Path) -> None:
    ask, backend = start()
    training = retraining(tmp_path, "slow", lambda run: backend.swap(FakeModel("m2")))
    backend.training = training
    tasks = {"tasks": [{"data": {"text": "x"}}] * 3}
    stop = threading.Event()

    def keep_asking() -> list[set[str]]:
        seen = []
        while not stop.is_set():
            status, answer = ask("POST", "/predict", tasks)
            assert status == 200
            seen.append({result["model_version"] for result in answer["results"]})
        return seen

    with ThreadPoolExecutor(4) as pool:
        asking = [pool.submit(keep_asking) for _ in range(4)]
        assert ask("POST", "/webhook", {"action": "START_TRAINING"}) == (200, {"status": "started"})
        assert ask("POST", "/webhook", {"action": "START_TRAINING"}) == (200, {"status": "queued"})
        assert ask("POST", "/webhook", {"action": "START_TRAINING"}) == (200, {"status": "queued"})
        until = time.monotonic() + 20
        while ask("GET", "/status")[1]["training"]["jobs"][0]["stage"] != "training":
            assert time.monotonic() < until
        assert ask("GET", "/status")[1]["training"]["queued"] is True
        (tmp_path / "jobs" / "gate").touch()
        jobs = finished(training)
        time.sleep(0.05)
        stop.set()
        seen = [versions for future in asking for versions in future.result()]
    assert [job["state"] for job in jobs] == ["swapped", "swapped"]  # three requests, two trainings: one waited
    assert {frozenset(versions) for versions in seen} == {frozenset({"m1"}), frozenset({"m2"})}  # never both in one answer
    assert (tmp_path / "jobs" / "0001" / "log.txt").read_text("utf-8") == "some output\n"


@pytest.mark.parametrize(
    ("how", "state", "reason"),
    [
        ("worse", "kept", "no better: macro F1 0.5000 against 0.5000"),
        ("crash", "failed", "jianghua: no server answers there"),
    ],
)
def test_a_worse_model_or_a_failure_keeps_the_old_one_and_says_why(
    start: Start, tmp_path: Path, how: str, state: str, reason: str
) -> None:
    ask, backend = start()
    adopted: list[Path] = []
    backend.training = training = retraining(tmp_path, how, adopted.append)
    ask("POST", "/webhook", {"action": "START_TRAINING"})
    (job,) = finished(training)
    assert adopted == []
    assert job["state"] == state
    assert reason in job["reason"]
    assert ask("GET", "/versions")[1] == {"versions": ["m1"]}
    assert ask("GET", "/status")[1]["training"]["jobs"][0]["reason"] == job["reason"]
    assert training.request() == "started"  # the next one may try again
    assert [job["number"] for job in finished(training)] == [2, 1]


def test_a_model_that_cannot_be_loaded_is_a_failure(tmp_path: Path) -> None:
    def adopt(run: Path) -> None:
        raise OSError(f"{run} is damaged")

    training = retraining(tmp_path, "better", adopt)
    training.request()
    (job,) = finished(training)
    assert (job["state"], "is damaged" in job["reason"]) == ("failed", True)


def test_a_command_that_is_not_there_is_a_failure(tmp_path: Path) -> None:
    training = Retraining(tmp_path, lambda job: [str(tmp_path / "nothing")], lambda run: None)
    training.request()
    (job,) = finished(training)
    assert (job["state"], "FileNotFoundError" in job["reason"]) == ("failed", True)


def test_stopping_ends_the_process(tmp_path: Path) -> None:
    write_json(tmp_path / "jobs" / "0041" / "job.json", {})  # numbers go on after a restart
    training = retraining(tmp_path, "slow")
    training.request()
    until = time.monotonic() + 20
    while not (tmp_path / "jobs" / "0042" / "progress.json").is_file():
        assert time.monotonic() < until
        time.sleep(0.02)
    training.request()
    training.stop()
    (job,) = finished(training)
    assert (job["number"], job["state"]) == (42, "stopped")
    assert training.request() == "stopping"


def test_a_job_whose_directory_cannot_be_made_fails_and_the_next_one_starts(tmp_path: Path) -> None:
    (tmp_path / "jobs").write_text("a file in the way", "utf-8")
    training = retraining(tmp_path, "worse")
    assert training.request() == "started"
    (job,) = finished(training)
    assert (job["number"], job["state"]) == (1, "failed")
    assert str(tmp_path / "jobs") in job["reason"]
    assert training.request() == "started"
    finished(training)
    (tmp_path / "jobs").unlink()
    assert training.request() == "started"
    assert [(job["number"], job["state"]) for job in finished(training)] == [(3, "kept"), (2, "failed"), (1, "failed")]
