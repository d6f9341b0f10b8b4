from __future__ import annotations

from pathlib import Path

import pytest

from jianghua.data.errors import SettingsError
from jianghua.data.guideline import load_guideline, parse_guideline, render
from jianghua.data.paths import SHIPPED
from jianghua.data.scheme import LabelScheme, load_scheme

TEXT = """# 规范 <v2>（v2.10）

| 甲 | 乙 |
| --- | --- |
| 别的 | 表格 |

| key | 名称 | 判定 | 不算 |
| :-- | --- | --- | --- |
| `a` | 甲 | **已经**发生的 `x` | |
| `b` | 乙 | 有 \\| 竖线 | <b>粗</b> |

没有一类适用就不选（空标签）：称呼、*问候*。
"""


def test_the_shipped_guideline_is_the_source_of_the_scheme(scheme: LabelScheme) -> None:
    guideline = load_guideline(SHIPPED / "labels" / "guidelines.zh.md")
    assert guideline.title == "讲话句子标注规范"
    assert guideline.version == scheme.guideline_version == "1.2"
    assert set(guideline.applies) == set(scheme.keys)
    assert all(label.definition and label.excludes for label in scheme.labels)
    assert scheme["criticism"].definition.startswith("指出内部单位")
    assert scheme.none.startswith("称呼、问候")
    assert "<table>" in guideline.html()


def test_the_parts_of_a_guideline() -> None:
    guideline = parse_guideline(TEXT)
    assert (guideline.title, guideline.version, guideline.none) == ("规范 <v2>", "2.10", "称呼、问候")
    assert guideline.applies == {"a": "已经发生的 x", "b": "有 | 竖线"}
    assert guideline.excludes == {"b": "<b>粗</b>"}
    bare = parse_guideline("随便写点什么")
    assert (bare.title, bare.version, bare.applies, bare.none) == ("随便写点什么", None, {}, "")


def test_html_in_a_guideline_is_shown_not_run() -> None:
    html = render("# <script>alert(1)</script>\n\n[x](javascript:alert(1)) <img src=x onerror=y>")
    assert "<script" not in html
    assert "<img" not in html
    assert "href" not in html


def test_the_scheme_has_the_last_word(tmp_path: Path) -> None:
    (tmp_path / "g.md").write_text(TEXT, "utf-8")
    labels = ["{key: a, name: 甲, definition: 自己的}", "{key: b, name: 乙}", "{key: c, name: 丙}"]
    yaml = f"name: s\nguideline: g.md\nlabels: [{', '.join(labels)}]\n"
    (tmp_path / "s.yaml").write_text(yaml, "utf-8")
    scheme = load_scheme(tmp_path / "s.yaml")
    assert [label.definition for label in scheme.labels] == ["自己的", "有 | 竖线", ""]
    assert scheme.guideline_version == "2.10"
    (tmp_path / "g.md").unlink()
    with pytest.raises(SettingsError, match=r"g\.md: the guideline cannot be read"):
        load_scheme(tmp_path / "s.yaml")
