"""`jianghua annotate backend`: a trained model as Label Studio's ML backend."""

from __future__ import annotations

import json
import os
import secrets
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from jianghua.scripts.annotate.options import ANNOTATE, LABELS, Config, Labels, Overrides
from jianghua.scripts.serving import is_loopback, log_requests, serve

if TYPE_CHECKING:
    from jianghua.data.speech import Speech
    from jianghua.labels.backend.protocol import Backend
    from jianghua.labels.backend.retraining import Retraining

TOKEN: Final = "JIANGHUA_BACKEND_TOKEN"


def backend(
    model: Annotated[
        Path,
        typer.Argument(help="A trained run, or a bundle, which cannot be trained on; `default`: the one in the package."),
    ] = Path("default"),
    host: Annotated[str, typer.Option("--host", help="Address to listen on; loopback by default.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Port to listen on; 0 takes a free one.")] = 9090,
    speeches: Annotated[
        list[Path] | None,
        typer.Option("--speeches", help="Speeches of the project: each sentence is judged in its whole speech. Repeatable."),
    ] = None,
    work: Annotated[Path, typer.Option("--work", help="Directory for the token and for trainings.")] = Path("backend"),
    overrides: Overrides = None,
    labels: Labels = LABELS,
    config: Config = ANNOTATE,
) -> None:
    """Serve a model to Label Studio: predictions as sentences are opened, and “start training” on the newest annotations.

    The token comes from JIANGHUA_BACKEND_TOKEN, else from <work>/token, which is made on first use. Label Studio sends it as
    password of the Basic authentication, or as the first part of the path. A better model takes over without a pause.
    """
    from jianghua.data.serving.guard import Guard
    from jianghua.data.serving.server import Server
    from jianghua.data.store import read_speeches
    from jianghua.labels.backend.protocol import Backend
    from jianghua.labels.backend.web import backend_application
    from jianghua.labels.config import load_config
    from jianghua.scripts.annotate.predictor import TaggerPredictor
    from jianghua.scripts.console import console
    from jianghua.tagging.tagger import Tagger

    settings = load_config(config, overrides or [])
    token, user = read_token(work), settings.backend.user
    read = read_speeches(*speeches or [])
    serving = Serving(work / "serving.json", model)
    if serving.run != serving.model:
        console.print(f"going on with {serving.run}, which took over from {model} (delete {serving.file} to serve {model})")
    served = Backend(TaggerPredictor(Tagger.load(serving.run, settings.device), read))
    options = [f"--labels={labels.resolve()}", f"--config={config.resolve()}", *(f"--set={one}" for one in overrides or [])]
    retraining = make_retraining(served, serving, speeches or [], read, options, settings.device)
    served.training = retraining
    server = Server(backend_application(served, Guard(token, user)), host, port)
    log_requests()
    where = f"http://{host}:{server.address[1]}"
    console.print(f"serving {served.predictor.version} at {where}", soft_wrap=True, markup=False)
    console.print(f"in Label Studio: URL {where}, basic authentication, user {user}, password: {TOKEN} or {work / 'token'}")
    if not is_loopback(host):
        console.print("[yellow]this address can be reached from other machines, without encryption[/yellow]")
    try:
        serve(server)
    finally:
        if retraining:
            retraining.stop()


def read_token(work: Path) -> str:
    """The backend's token; a new one is written to `<work>/token`, readable by its owner alone.

    Raises:
        SettingsError: it is too short, or not one word.
    """
    from jianghua.data.errors import SettingsError
    from jianghua.data.serving.guard import SHORTEST_TOKEN

    file = work / "token"
    token = os.environ.get(TOKEN, "").strip()
    where = TOKEN
    if not token:
        where = str(file)
        if not file.is_file():
            work.mkdir(parents=True, exist_ok=True)
            with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
                out.write(secrets.token_urlsafe(32) + "\n")
        token = file.read_text("utf-8").strip()
    if len(token) < SHORTEST_TOKEN or token.split() != [token] or "/" in token:
        raise SettingsError(f"{where}: expected a token of {SHORTEST_TOKEN} characters or more, without spaces and slashes")
    return token


class Serving:
    """Which run serves: the model that was named, or the better one that took over from it, also after a restart."""

    def __init__(self, file: Path, model: Path) -> None:
        """Read from `file` which run took over from `model`, if one did and is still there."""
        self.file = file
        self.model = self.run = model.resolve()
        if file.is_file():
            known = json.loads(file.read_text("utf-8"))
            if known["model"] == str(self.model) and Path(known["run"]).is_dir():
                self.run = Path(known["run"])

    def take_over(self, run: Path) -> None:
        """Note that another run serves from now on."""
        from jianghua.data.store import write_json

        self.run = run.resolve()
        write_json(self.file, {"model": str(self.model), "run": str(self.run)})


def make_retraining(
    served: Backend,
    serving: Serving,
    files: Sequence[Path],
    speeches: Sequence[Speech],
    options: Sequence[str],
    device: str | None,
) -> Retraining | None:
    """Trainings in a process of their own; none when the model is no run or its speeches are not given."""
    from jianghua.labels.backend.retraining import Retraining
    from jianghua.scripts.annotate.predictor import TaggerPredictor
    from jianghua.tagging.tagger import Tagger

    if not files or not (serving.run / "config.yaml").is_file():
        return None
    paths = [str(path.resolve()) for path in files]

    def command(directory: Path) -> list[str]:
        arguments = ["annotate", "retrain", str(serving.run), *paths, "-o", str(directory.resolve()), *options]
        return [sys.executable, "-m", "jianghua.scripts.cli", *arguments]

    def adopt(run: Path) -> None:
        served.swap(TaggerPredictor(Tagger.load(run, device), speeches))
        serving.take_over(run)

    return Retraining(serving.file.parent / "jobs", command, adopt)
