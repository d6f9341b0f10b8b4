"""The one file that speaks with Label Studio: everything else sees plain values and `StudioError`.

Tokens stay inside the client: no error, log line or representation holds one. (The SDK's own errors hold cookies, so they are
never shown or chained.)
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from jianghua.data.errors import SettingsError, StudioError
from jianghua.data.extras import require
from jianghua.labels.studio.access_token import expiry
from jianghua.labels.studio.environment import VERSION
from jianghua.labels.studio.refusals import expired_token, refusal, wrong_address

if TYPE_CHECKING:
    from label_studio_sdk import LabelStudio

_OLDEST: Final = (1, 23)  # the release line that this was written against; newer ones of 1.x are let in
_TASK_FIELDS: Final = "id,data,meta,overlap,is_labeled,updated_at,total_annotations,cancelled_annotations"


@dataclass(frozen=True, slots=True)
class Project:
    """A project on the server: its number, title, labelling screen (XML) and all its other settings."""

    id: int
    title: str
    label_config: str
    settings: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class RemoteTask:
    """A task on the server, as much of it as pushing and pulling need.

    Attributes:
        id: number on the server.
        uid: the sentence, or `""` for a task that `annotate push` did not make.
        overlap: how many annotators it gets.
        finished: it has as many annotations as it is to get.
        answers: annotations and skips so far.
        updated_at: when it was last changed.
        round: name of the round that pushed it.
        versions: models that have made predictions for it; empty unless they were asked for.
    """

    id: int
    uid: str
    overlap: int
    finished: bool
    answers: int
    updated_at: str
    round: str | None
    versions: frozenset[str]


class Studio:
    """A server and the right to use it. Every method raises `StudioError` in one line."""

    def __init__(self, url: str, token: str, timeout: float = 300.0) -> None:
        """Nothing is asked of the server yet; see `check`.

        Args:
            url: address, such as http://127.0.0.1:8080 or, below a path, https://host/label-studio
            token: legacy token or personal access token.
            timeout: seconds that one request may take.

        Raises:
            SettingsError: the address is not one.
            StudioError: the token has expired.
        """
        if not re.fullmatch(r"https?://[^\s@]+", url):
            public = re.sub(r"//[^/]*@", "//…@", url)
            raise SettingsError(
                f"expected a server's address such as http://127.0.0.1:8080 (no name or password), got {public!r}"
            )
        self.url = url.rstrip("/")
        self._expires = expiry(token)
        if problem := expired_token(self.url, self._expires):
            raise StudioError(problem)
        sdk = require("label_studio_sdk", extra="annotate")
        address = f"{self.url}/"  # without the slash the SDK drops the end of a path when it renews the access token
        with self._asking("the access token"):
            self._client: LabelStudio = sdk.LabelStudio(base_url=address, api_key=token, timeout=timeout)
        self._projects: Any = self._client.projects  # the SDK's types say less than it takes and gives here

    def __repr__(self) -> str:
        return f"Studio({self.url!r})"

    def check(self) -> str:
        """Check that a Label Studio of a fitting version is there and takes the token; returns the user's name."""
        version = self._request("GET", "api/version", "its version")
        release = str(version.get("release") or "") if isinstance(version, Mapping) else ""
        numbers = re.match(r"(\d+)\.(\d+)", release)
        if numbers is None:
            raise StudioError(wrong_address(self.url, "an answer without a version"))
        major, minor = map(int, numbers.groups())
        if (major, minor) < _OLDEST or major != _OLDEST[0]:
            raise StudioError(f"{self.url}: expected Label Studio {VERSION} or a newer 1.x, got {release}")
        with self._asking("who the token's user is"):
            return str(self._client.users.whoami().email)

    # Projects

    def find_project(self, title: str) -> Project | None:
        """The project of exactly that title, or `None`."""
        with self._asking(f"the project {title!r}"):
            found = [project for project in self._projects.list(title=title) if project.title == title]
        if len(found) > 1:
            numbers = ", ".join(str(project.id) for project in found)
            raise StudioError(
                f"{self.url}: {len(found)} projects have the title {title!r} (numbers {numbers}): rename the others"
            )
        return self.project(found[0].id) if found else None

    def project(self, number: int) -> Project:
        """The project of that number."""
        settings = self._request("GET", f"api/projects/{number}/", f"project {number}")
        return Project(settings["id"], settings["title"], settings["label_config"], settings)

    def create_project(self, settings: Mapping[str, Any]) -> Project:
        """Make a project."""
        made = self._request("POST", "api/projects/", f"making the project {settings['title']!r}", json=dict(settings))
        return self.project(made["id"])

    def update_project(self, number: int, settings: Mapping[str, Any]) -> None:
        """Change settings of a project."""
        self._request("PATCH", f"api/projects/{number}/", f"changing project {number}", json=dict(settings))

    def validate_screen(self, number: int, label_config: str) -> None:
        """Let the server say whether a new screen fits what its project already holds."""
        with self._asking(f"whether the screen fits project {number}"):
            self._client.projects.validate_label_config(number, label_config=label_config)

    def label_counts(self, number: int, control: str) -> dict[str, dict[str, int]]:
        """How often each label was given: `{"annotations": {key: n}, "drafts": …}`, by the server's own count."""
        summary = self._request("GET", f"api/projects/{number}/summary/", f"the labels used in project {number}")
        names = {"annotations": "created_labels", "drafts": "created_labels_drafts"}
        return {name: dict((summary.get(column) or {}).get(control) or {}) for name, column in names.items()}

    def predicted_labels(self, number: int, control: str) -> Iterator[str]:
        """Each label of each prediction in a project. Reads them all: ask only when something depends on it."""
        for task in self._pages(number, "id,predictions", 500):
            for prediction in task.get("predictions") or ():
                for result in prediction.get("result") or ():
                    if result.get("from_name") == control:
                        yield from map(str, result.get("value", {}).get("choices") or ())

    # Tasks and predictions

    def tasks(self, number: int, versions: bool = False, page: int = 1000) -> Iterator[RemoteTask]:
        """Every task of a project, by number, as pages of `page` tasks come in.

        Args:
            number: the project.
            versions: also tell which models have made predictions, which takes twice as long.
            page: tasks a request.
        """
        fields = f"{_TASK_FIELDS},predictions_model_versions" if versions else _TASK_FIELDS
        for task in self._pages(number, fields, page, everything=versions):
            models = task.get("predictions_model_versions") or ""
            yield RemoteTask(
                id=task["id"],
                uid=str(task["data"].get("uid") or ""),
                overlap=task["overlap"],
                finished=task["is_labeled"],
                answers=task["total_annotations"] + task["cancelled_annotations"],
                updated_at=task["updated_at"],
                round=(task.get("meta") or {}).get("round"),
                versions=frozenset(name.strip() for name in models.split(",") if name.strip()),
            )

    def import_tasks(self, number: int, tasks: Sequence[Mapping[str, Any]]) -> list[int]:
        """Add tasks, with their predictions inside; returns the new tasks' numbers in order.

        Never repeated by itself: when the answer is lost, the tasks may be there, and a second call would double them.
        """
        with self._asking(f"adding {len(tasks)} tasks"):
            answer = self._projects.import_tasks(
                number, request=[dict(task) for task in tasks], return_task_ids=True, request_options={"max_retries": 0}
            )
        return list(answer.task_ids)

    def import_predictions(self, number: int, predictions: Sequence[Mapping[str, Any]]) -> None:
        """Add predictions to tasks that are there; each names its task's number in `task`."""
        with self._asking(f"adding {len(predictions)} predictions"):
            self._projects.import_predictions(
                number, request=[dict(item) for item in predictions], request_options={"max_retries": 0}
            )

    def set_overlap(self, task: int, annotators: int) -> None:
        """Set how many annotators one task gets."""
        with self._asking(f"the overlap of task {task}"):
            self._client.tasks.update(str(task), overlap=annotators)

    # Annotations and people

    def export(self, number: int, tasks: Sequence[int]) -> list[dict[str, Any]]:
        """The given tasks with annotations, as Label Studio's JSON. The server keeps a copy in its `export` directory."""
        parameters = {"exportType": "JSON", "ids[]": list(tasks)}
        answer = self._request("GET", f"api/projects/{number}/export", f"exporting {len(tasks)} tasks", params=parameters)
        if not isinstance(answer, list):
            raise StudioError(f"{self.url}: exporting {len(tasks)} tasks: expected a list, got {type(answer).__name__}")
        return answer

    def users(self) -> dict[int, str]:
        """Name of each user by number: the address that they sign in with."""
        with self._asking("the users"):
            return {user.id: str(user.email) for user in self._client.users.list()}

    def invite_link(self) -> str:
        """The address at which a new annotator signs up."""
        with self._asking("the invite link"):
            return f"{self.url}/user/signup/?token={self._client.organizations.invites.get_invite_link().token}"

    # How it is asked

    def _pages(self, number: int, fields: str, page: int, everything: bool = True) -> Iterator[dict[str, Any]]:
        """Tasks by ascending number. Each page asks for what follows the last task, so nothing shifts while people work."""
        last = 0
        while True:
            after = {"filter": "filter:tasks:id", "operator": "greater", "type": "Number", "value": last}
            parameters = {
                "project": number,
                "fields": "all" if everything else "task_only",
                "include": fields,
                "page_size": page,
                "query": json.dumps({"filters": {"conjunction": "and", "items": [after]}, "ordering": ["tasks:id"]}),
            }
            tasks = self._request("GET", "api/tasks", f"the tasks of project {number}", params=parameters)["tasks"]
            yield from tasks
            if len(tasks) < page:
                return
            last = tasks[-1]["id"]

    def _request(self, method: str, path: str, what: str, **arguments: Any) -> Any:
        """One request where the SDK's typed method is too slow or lacks a parameter; the SDK still signs it."""
        with self._asking(what):
            http = self._client._client_wrapper.httpx_client
            response = http.request(path, method=method, request_options={"max_retries": 0}, **arguments)
            if response.status_code >= 400:
                raise StudioError(refusal(self.url, response.status_code, response.text, what, self._expires))
            return response.json()

    @contextmanager
    def _asking(self, what: str) -> Iterator[None]:
        """Turn what the SDK raises into one line. `from None`: its errors hold cookies."""
        httpx = require("httpx", extra="annotate")
        errors = require("label_studio_sdk.core.api_error", extra="annotate")
        try:
            yield
        except errors.ApiError as error:
            raise StudioError(refusal(self.url, error.status_code, error.body, what, self._expires)) from None
        except httpx.ConnectError:
            raise StudioError(f"{self.url}: no server answers there ({what})") from None
        except httpx.TimeoutException:
            raise StudioError(f"{self.url}: no answer in time ({what})") from None
        except httpx.HTTPError as error:
            raise StudioError(f"{self.url}: the connection broke off ({what}): {type(error).__name__}") from None
        except json.JSONDecodeError:
            raise StudioError(wrong_address(self.url, f"an answer that is not JSON ({what})")) from None


