"""A client that asks a server of `jianghua.data.serving`."""

from __future__ import annotations

import base64
import http.client
import json
from dataclasses import dataclass, field
from typing import Any

TOKEN = "a-token-of-24-characters"


@dataclass
class Client:
    address: tuple[str, int]
    token: str = TOKEN
    user: str = "jianghua"
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def basic(self) -> str:
        return "Basic " + base64.b64encode(f"{self.user}:{self.token}".encode()).decode()

    def __call__(self, method: str, path: str, body: Any = None, raw: Any = None) -> tuple[int, Any]:
        connection = http.client.HTTPConnection(*self.address, timeout=20)
        headers = {"Authorization": self.basic, **self.headers}
        connection.request(method, path, raw if raw is not None else None if body is None else json.dumps(body), headers)
        response = connection.getresponse()
        answer = json.loads(response.read())
        connection.close()
        return response.status, answer

    def head(self, path: str, length: str) -> bytes:
        """The head of a request that announces a body, for tests that send the rest their own way."""
        lines = (f"POST {path} HTTP/1.1", "Host: x", f"Authorization: {self.basic}", f"Content-Length: {length}", "", "")
        return "\r\n".join(lines).encode("ascii")
