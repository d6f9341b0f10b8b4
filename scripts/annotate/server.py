"""`jianghua annotate server`: run Label Studio on this machine."""

from __future__ import annotations

import signal
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer

_USUAL = 160  # packages that pip collects, roughly: only the bar depends on it


def server(
    data: Annotated[Path, typer.Option("--data", help="Directory for database, credentials and log.")] = Path(".label-studio"),
    port: Annotated[int | None, typer.Option("--port", help="Port; default the first free one from 8080 on.")] = None,
    host: Annotated[
        str, typer.Option("--host", help="Address to listen on; 0.0.0.0 lets the network in, over plain HTTP.")
    ] = "127.0.0.1",
    environment: Annotated[
        Path | None, typer.Option("--environment", help="Label Studio's virtual environment; default in ~/.cache/jianghua.")
    ] = None,
    install_only: Annotated[bool, typer.Option("--install-only", help="Install Label Studio, and start nothing.")] = False,
) -> None:
    """Run the real Label Studio until Ctrl-C: SQLite, its own data directory, silent towards the outside.

    The first use installs it, in a pinned version, into a virtual environment of its own.
    """
    from jianghua.labels.studio.environment import environment_directory
    from jianghua.labels.studio.server import CREDENTIALS, Server
    from jianghua.scripts.console import console

    signal.signal(signal.SIGTERM, _interrupt)
    runs = False
    try:
        python = _install(environment or environment_directory())
        if install_only:
            console.print(f"Label Studio is installed: {python.parent.parent}", soft_wrap=True)
            return
        with Server(python, data, port, host) as running:
            word = "first start, the database is being made" if running.first_start else "starting"
            with console.status(word) as status:
                running.start(waiting=lambda seconds: status.update(f"{word}: {seconds:.0f} s"))
            runs = True
            console.print(f"Label Studio runs at  {running.credentials.url}  (Ctrl-C stops it)", soft_wrap=True)
            console.print(f"  user      {running.credentials.user}", soft_wrap=True)
            console.print(f"  password and token: in {running.data / CREDENTIALS}, readable by you alone", soft_wrap=True)
            code = running.wait()
        console.print(f"Label Studio ended by itself (exit code {code}), see {data / 'server.log'}", soft_wrap=True)
        raise typer.Exit(1)
    except KeyboardInterrupt:
        console.print("stopped")
        if not runs:
            raise typer.Exit(130) from None  # what was asked for did not come about


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _install(directory: Path) -> Path:
    """Label Studio's interpreter, installed with a bar that follows pip's lines."""
    from jianghua.labels.studio.environment import VERSION, ensure_environment, interpreter, is_complete
    from jianghua.scripts.console import progress

    if is_complete(directory):
        return interpreter(directory)
    with progress() as bar:
        task = bar.add_task(f"installing Label Studio {VERSION}", total=_USUAL)

        def report(line: str) -> None:
            if line.startswith("Collecting"):
                bar.advance(task)
            elif line.startswith("Installing collected"):
                bar.update(task, completed=_USUAL, description="unpacking, some minutes")

        return ensure_environment(directory, report)
