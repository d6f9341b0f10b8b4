"""Access tokens: legacy tokens, which never expire, and personal access tokens, which are JSON Web Tokens and do."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from jianghua.data.errors import SettingsError
from jianghua.data.extras import require


def read_token(file: Path) -> str:
    """The token that a file holds.

    Raises:
        SettingsError: the file cannot be read, or does not hold one word.
    """
    try:
        words = file.read_text("utf-8").split()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"{file}: expected a file with an access token ({getattr(error, 'strerror', None) or 'not text'})"
        ) from None
    if len(words) != 1:
        raise SettingsError(f"{file}: expected one access token and nothing else, got {len(words)} words")
    return words[0]


def expiry(token: str) -> datetime | None:
    """When a personal access token expires, by its own word; `None` for a legacy token.

    Raises:
        MissingExtraError: the extra `annotate` is not installed.
    """
    jwt = require("jwt", extra="annotate")
    try:
        seconds = jwt.decode(token, options={"verify_signature": False}).get("exp")
        return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
    except (jwt.InvalidTokenError, TypeError, ValueError, OverflowError, OSError):  # not such a token, or no moment in time
        return None
