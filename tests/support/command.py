"""The command line, run as people run it: in a process of its own."""

from __future__ import annotations

import subprocess
import sys

from jianghua.data.paths import SHIPPED


def jianghua(*arguments: object, code: int = 0) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "jianghua.scripts.cli", *map(str, arguments)]
    result = subprocess.run(command, cwd=SHIPPED, capture_output=True, text=True, check=False)
    assert result.returncode == code, result.stderr
    return result
