"""`jianghua serve`: a local web page where files are dropped and tagged, and a JSON API."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from jianghua.scripts.serving import is_loopback, log_requests
from jianghua.scripts.serving import serve as serve_until_stopped

if TYPE_CHECKING:
    from jianghua.data.serving.server import Server
    from jianghua.tagging.serving.desk import Desk

TOKEN: Final = "JIANGHUA_SERVE_TOKEN"


def serve(
    model: Annotated[
        Path, typer.Argument(help="A run's directory, or a trained bundle; `default` is the one in the package.")
    ] = Path("default"),
    host: Annotated[
        str, typer.Option("--host", help="Address to listen on; others than loopback's need a token.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Port to listen on; 0 takes a free one.")] = 8321,
    device: Annotated[str | None, typer.Option("--device", help="cpu or cuda; default the GPU when there is one.")] = None,
    ocr: Annotated[bool, typer.Option("--ocr/--no-ocr", help="Recognise images and scanned pages.")] = True,
    open_page: Annotated[bool, typer.Option("--open", help="Open the page in the browser.")] = False,
    log: Annotated[bool, typer.Option("--log", help="Log requests: method, path, status, time.")] = False,
) -> None:
    """Serve a web page where speeches are dropped or pasted and shown with their tags, and a JSON API (see /docs).

    Nothing leaves this machine. Where other machines can reach it, a token is asked for: that in JIANGHUA_SERVE_TOKEN, else a
    new one, which is printed.
    """
    import webbrowser

    from jianghua.scripts.console import console
    from jianghua.tagging.serving.desk import Desk
    from jianghua.tagging.tagger import Tagger

    token = None if is_loopback(host) else read_token()
    with Desk(Tagger.load(model, device), ocr) as desk:
        server = make_server(desk, host, port, token)
        shown = f"[{host}]" if ":" in host else host
        where = f"http://{shown}:{server.address[1]}/"
        console.print(
            f"serving {desk.tagger.name} at {where} until Ctrl-C; the API is described at {where}docs", soft_wrap=True
        )
        if token is not None:
            print_token(where, token)
        if log:
            log_requests()
        if open_page:
            webbrowser.open(where)
        serve_until_stopped(server)
        console.print("stopped")


def read_token() -> str:
    """The token of the environment, or a new one.

    Raises:
        SettingsError: it is too short, or not one word.
    """
    from jianghua.data.errors import SettingsError
    from jianghua.data.serving.guard import SHORTEST_TOKEN

    token = os.environ.get(TOKEN, "").strip() or secrets.token_urlsafe(24)
    if len(token) < SHORTEST_TOKEN or token.split() != [token] or "/" in token:
        raise SettingsError(f"{TOKEN}: expected a token of {SHORTEST_TOKEN} characters or more, without spaces and slashes")
    return token


def make_server(desk: Desk, host: str, port: int, token: str | None) -> Server:
    """A server that listens already.

    Raises:
        SettingsError: that address cannot be listened on.
    """
    from jianghua.data.errors import SettingsError
    from jianghua.data.serving.browsers import LOOPBACK_NAMES
    from jianghua.data.serving.guard import Guard, OpenDoor
    from jianghua.data.serving.server import Server
    from jianghua.tagging.serving.web import serving_application

    guard = OpenDoor() if token is None else Guard(token)
    hosts = LOOPBACK_NAMES | {host.lower()} if token is None else None
    try:
        return Server(serving_application(desk, guard, hosts), host, port)
    except SettingsError as error:
        raise SettingsError(f"{error}: is it serving already? Another port: --port {port + 1}") from error


def print_token(where: str, token: str) -> None:
    """Tell how people come in, and who else might."""
    from jianghua.scripts.console import console

    known = f"that in {TOKEN}" if os.environ.get(TOKEN, "").strip() else token
    console.print(f"user jianghua, password: {known}  (or the address {where}TOKEN/)", soft_wrap=True, markup=False)
    console.print("[yellow]this address can be reached from other machines, without encryption[/yellow]")
