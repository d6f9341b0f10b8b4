from __future__ import annotations

import importlib
import json
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
from jianghua.data.bounds import Limits
from jianghua.data.errors import DocumentError, MissingExtraError, SettingsError
from jianghua.data.intake import process, sandbox, tasks
from jianghua.data.paths import SHIPPED
from jianghua.data.reader import read_bytes, read_source_and_speech, read_speech, read_text

WORD = next((SAMPLES / "raw").glob("*.docx"))
LIMITS = Limits(seconds=60, memory_mib=2048)


@pytest.fixture
def hostile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Calls a task that does what it is told: each file is Python, run inside the sandbox, and `result` what it returns."""
    code = "def run(content, step, **arguments):\n    names = {'step': step} | arguments\n    exec(content.decode(), names)\n"
    (tmp_path / "hostile_task.py").write_text(code + "    return names.get('result')\n", "utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.syspath_prepend(tmp_path)
    task = importlib.import_module("hostile_task").run
    sandbox.close()
    yield lambda code, limits=LIMITS, **options: sandbox.call(task, code.encode(), {"given": 7}, limits, **options)
    sandbox.close()
    sys.modules.pop("hostile_task")


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
        hostile(code, Limits(seconds=1, memory_mib=2048))
    assert read_speech(WORD).title


def test_arguments_results_and_errors_cross_the_pipe(hostile: Any) -> None:
    assert hostile(r"result = [given, '路\ud800', None]") == [7, "路\ud800", None]
    for error in (SettingsError, MissingExtraError):
        with pytest.raises(error, match="two\nlines"):
            hostile(f"from jianghua.data.errors import *; raise {error.__name__}('two\\nlines')")
    with pytest.raises(DocumentError, match=r"the parser failed on it \(TypeError: Object of type set is not JSON"):
        hostile("result = {1}")


def test_each_step_is_told_and_has_limits_of_its_own(hostile: Any) -> None:
    steps: list[tuple[int, int]] = []
    code = (
        "import resource, time\n"
        "for number in (1, 2, 3):\n    time.sleep(0.6)\n    step(number, 3)\n"
        "result = resource.getrlimit(resource.RLIMIT_AS)[0] >> 20"
    )
    step_limits = Limits(seconds=2, memory_mib=3000)
    result = hostile(code, Limits(1, 2048), step_limits=step_limits, step=lambda *step: steps.append(step))
    assert (result, steps) == (3000, [(1, 3), (2, 3), (3, 3)])
    with pytest.raises(DocumentError, match="within 1 seconds, took longer"):
        hostile("import time; step(1, 1); time.sleep(30)", step_limits=Limits(1, 2048))


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
    monkeypatch.setattr(process, "_START", "raise SystemExit(3)")
    with pytest.raises(process.SandboxError, match=r"ended at its start .*exit code 3"):
        read_bytes(WORD.read_bytes(), "x.docx")


def test_a_file_with_a_very_long_name_is_read() -> None:
    name = f"a.zip!{'长' * 60_000}.docx"
    speech = read_bytes(WORD.read_bytes(), name)
    assert speech.source is not None
    assert (speech.source.path, speech.texts) == (name, read_speech(WORD).texts)


@pytest.fixture
def crossed(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int, int]]:
    """What crosses the pipe: the task, the bytes that go in, and the bytes that come out."""
    calls: list[tuple[str, int, int]] = []
    ask = sandbox._ask

    def counted(request: dict[str, Any], content: bytes, step: Any) -> Any:
        reply = ask(request, content, step)
        calls.append((request["function"].split(":")[1], len(content), len(json.dumps(reply, ensure_ascii=False))))
        return reply

    monkeypatch.setattr(sandbox, "_ask", counted)
    return calls


LONG = "在全县造林会议上的讲话\n同志们：\n" + "".join(
    f"今年造林任务比去年多{number}成，要抓紧整地。\n" for number in range(1200)
)


def test_a_file_crosses_the_pipe_once_and_comes_back_as_a_speech(crossed: list[tuple[str, int, int]]) -> None:
    speech = read_bytes(LONG.encode(), "长.txt")
    assert len(speech.texts) == 1202
    assert [(task, sent) for task, sent, _ in crossed] == [("read_speech", len(LONG.encode()))]
    assert read_text(LONG, "长.txt").texts == speech.texts
    assert [(task, sent) for task, sent, _ in crossed[1:]] == [("read_text", len(LONG.encode()))]
    source, again = read_source_and_speech(LONG.encode(), "长.txt")
    assert (source, again) == (LONG, speech)
    (_, sent, received) = crossed[2]
    assert sent == len(LONG.encode())
    assert received - crossed[0][2] < 1.05 * len(json.dumps(LONG, ensure_ascii=False))  # the text is added once


def test_a_word_file_is_parsed_and_cleaned_in_one_call(crossed: list[tuple[str, int, int]]) -> None:
    content = WORD.read_bytes()
    read_bytes(content, WORD.name)
    assert [(task, sent) for task, sent, _ in crossed] == [("read_speech", len(content))]


def test_short_texts_are_read_in_this_process(crossed: list[tuple[str, int, int]]) -> None:
    text = "\n".join(LONG.split("\n")[:900])
    here = read_bytes(text.encode(), "短.txt")
    read_text(text)
    assert crossed == []
    record = tasks.read_speech(text.encode(), lambda number, total: None, "短.txt", {}, True)
    assert here.to_dict() == record


def test_the_sandbox_gives_the_same_speech_as_this_process() -> None:
    for path in sorted((SAMPLES / "raw").iterdir()):
        content = path.read_bytes()
        record = tasks.read_speech(content, lambda number, total: None, path.name, {}, False)
        assert read_bytes(content, path.name, ocr=False).to_dict() == record
