"""Which server, which token: from the environment, from `annotate.yaml`, or from a server of one's own."""

from __future__ import annotations

import os

from jianghua.data.errors import StudioError
from jianghua.labels.config import TOKEN, URL, AnnotateConfig
from jianghua.labels.studio.access_token import read_token
from jianghua.labels.studio.client import Project, Studio
from jianghua.labels.studio.server import read_credentials


def connect(config: AnnotateConfig) -> tuple[Studio, Project | None]:
    """The server that environment and settings name, checked, and its project, if it is there.

    Raises:
        StudioError: no address or token is known, or the server is not there or refuses.
        SettingsError: the address or the token file is wrong.
    """
    own = read_credentials(config.data)
    url = os.environ.get(URL) or config.url or (own.url if own else None)
    if url is None:
        raise StudioError(
            f"no Label Studio server is named: set {URL} and {TOKEN}, or `url` and `token_file` in annotate.yaml, or start one "
            f"with  jianghua annotate server --data {config.data}"
        )
    token = os.environ.get(TOKEN, "").strip() or (read_token(config.token_file) if config.token_file else "")
    if not token and own and own.url == url.rstrip("/"):
        token = own.token
    if not token:
        raise StudioError(f"{url}: no access token is known: set {TOKEN}, or `token_file` in annotate.yaml")
    studio = Studio(url, token, config.timeout)
    studio.check()
    return studio, studio.find_project(config.project)


def connect_project(config: AnnotateConfig) -> tuple[Studio, Project]:
    """As `connect`, for commands that need the project.

    Raises:
        StudioError: also when there is no such project.
    """
    studio, project = connect(config)
    if project is None:
        raise StudioError(f"{studio.url}: no project has the title {config.project!r}: make it with  jianghua annotate init")
    return studio, project
