"""The floors, and the wheel that is built of them."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

from scripts.paths import SHIPPED

PACKAGES = {"configs", "data", "labels", "scripts", "tagging", "training"}


def test_a_file_imports_only_from_floors_below_its_own() -> None:
    code = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports())"
    result = subprocess.run([sys.executable, "-c", code], cwd=SHIPPED, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout


def test_the_wheel_is_complete_and_works_alone(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path), str(SHIPPED)]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        archive.extractall(tmp_path / "site")
    assert {top for name in names if not (top := name.split("/")[0]).endswith(".dist-info")} == PACKAGES
    for needed in (
        "configs/annotate.yaml",
        "configs/labels.yaml",
        "data/hanzi.txt",
        "data/notices.txt",
        "data/samples/speeches.jsonl",
        "labels/guidelines.zh.md",
        "labels/screen.css",
        "labels/templates/agreement.html.j2",
        "scripts/benchmarks/notices.json",
        "tagging/writers/templates/report.css",
        "training/base_encoder/model.safetensors",
        "training/templates/errors.html.j2",
    ):
        assert needed in names
    code = (
        "import configs, data, labels, scripts, tagging, training\n"
        "for package in (data, labels, scripts, tagging, training): assert 'site' in package.__file__, package\n"
        "from data.scheme import load_scheme; from scripts.paths import LABELS\n"
        "print(load_scheme(LABELS).guideline_version)"
    )
    environment = os.environ | {"PYTHONPATH": str(tmp_path / "site")}
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "1.1"
