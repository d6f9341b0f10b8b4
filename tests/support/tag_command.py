"""`jianghua tag` in a process of its own, with a stand-in for the model that needs no time, or as much as it is told."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from jianghua.data.paths import SHIPPED

_DRIVER = """
import os, sys
from benchmarks.kills import StandIn
from jianghua.scripts import cli, console
from jianghua.tagging.tagger import Tagger
Tagger.load = lambda path=None, device=None: StandIn(float(os.environ["SECONDS"]), os.environ["MODEL"] * 64)
console.LINE_SECONDS = 0.2
cli.main()
"""


def start(
    *arguments: object, seconds: float = 0.0, model: str = "5", cwd: Path = SHIPPED, **variables: str
) -> subprocess.Popen[str]:
    """Start the command with some variables in its environment; a speech takes the model some seconds."""
    paths = os.pathsep.join([str(SHIPPED), str(SHIPPED / "src"), os.environ.get("PYTHONPATH", "")])
    environment: Mapping[str, str] = os.environ | {"SECONDS": str(seconds), "MODEL": model, "PYTHONPATH": paths} | variables
    command = [sys.executable, "-c", _DRIVER, "tag", *map(str, arguments)]
    return subprocess.Popen(command, cwd=cwd, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def tag(
    *arguments: object, code: int = 0, seconds: float = 0.0, model: str = "5", cwd: Path = SHIPPED, **variables: str
) -> str:
    """Run the command to its end; what it told."""
    process = start(*arguments, seconds=seconds, model=model, cwd=cwd, **variables)
    _, told = process.communicate(timeout=300)
    assert process.returncode == code, told
    return told
