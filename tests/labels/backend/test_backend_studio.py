"""The ML backend as a real Label Studio sees it."""

from __future__ import annotations

import time
import urllib.error
from collections.abc import Iterator
from typing import Any

import pytest
from fake_model import FakeModel
from http_client import TOKEN
from studio_server import api, settings_of, studio_of

from jianghua.data.scheme import LabelScheme
from jianghua.data.serving.guard import Guard
from jianghua.data.serving.server import Server
from jianghua.data.speech import Sentence, Speech
from jianghua.labels.backend.protocol import Backend
from jianghua.labels.backend.web import backend_application
from jianghua.labels.studio.client import Project
from jianghua.labels.studio.project import project_settings, sync
from jianghua.labels.studio.server import Server as LabelStudio
from jianghua.labels.studio.tasks import build_tasks


class Requests:
    """Takes note of trainings that were asked for."""

    def __init__(self) -> None:
        self.count = 0

    def request(self) -> str:
        self.count += 1
        return "started"

    def status(self) -> dict[str, Any]:
        return {}


@pytest.fixture
def serving() -> Iterator[tuple[str, Requests]]:
    requests = Requests()
    with Server(backend_application(Backend(FakeModel(), requests), Guard(TOKEN)), "127.0.0.1", 0) as server:
        yield f"http://127.0.0.1:{server.address[1]}", requests


@pytest.fixture
def project(label_studio: LabelStudio, tmp_path: Any, scheme: LabelScheme) -> Project:
    studio = studio_of(label_studio)
    made = sync(studio, None, project_settings(scheme, settings_of(tmp_path / "a.yaml", label_studio.data), "# 规范")).project
    speech = Speech("s", "题", tuple(Sentence(f"第{number}句。") for number in range(7)))
    studio.import_tasks(made.id, [{"data": dict(task.data)} for task in build_tasks([speech])])
    return made


@pytest.mark.parametrize("way", ["basic", "path"])
def test_label_studio_connects_predicts_and_starts_training(
    label_studio: LabelStudio, project: Project, serving: tuple[str, Requests], way: str
) -> None:
    url, requests = serving
    wanted: dict[str, Any] = {"project": project.id, "title": "live"}
    if way == "basic":
        wanted |= {"url": url, "auth_method": "BASIC_AUTH", "basic_auth_user": "jianghua", "basic_auth_pass": TOKEN}
    else:
        wanted |= {"url": f"{url}/{TOKEN}"}
    connected = api(label_studio, "/api/ml/", wanted)
    assert connected["state"] == "CO"
    api(
        label_studio,
        f"/api/dm/actions?id=retrieve_tasks_predictions&project={project.id}",
        {"selectedItems": {"all": True, "excluded": []}},
    )
    until = time.monotonic() + 30
    studio = studio_of(label_studio)
    while [task.versions for task in studio.tasks(project.id, versions=True)] != [{"m1"}] * 7:
        assert time.monotonic() < until
        time.sleep(0.2)
    api(label_studio, f"/api/ml/{connected['id']}/train", {"use_ground_truth": False})
    while requests.count < 1:
        assert time.monotonic() < until
        time.sleep(0.1)


def test_label_studio_is_told_that_the_password_is_wrong(
    label_studio: LabelStudio, project: Project, serving: tuple[str, Requests]
) -> None:
    wanted = {"project": project.id, "title": "live", "url": serving[0], "auth_method": "BASIC_AUTH"}
    with pytest.raises(urllib.error.HTTPError) as refused:
        api(label_studio, "/api/ml/", wanted | {"basic_auth_user": "jianghua", "basic_auth_pass": "wrong"})
    assert refused.value.code == 400
