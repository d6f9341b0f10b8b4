"""A Label Studio server of one's own: SQLite in a data directory, silent towards the outside, stopped cleanly."""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Final

from jianghua.data.errors import StudioError

CREDENTIALS: Final = "credentials.json"
"""File in the data directory: address, user, password and token of the server; readable by its owner alone."""
DATABASE: Final = "label_studio.sqlite3"
LOG: Final = "server.log"
FIRST_PORT: Final = 8080
_PORTS: Final = 20  # ports tried from the first on
_STOP_S: Final = 10.0  # seconds until a server that does not stop is killed
_KEPT: Final = ("PATH", "LANG", "LC_ALL", "TZ", "TMPDIR", "SYSTEMROOT", "SSL_CERT_FILE")

# ML backends may run on this machine, and nowhere else: every other private network stays closed.
_CLOSED_NETWORKS: Final = (
    "0.0.0.0/8,10.0.0.0/8,100.64.0.0/10,169.254.0.0/16,172.16.0.0/12,192.0.0.0/24,192.168.0.0/16,198.18.0.0/15,"
    "224.0.0.0/4,240.0.0.0/4,fc00::/7,fe80::/10,ff00::/8"
)

QUIET: Final[Mapping[str, str]] = {
    "LABEL_STUDIO_ENABLE_LEGACY_API_TOKEN": "true",
    "LABEL_STUDIO_DISABLE_SIGNUP_WITHOUT_LINK": "true",
    "LABEL_STUDIO_COLLECT_ANALYTICS": "false",
    "LABEL_STUDIO_LATEST_VERSION_CHECK": "false",
    "LABEL_STUDIO_SENTRY_DSN": "",
    "LABEL_STUDIO_FRONTEND_SENTRY_DSN": "",
}
"""Variables that keep a server to itself; `compose.yaml` sets the same."""

# The child asks the kernel to be stopped when its parent dies, however that happens, and then becomes the server.
_DIE_WITH_PARENT: Final = """
import ctypes, os, signal, sys
ctypes.CDLL(None).prctl(1, signal.SIGTERM)
if os.getppid() != int(sys.argv[1]):
    sys.exit(1)
os.execv(sys.argv[2], sys.argv[2:])
"""


@dataclass(frozen=True, slots=True)
class Credentials:
    """How to reach a server and who its first user is. Password and token do not show in its representation."""

    url: str
    user: str
    password: str = field(repr=False)
    token: str = field(repr=False)


def read_credentials(data: Path) -> Credentials | None:
    """The credentials in a data directory; `None` when there are none.

    Raises:
        StudioError: the file is damaged.
    """
    file = data / CREDENTIALS
    try:
        return Credentials(**json.loads(file.read_text("utf-8")))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError):
        raise StudioError(
            f"{file}: expected an object with url, user, password and token, as 'annotate server' writes it"
        ) from None


def write_credentials(data: Path, credentials: Credentials) -> None:
    """Write the credentials so that at no moment another user can read them."""
    file = data / CREDENTIALS
    new = file.with_suffix(".new")
    new.unlink(missing_ok=True)
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as opened:
        json.dump({name: getattr(credentials, name) for name in Credentials.__slots__}, opened, indent=2)
    new.replace(file)


def choose_port(host: str, wanted: int | None) -> int:
    """A free port: the wanted one, or the first free one from 8080 on.

    Raises:
        StudioError: the wanted port is taken, or is none; or all that were tried are taken.
    """
    if wanted is not None:
        if not 1 <= wanted <= 65535:
            raise StudioError(f"port {wanted}: expected a number from 1 to 65535")
        if not _is_free(host, wanted):
            raise StudioError(
                f"port {wanted} on {host} is taken or not allowed: stop what uses it, or choose another with --port"
            )
        return wanted
    for port in range(FIRST_PORT, FIRST_PORT + _PORTS):
        if _is_free(host, port):
            return port
    raise StudioError(f"the ports {FIRST_PORT} to {FIRST_PORT + _PORTS - 1} on {host} are all taken: choose one with --port")


def _is_free(host: str, port: int) -> bool:
    """Whether nobody listens there: binding alone would succeed beside a listener on another address."""
    with socket.socket() as probe:
        probe.settimeout(1.0)
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            return False
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError:
            return False
    return True


