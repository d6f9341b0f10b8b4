from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from benchmarks.make_samples import SAMPLES
from jianghua.data.bounds import Bounds
from jianghua.data.documents import formats
from jianghua.data.errors import DocumentError
from jianghua.data.intake import sandbox
from jianghua.data.paths import SHIPPED
from jianghua.data.reader import read_bytes, read_speech

WORD = next((SAMPLES / "raw").glob("*.docx"))


@pytest.fixture
def hostile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Reads by a reader that does what it is told: each file is a line of Python, run inside the sandbox."""
    (tmp_path / "hostile_reader.py").write_text("def read(content):\n    exec(content.decode(), {})\n", "utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    format = formats.Format("hostile", (".hostile",), "hostile_reader:read")
    (tmp_path / "sitecustomize.py").write_text(
        "import sys\n"
        f"sys.path.insert(0, {str(SHIPPED / 'src')!r})\n"
        "from jianghua.data.documents import formats\n"
        "formats.FORMATS += (formats.Format('hostile', ('.hostile',), 'hostile_reader:read'),)\n",
        "utf-8",
    )
    sandbox.close()
    yield lambda code, **bounds: sandbox.parse(format, code.encode(), Bounds(**bounds))
    sandbox.close()


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", r"crashed the parser \(SIGSEGV\)"),
        ("import os; os._exit(7)", r"crashed the parser \(exit code 7\)"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "killed from outside"),
        ("bytearray(3 << 30)", "needs more memory"),
        ("import time; time.sleep(60)", "within 1 seconds, took longer"),
        ("while True: pass", "processor time|took longer"),
        ("def f(): f()\nf()", "the parser failed on it .RecursionError"),
        ("raise ValueError('two\\nlines')", "ValueError: two lines"),
        ("import os; open(os.environ['TMPDIR'] + '/x', 'wb', 0).write(b'x')", "File too large"),
    ],
)
def test_whatever_a_parser_does_is_one_error_and_the_next_file_is_read(hostile: Any, code: str, reason: str) -> None:
    with pytest.raises(DocumentError, match=reason):
        hostile(code, seconds=1)
    assert read_speech(WORD).title


def test_what_a_parser_prints_does_no_harm(hostile: Any) -> None:
    with pytest.raises(DocumentError, match="ValueError: seen"):
        hostile("print('x' * 100); import os, sys; os.write(1, b'y'); sys.stdin.read(); raise ValueError('seen')")


def test_what_a_parser_started_is_killed_with_it(hostile: Any) -> None:
    with pytest.raises(DocumentError, match="ValueError") as error:
        hostile("import subprocess; raise ValueError(subprocess.Popen(['sleep', '60']).pid)")
    pid = int(str(error.value).split("ValueError: ")[1].rstrip(")"))
    sandbox.close()
    for _ in range(100):
        status = Path(f"/proc/{pid}/status")
        if not status.exists() or "State:\tZ" in status.read_text("utf-8"):
            break
        time.sleep(0.05)
    else:
        pytest.fail("the process is still there")


def test_a_process_is_used_again_and_one_that_was_large_is_not() -> None:
    sandbox.close()
    read_speech(WORD)
    (worker,) = sandbox._pool._idle
    read_speech(WORD)
    assert sandbox._pool._idle == [worker]
    os.kill(worker.process.pid, signal.SIGKILL)
    worker.process.wait()
    assert read_speech(WORD).title
    assert sandbox._pool._idle[0] is not worker


def test_threads_and_forks_have_processes_of_their_own() -> None:
    expected = read_speech(WORD)
    results: list[Any] = []
    threads = [threading.Thread(target=lambda: results.append(read_speech(WORD))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [expected] * 4
    before = list(sandbox._pool._idle)
    pid = os.fork()
    if pid == 0:
        try:
            os._exit(0 if read_speech(WORD) == expected and sandbox._pool._idle[0] not in before else 1)
        finally:
            os._exit(2)
    assert os.waitpid(pid, 0)[1] == 0
    assert read_speech(WORD) == expected
    assert sandbox._pool._idle == before


def test_nothing_is_left_when_the_program_ends(tmp_path: Path) -> None:
    code = (
        f"from pathlib import Path; from jianghua.data.reader import read_speech; from jianghua.data.intake import sandbox\n"
        f"read_speech(Path({str(WORD)!r})); print(sandbox._pool._idle[0].process.pid)"
    )
    environment = os.environ | {"TMPDIR": str(tmp_path)}
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=SHIPPED, env=environment, capture_output=True, text=True, timeout=60, check=True
    )
    assert not Path(f"/proc/{int(result.stdout)}").exists()
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_left_when_the_program_is_killed(tmp_path: Path) -> None:
    code = (
        "from pathlib import Path; from jianghua.data.reader import read_speech\n"
        f"read_speech(Path({str(WORD)!r})); print('!', flush=True); input()"
    )
    environment = os.environ | {"TMPDIR": str(tmp_path)}
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, cwd=SHIPPED, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == b"!\n"
        assert list(tmp_path.iterdir()) != []
        program.kill()
    for _ in range(100):
        if not list(tmp_path.iterdir()):
            break
        time.sleep(0.05)
    assert list(tmp_path.iterdir()) == []


def test_off_is_not_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(sandbox.OFF, "off")
    with pytest.warns(RuntimeWarning, match="without a bound"):
        assert read_speech(WORD).title


def test_a_process_that_does_not_start_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    sandbox.close()
    monkeypatch.setattr(sandbox, "_START", "raise SystemExit(3)")
    with pytest.raises(sandbox.SandboxError, match=r"ended at its start .*exit code 3"):
        read_bytes(WORD.read_bytes(), "x.docx")


def test_a_long_text_is_cleaned_in_the_sandbox_with_the_same_result(monkeypatch: pytest.MonkeyPatch) -> None:
    here = read_speech(WORD)
    monkeypatch.setattr("jianghua.data.reader._IN_PROCESS", (10, 10))
    asked: list[Any] = []
    ask = sandbox._ask
    monkeypatch.setattr(sandbox, "_ask", lambda request, *rest: (asked.append(request), ask(request, *rest))[1])
    assert read_speech(WORD) == here
    assert ["build" in request for request in asked] == [False, True]
