"""Why a server refuses, in one line that says what to do about it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from jianghua.labels.config import TOKEN


def refusal(url: str, status: int | None, body: Any, what: str, expires: datetime | None = None) -> str:
    """What an answer with an error status means.

    Args:
        url: the server's address.
        status: the HTTP status.
        body: the answer, as text or as JSON that was read already.
        what: what was asked for.
        expires: when the access token expires, if it does.
    """
    if status == 401:
        return expired_token(url, expires) or _unknown_token(url, body)
    if status == 403:
        return f"{url}: the token's user may not do this ({what})"
    if status == 404 and _is_page(body):
        return wrong_address(url, "a page that is not there (status 404)")
    return f"{url}: refused ({what}, status {status}): {_reason(body)}"


def expired_token(url: str, expires: datetime | None) -> str | None:
    """That the personal access token was good once; `None` while it is, and for a legacy token."""
    if expires is None or expires > datetime.now(UTC):
        return None
    return (
        f"{url}: the personal access token expired on {expires:%Y-%m-%d}: make another on Label Studio's page "
        f"“Account & Settings” and put it into {TOKEN} or `token_file`"
    )


def _unknown_token(url: str, body: Any) -> str:
    return (
        f"{url}: the server does not take the access token ({_reason(body).rstrip('.')}): expected a legacy token or personal "
        f"access token of this server in {TOKEN} or `token_file` (legacy tokens must be switched on for the organisation)"
    )


def wrong_address(url: str, found: str) -> str:
    """What answers is no Label Studio: often the address lacks its path, or holds that of one of its pages."""
    return (
        f"{url}: expected the address of a Label Studio's start page, with its path where it has one (such as "
        f"https://host/label-studio), got {found}"
    )


def _is_page(body: Any) -> bool:
    """Whether an answer is a page for people; Label Studio's own refusals are JSON."""
    return isinstance(body, str) and _parsed(body) is None


def _parsed(body: str) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None


def _reason(body: Any) -> str:
    """The server's reason."""
    if isinstance(body, str):
        parsed = _parsed(body)
        if parsed is None:
            return _text(body)[:200] or "no reason given"
        body = parsed
    if isinstance(body, Mapping):
        details = body.get("validation_errors") or body.get("detail") or body
        body = json.dumps(details, ensure_ascii=False) if not isinstance(details, str) else details
    return " ".join(str(body).replace("\\n", " ").split())[:300]


def _text(page: str) -> str:
    """What a page says to people."""
    return re.sub(r"(?s)<(script|style)\b.*?</\1>|<[^>]*>|\s+", " ", page).strip()
