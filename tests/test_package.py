"""The floors, and the wheel that is built of them."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

from jianghua.data.paths import SHIPPED

FOLDERS = ("configs", "data", "labels", "scripts", "tagging", "training")


def test_a_file_imports_only_from_floors_below_its_own() -> None:
    code = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports())"
    result = subprocess.run([sys.executable, "-c", code], cwd=SHIPPED, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout


def test_the_wheel_is_complete_and_works_alone_beside_a_hostile_data_py(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path), str(SHIPPED)]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        archive.extractall(tmp_path / "site")
    assert {top for name in names if not (top := name.split("/")[0]).endswith(".dist-info")} == {"jianghua"}
    for needed in (
        "configs/annotate.yaml",
        "configs/labels.yaml",
        "data/text/hanzi.txt",
        "data/pages/base.css",
        "data/pages/base.html.j2",
        "data/pages/cases.js",
        "data/cleaning/notices.toml",
        "data/samples/speeches.jsonl",
        "labels/guidelines.zh.md",
        "labels/studio/screen.css",
        "labels/templates/agreement.html.j2",
        "tagging/writers/templates/report.css",
        "tagging/default_tagger/model.safetensors",
        "training/base_encoder/model.safetensors",
        "training/templates/errors.html.j2",
    ):
        assert f"jianghua/{needed}" in names
    beside = tmp_path / "beside"
    for folder in FOLDERS:  # a user's own modules have such names
        (beside / folder).mkdir(parents=True)
        (beside / folder / "__init__.py").write_text("raise ImportError('not the one that was meant')", "utf-8")
    (beside / "text.txt").write_text("同志们:\n一要抓好项目建设。\n", "utf-8")
    (beside / "script.py").write_text(
        "from pathlib import Path\n"
        "import jianghua\n"
        "from jianghua import TaggedSpeech\n"
        "from jianghua.data.paths import LABELS\n"
        "from jianghua.data.reader import read_speech\n"
        "from jianghua.data.scheme import load_scheme\n"
        "assert 'site' in jianghua.__file__, jianghua.__file__\n"
        "assert 'site' in str(LABELS), LABELS\n"
        "print(load_scheme(LABELS).guideline_version, len(read_speech(Path('text.txt')).sentences))\n",
        "utf-8",
    )
    environment = os.environ | {"PYTHONPATH": str(tmp_path / "site")}
    result = subprocess.run(
        [sys.executable, "script.py"], cwd=beside, env=environment, capture_output=True, text=True, check=False
    )
    assert result.stdout.split() == ["1.2", "2"], result.stderr
