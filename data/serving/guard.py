"""Who may come in: requests that show a token, or all."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from typing import Final, Protocol

SHORTEST_TOKEN: Final = 16
"""Characters that a token must have at least."""


class Gatekeeper(Protocol):
    """Decides who may come in."""

    def admit(self, authorization: str | None, path: str) -> str | None:
        """The path that is asked for, without a token and a slash at its end; `None` for who may not come in.

        Args:
            authorization: the request's header of that name.
            path: the request's path, with percent-encoding undone and without the query.
        """


class OpenDoor:
    """Lets everybody in: for a server that listens on loopback, where only this machine's programs reach it."""

    def admit(self, authorization: str | None, path: str) -> str | None:
        """The path that is asked for, without a slash at its end."""
        return f"/{path.strip('/')}"


class Guard:
    """Knows the token. A request shows it as Basic password, or as the first part of its path."""

    def __init__(self, token: str, user: str = "jianghua") -> None:
        """Keep hashes only, so that comparing takes as long whatever is compared."""
        self._token = _digest(token)
        self._user = _digest(user)

    def admit(self, authorization: str | None, path: str) -> str | None:
        """The path that is asked for, without a token and a slash at its end; `None` when there is no right token.

        Args:
            authorization: the request's header of that name.
            path: the request's path, with percent-encoding undone and without the query.
        """
        first, _, rest = path.lstrip("/").partition("/")
        if self._is_token(first):
            return f"/{rest.strip('/')}"
        return f"/{path.strip('/')}" if self._basic(authorization) else None

    def _basic(self, authorization: str | None) -> bool:
        kind, _, value = (authorization or "").partition(" ")
        if kind.lower() != "basic":
            return False
        try:
            user, _, password = base64.b64decode(value.strip(), validate=True).decode("utf-8").partition(":")
        except (binascii.Error, ValueError):
            return False
        right_user = hmac.compare_digest(_digest(user), self._user)
        return self._is_token(password) and right_user

    def _is_token(self, value: str) -> bool:
        return hmac.compare_digest(_digest(value), self._token)


def _digest(value: str) -> bytes:
    return hashlib.sha256(value.encode("utf-8", "surrogatepass")).digest()
