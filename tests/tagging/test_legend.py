from __future__ import annotations

from pathlib import Path

from jianghua.data.scheme import LabelScheme
from jianghua.data.speech import Sentence, Speech
from jianghua.tagging.records import RunSummary, Tag, TaggedSpeech
from jianghua.tagging.writers.html import write_html


def test_the_legend_quotes_the_guideline(scheme: LabelScheme, tmp_path: Path) -> None:
    hostile = scheme.labels[0].model_copy(update={"excludes": "<script>x</script>"})
    changed = scheme.model_copy(update={"labels": (hostile, *scheme.labels[1:])})
    tag = Tag((), dict.fromkeys(scheme.keys, 0.0))
    tagged = TaggedSpeech(Speech("s", "题", (Sentence("一句。"),)), (tag,))
    write_html(tmp_path / "r.html", lambda: [tagged], RunSummary("m", "0" * 64, changed, dict.fromkeys(scheme.keys, 0.5)))
    page = (tmp_path / "r.html").read_text("utf-8")
    for label in scheme.labels[1:]:
        assert label.definition in page
        assert f"不算：{label.excludes}" in page
    assert f"没有一类适用：{scheme.none}" in page
    assert "标注规范 v1.2" in page
    assert "<script>x" not in page