class Server:
    """A running server; leaving its `with` block stops it."""

    def __init__(self, python: Path, data: Path, port: int | None = None, host: str = "127.0.0.1") -> None:
        """Prepare the data directory and its credentials; nothing runs yet.

        Args:
            python: the interpreter of Label Studio's environment.
            data: directory for database, credentials, log and uploads; made when it is missing.
            port: `None` takes the first free one from 8080 on.
            host: address to listen on. Only the loopback is private.

        Raises:
            StudioError: the port is taken, or the directory cannot be used.
        """
        self._python = python
        self.data = data.absolute()
        self._host = host
        self._process: subprocess.Popen[bytes] | None = None
        self._lock: IO[str] | None = None
        try:
            self.data.mkdir(parents=True, exist_ok=True, mode=0o700)  # it holds passwords, and later the speeches
            (self.data / "home").mkdir(exist_ok=True, mode=0o700)
        except OSError as error:
            raise StudioError(f"{data}: cannot be used as data directory ({error.strerror})") from None
        self._lock_data()
        self._port = choose_port(host, port)
        self.credentials = self._credentials()

    def _credentials(self) -> Credentials:
        known = read_credentials(self.data)
        url = f"http://{'127.0.0.1' if self._host in {'0.0.0.0', '127.0.0.1'} else self._host}:{self._port}"
        if known is None:
            if (self.data / DATABASE).exists():
                raise StudioError(
                    f"{self.data}: holds a database but no {CREDENTIALS}: bring the file back, or choose another directory"
                )
            known = Credentials(url, "admin@jianghua.local", secrets.token_urlsafe(12), secrets.token_hex(20))
        credentials = Credentials(url, known.user, known.password, known.token)
        write_credentials(self.data, credentials)
        return credentials

    def _lock_data(self) -> None:
        """Refuse a second server on the same database."""
        try:
            import fcntl
        except ImportError:  # Windows
            return
        self._lock = (self.data / "server.lock").open("w")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._lock.close()
            raise StudioError(f"{self.data}: a server already runs on this data directory") from None

    @property
    def first_start(self) -> bool:
        """Whether the database is still to be made, which takes about a minute."""
        return not (self.data / DATABASE).exists()

    @property
    def pid(self) -> int | None:
        """Process id, while it runs."""
        return self._process.pid if self._process and self._process.poll() is None else None

    def start(self, timeout: float = 300.0, waiting: Callable[[float], None] = lambda seconds: None) -> None:
        """Start the server and wait until it answers.

        Args:
            timeout: seconds to wait.
            waiting: called several times a second with the seconds since the start.

        Raises:
            StudioError: it ended or did not answer in time (the message names the log), or something else answers there.
        """
        arguments = [
            *(str(self._python), "-c", "from label_studio.server import main; main()", "start", "--no-browser"),
            *("--internal-host", self._host, "--port", str(self._port), "--log-level", "WARNING"),
        ]
        if sys.platform == "linux":
            arguments = [sys.executable, "-c", _DIE_WITH_PARENT, str(os.getpid()), *arguments]
        with (self.data / LOG).open("ab") as log:
            self._process = subprocess.Popen(
                arguments,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=self._environment(),
                start_new_session=True,  # Ctrl-C in the terminal is for us; we stop the server ourselves
            )
        try:
            self._await(timeout, waiting)
        except BaseException:
            self.stop()
            raise

    def _await(self, timeout: float, waiting: Callable[[float], None]) -> None:
        started = time.monotonic()
        while (passed := time.monotonic() - started) < timeout:
            if self.pid is None:
                raise StudioError(
                    f"Label Studio ended before it answered: {self._last_log_line()} (all of it: {self.data / LOG})"
                )
            if self._get("/health") is not None:
                break
            waiting(passed)
            time.sleep(0.2)
        else:
            raise StudioError(
                f"Label Studio did not answer at {self.credentials.url} within {timeout:.0f} s, see {self.data / LOG}"
            )
        whoami = self._get("/api/current-user/whoami", {"Authorization": f"Token {self.credentials.token}"})
        if self.pid is None or whoami is None or whoami.get("email") != self.credentials.user:
            raise StudioError(f"what answers at {self.credentials.url} is not the server of {self.data}, see {self.data / LOG}")

    def _get(self, path: str, headers: Mapping[str, str] | None = None) -> Any:
        """JSON of a page of the server, or `None`. No proxy is asked for the way to this machine."""
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        request = urllib.request.Request(self.credentials.url + path, headers=dict(headers or {}))
        try:
            with opener.open(request, timeout=10) as response:
                return json.loads(response.read())
        except (OSError, ValueError, urllib.error.URLError):
            return None

    def _last_log_line(self) -> str:
        lines = (self.data / LOG).read_text("utf-8", "replace").strip().splitlines()
        return lines[-1].strip()[:200] if lines else "its log is empty"

    def wait(self) -> int:
        """Wait until the server ends; returns its exit code."""
        assert self._process is not None
        return self._process.wait()

    def stop(self) -> None:
        """Stop the server; one that does not heed is killed. Stopping twice does nothing."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(_STOP_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def __enter__(self) -> Server:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    def _environment(self) -> dict[str, str]:
        """The server's variables: silent towards the outside, and none of ours that it would take for its own."""
        kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
        return kept | {
            "HOME": str(self.data / "home"),
            "PYTHONUTF8": "1",
            "LABEL_STUDIO_BASE_DATA_DIR": str(self.data),
            "LABEL_STUDIO_USERNAME": self.credentials.user,
            "LABEL_STUDIO_PASSWORD": self.credentials.password,
            "LABEL_STUDIO_USER_TOKEN": self.credentials.token,
            **QUIET,
            "LABEL_STUDIO_USE_DEFAULT_BANNED_SUBNETS": "false",
            "LABEL_STUDIO_USER_ADDITIONAL_BANNED_SUBNETS": _CLOSED_NETWORKS,
        }