class ScreenCheck:
    """Checks tasks and predictions against a labelling screen before they are sent: the server itself takes anything."""

    def __init__(self, label_config: str) -> None:
        """Raises StudioError when the screen is not one."""
        interface = require("label_studio_sdk.label_interface", extra="annotate")
        try:
            self._interface = interface.LabelInterface(label_config)
            self._interface.validate()
        except Exception as error:  # the SDK raises its own, pydantic's and lxml's errors here
            raise StudioError(f"the labelling screen is wrong: {' '.join(str(error).split())[:300]}") from None
        objects = (tag.value_name for tag in self._interface.objects)
        self.fields = {name.removeprefix("$") for name in objects if name}

    def labels(self, control: str) -> tuple[str, ...]:
        """The labels that a control of the screen stores; empty when it has no such control."""
        tags = {tag.name: tag for tag in self._interface.controls}
        return tuple(tags[control].labels) if control in tags else ()

    def is_single(self, control: str) -> bool:
        """Whether a control takes one choice only."""
        return any(tag.name == control and tag.attr.get("choice") == "single" for tag in self._interface.controls)

    def problems(self, data: Mapping[str, Any], predictions: Iterable[Mapping[str, Any]] = ()) -> list[str]:
        """What is wrong with a task; empty when nothing is."""
        missing = sorted(self.fields - set(data))
        found = [f"the screen shows {name!r}, which the task lacks" for name in missing]
        for prediction in predictions:
            found += self._interface.validate_prediction(dict(prediction), return_errors=True)
        return found
