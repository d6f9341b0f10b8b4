from __future__ import annotations

import re
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from command import jianghua

from jianghua.data.paths import SHIPPED


@pytest.mark.skipif(sys.platform == "win32", reason="sends SIGINT")
def test_it_serves_until_ctrl_c_and_leaves_nothing_behind(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "jianghua.scripts.cli", "serve", "--port", "0"]
    environment = {"PATH": "/usr/bin:/bin", "TMPDIR": str(tmp_path), "PYTHONPATH": str(SHIPPED / "src"), "OMP_NUM_THREADS": "1"}
    server = subprocess.Popen(command, cwd=SHIPPED, stderr=subprocess.PIPE, text=True, env=environment)
    try:
        assert server.stderr is not None
        line = server.stderr.readline()
        found = re.match(r"serving default at (http://127\.0\.0\.1:\d+/) until Ctrl-C", line)
        assert found, line + server.stderr.read()
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        body = "在全县秋收会上的讲话\n同志们：\n要抓紧抢收。\n".encode()
        with opener.open(urllib.request.Request(f"{found[1]}tag?name=a.txt", body), timeout=60) as answer:
            assert answer.status == 200
        assert len(list(tmp_path.glob("jianghua-serve-*"))) == 1
        server.send_signal(signal.SIGINT)
        assert server.stderr.read() == "stopped\n"
        assert server.wait(60) == 0
        assert list(tmp_path.glob("jianghua-serve-*")) == []
    finally:
        server.kill()


def test_a_model_that_is_none_is_one_line(tmp_path: Path) -> None:
    assert len(jianghua("serve", tmp_path, code=1).stderr.strip().splitlines()) == 1
