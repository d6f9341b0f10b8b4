"""How long pushing and pulling take on a real Label Studio.

    python -m benchmarks.annotation [--sentences 500 20000] [--json]

Starts a server of its own on a new data directory (SQLite, this machine), makes a project for each size, pushes sentences of
the sample corpus with pre-annotations of a model that is made up (so that no model's speed is in the figures), pushes the same
again, pushes a newer model's predictions, and pulls a project of as many annotated tasks. The overlap, which Label Studio takes
for one task a request, is timed for itself.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from jianghua.data.paths import LABELS, SHIPPED
from jianghua.data.scheme import LabelScheme, load_scheme
from jianghua.data.speech import Speech
from jianghua.data.store import dump_json, read_speeches
from jianghua.labels.annotations import write_annotations
from jianghua.labels.config import AnnotateConfig
from jianghua.labels.predictor import Prediction
from jianghua.labels.studio.client import Project, Studio
from jianghua.labels.studio.environment import VERSION, ensure_environment, environment_directory
from jianghua.labels.studio.export import parse_export
from jianghua.labels.studio.project import project_settings, sync
from jianghua.labels.studio.pull import pull_tasks
from jianghua.labels.studio.push import PushSettings, Remote, plan, send, validate
from jianghua.labels.studio.server import Server
from jianghua.labels.studio.tasks import SentenceTask, build_tasks

_OVERLAP_OF = 500  # sentences of the push whose overlap is timed
_BATCH = 500


class Clock:
    """Seconds of each step, by name."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time a block."""
        started = time.perf_counter()
        yield
        self.seconds[name] = round(time.perf_counter() - started, 2)


def sentences(count: int) -> list[SentenceTask]:
    """That many sentences of the sample corpus, which is repeated under other ids when it is too small."""
    corpus = read_speeches(SHIPPED / "data" / "samples" / "speeches.jsonl")
    copies: list[Speech] = []
    while sum(len(speech.sentences) for speech in copies) < count:
        copies += [replace(speech, id=f"{speech.id}-{len(copies) // len(corpus)}") for speech in corpus]
    return list(build_tasks(copies))[:count]


def make_up(tasks: Sequence[SentenceTask], scheme: LabelScheme, seed: int) -> dict[str, Prediction]:
    """Made-up predictions: mostly one label, sometimes none or two."""
    chance = random.Random(seed)
    return {
        task.uid: Prediction(tuple(key for key in scheme.keys if chance.random() < 0.25), round(chance.random(), 4))
        for task in tasks
    }


def push(
    studio: Studio,
    project: Project,
    settings: PushSettings,
    tasks: Sequence[SentenceTask],
    predictions: dict[str, Prediction],
) -> int:
    """One push, as the command does it; returns how many things were sent."""
    project = studio.project(project.id)
    remote = Remote.read(studio, project, versions=bool(predictions))
    made = plan(settings, remote, tasks, {task.uid for task in tasks}, predictions)
    validate(made, project.label_config)
    send(studio, project, settings, made, lambda what, done: print(f"\r  {what} {done}    ", end="", file=sys.stderr))
    return sum(made.sizes().values())


def new_project(studio: Studio, scheme: LabelScheme, title: str, overlap: int = 100) -> Project:
    """A project of the shipped settings."""
    return sync(studio, None, project_settings(scheme, AnnotateConfig(project=title, overlap=overlap), "")).project


def measure(studio: Studio, scheme: LabelScheme, count: int, directory: Path) -> dict[str, float]:
    """Timings for one size."""
    clock, tasks = Clock(), sentences(count)
    settings = PushSettings(2, 100, "1", "first", _BATCH)
    project = new_project(studio, scheme, f"{count} 句")
    with clock.step("push, with pre-annotations"):
        assert push(studio, project, settings, tasks, make_up(tasks, scheme, 0)) == count
    with clock.step("the same push again"):
        assert push(studio, project, settings, tasks, make_up(tasks, scheme, 0)) == 0
    with clock.step("push of a newer model's predictions"):
        assert push(studio, project, replace(settings, model_version="second"), tasks, make_up(tasks, scheme, 1)) == count

    annotated = new_project(studio, scheme, f"{count} 句已标")
    answers = make_up(tasks, scheme, 2)
    for start in range(0, count, _BATCH):
        batch = tasks[start : start + _BATCH]
        studio.import_tasks(
            annotated.id, [{"data": dict(task.data), "annotations": [answer(answers[task.uid])]} for task in batch]
        )
    spool = directory / "spool"
    with clock.step("pull"):
        pulled = list(parse_export(pull_tasks(studio, annotated, spool, lambda done, total: None), scheme, studio.users()))
        assert write_annotations(directory / "annotations.jsonl", pulled) == count
    with clock.step("pull that broke off at the end, again"):
        list(pull_tasks(studio, annotated, spool, lambda done, total: None))
    shutil.rmtree(spool)
    return clock.seconds


def answer(prediction: Prediction) -> dict[str, object]:
    """An annotation inside an imported task."""
    choices = {"from_name": "label", "to_name": "text", "type": "choices", "value": {"choices": list(prediction.labels)}}
    return {"result": [choices] if prediction.labels else []}


def measure_overlap(studio: Studio, scheme: LabelScheme) -> dict[str, float]:
    """A push where 20 per cent of the sentences get two annotators."""
    clock, tasks = Clock(), sentences(_OVERLAP_OF)
    project = new_project(studio, scheme, "20 % 双标", overlap=20)
    with clock.step(f"push of {_OVERLAP_OF}, overlap 20 %"):
        push(studio, project, PushSettings(2, 20, "1", None, _BATCH), tasks, {})
    return clock.seconds


def main() -> None:
    """Measure, and print a table or JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sentences", type=int, nargs="+", default=[500, 20_000])
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    scheme = load_scheme(LABELS)
    python = ensure_environment(environment_directory(), lambda line: print(line, file=sys.stderr))
    clock = Clock()
    with tempfile.TemporaryDirectory() as directory, Server(python, Path(directory) / "data") as server:
        with clock.step("first start of the server"):
            server.start()
        studio = Studio(server.credentials.url, server.credentials.token)
        figures = {str(count): measure(studio, scheme, count, Path(directory)) for count in arguments.sentences}
        figures["once"] = clock.seconds | measure_overlap(studio, scheme)
    print("\r", end="", file=sys.stderr)
    if arguments.json:
        print(dump_json({"label_studio": VERSION, "cores": os.cpu_count(), "seconds": figures}, indent=2))
        return
    print(f"Label Studio {VERSION}, SQLite, {os.cpu_count()} cores, load {os.getloadavg()[1]:.1f}; seconds")
    for size, seconds in figures.items():
        for name, value in seconds.items():
            print(f"{size:>8}  {name:<42} {value:8.1f}")


if __name__ == "__main__":
    main()
