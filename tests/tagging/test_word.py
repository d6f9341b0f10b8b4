"""Word files with marks: the sentences are found, all else of the file is as it was, and office programs open them."""

from __future__ import annotations

import io
import random
import shutil
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path

import docx
import pytest
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.kills import StandIn, run
from benchmarks.make_samples import SAMPLES
from jianghua.data.bounds import Bounds
from jianghua.data.reader import read_bytes
from jianghua.data.scheme import LabelScheme
from jianghua.data.speech import Sentence, Source, Speech
from jianghua.tagging.records import RunSummary, Tag, TaggedSpeech
from jianghua.tagging.writers.colours import tint
from jianghua.tagging.writers.word.annotation import annotate
from jianghua.tagging.writers.word.letters import bare, read_letters
from jianghua.tagging.writers.word.package import WordFile
from jianghua.tagging.writers.word.places import find_sentences
from jianghua.tagging.writers.word.writer import write_docx

FIRST, SECOND, THIRD = "各县区要抓紧落实整改任务。", "风险隐患仍然不少，大意不得。", "年底前全部完成验收工作。"
TEXT_BOX = """
<w:r xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:v="urn:schemas-microsoft-com:vml">
<w:pict><v:shape style="width:200pt;height:60pt"><v:textbox><w:txbxContent><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:txbxContent>
</v:textbox></v:shape></w:pict></w:r>"""


@pytest.fixture
def summary(scheme: LabelScheme) -> RunSummary:
    return RunSummary("m", "0" * 64, scheme, {})


def saved(document: docx.document.Document) -> bytes:
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def tagged(scheme: LabelScheme, *texts: str, labels: tuple[str, ...] = ("risk",)) -> TaggedSpeech:
    tag = Tag(labels, dict.fromkeys(scheme.keys, 0.25) | dict.fromkeys(labels, 0.9))
    return TaggedSpeech(Speech("s", "题", tuple(map(Sentence, texts))), (tag,) * len(texts))


def annotated(content: bytes, speech: TaggedSpeech, summary: RunSummary) -> tuple[docx.document.Document, int]:
    file = WordFile(content, Bounds())
    lost = annotate(file, speech, summary)
    return docx.Document(io.BytesIO(file.save())), lost


def marked_texts(document: docx.document.Document, scheme: LabelScheme, key: str = "risk") -> str:
    """All letters on the colour of a label."""
    fill = tint(scheme[key].colour)
    runs = document.element.body.iter(qn("w:r"))
    shaded = (
        run
        for run in runs
        if (found := run.find(f"{qn('w:rPr')}/{qn('w:shd')}")) is not None and found.get(qn("w:fill")) == fill
    )
    return "".join(text.text for run in shaded for text in run.iter(qn("w:t")))


def test_a_sentence_over_several_runs_keeps_their_looks(scheme: LabelScheme, summary: RunSummary) -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("开头。" + FIRST[:5])
    paragraph.add_run(FIRST[5:9]).bold = True
    paragraph.add_run(FIRST[9:] + SECOND[:4]).italic = True
    paragraph.add_run(SECOND[4:] + "结尾。")
    marked, lost = annotated(saved(document), tagged(scheme, FIRST, SECOND), summary)
    assert (lost, marked_texts(marked, scheme)) == (0, FIRST + SECOND)
    assert marked.paragraphs[0].text == paragraph.text
    looks = [(run.text, bool(run.bold), bool(run.italic)) for run in marked.paragraphs[0].runs if run.text]
    assert looks == [
        *(("开头。", False, False), (FIRST[:5], False, False), (FIRST[5:9], True, False), (FIRST[9:], False, True)),
        *((SECOND[:4], False, True), (SECOND[4:], False, False), ("结尾。", False, False)),
    ]


def test_a_comment_names_labels_probabilities_and_clauses(scheme: LabelScheme, summary: RunSummary) -> None:
    document = docx.Document()
    document.add_paragraph(SECOND)
    tag = Tag(("target", "risk"), dict.fromkeys(scheme.keys, 0.25) | {"target": 0.934, "risk": 0.61}, {"risk": (0, 8)})
    speech = TaggedSpeech(Speech("s", "题", (Sentence(SECOND),)), (tag,))
    marked, _ = annotated(saved(document), speech, summary)
    (comment,) = marked.comments
    names = {label.key: label.name for label in scheme.labels}
    assert comment.paragraphs[0].text == f"{names['target']} 93% · {names['risk']} 61%"
    assert comment.paragraphs[1].text == f"{names['risk']}的依据：“风险隐患仍然不少”"
    assert comment.paragraphs[2].text.startswith("其余：")
    line = next(marked.element.body.iter(qn("w:u")))
    assert line.get(qn("w:color")) == scheme["risk"].colour.removeprefix("#").upper()


def test_tables_links_and_text_boxes_are_marked_and_what_was_there_stays(scheme: LabelScheme, summary: RunSummary) -> None:
    document = docx.Document()
    own = document.add_comment(document.add_paragraph("正文。").runs, "领导批示", author="某")
    document.add_table(1, 1).cell(0, 0).text = FIRST
    link = OxmlElement("w:hyperlink")
    link.append(document.add_paragraph().add_run(SECOND)._r)
    document.paragraphs[-1]._p.append(link)
    document.paragraphs[-1]._p.append(parse_xml(TEXT_BOX.format(THIRD)))
    before = saved(document)
    file = WordFile(before, Bounds())
    assert annotate(file, tagged(scheme, FIRST, SECOND, THIRD), summary) == 0
    after = file.save()
    marked = docx.Document(io.BytesIO(after))
    assert marked_texts(marked, scheme) == FIRST + SECOND + THIRD
    assert [comment.text for comment in marked.comments if comment.author == "某"] == [own.text]
    assert len({comment.comment_id for comment in marked.comments}) == 4
    box = next(marked.element.body.iter(qn("w:txbxContent")))
    assert not list(box.iter(qn("w:commentReference")))  # Word takes none there
    assert len(list(marked.element.body.iter(qn("w:commentReference")))) == 4
    with zipfile.ZipFile(io.BytesIO(before)) as one, zipfile.ZipFile(io.BytesIO(after)) as other:
        assert set(one.namelist()) == set(other.namelist())
        changed = {name for name in one.namelist() if one.read(name) != other.read(name)}
    assert changed == {"word/document.xml", "word/comments.xml"}


def test_a_sentence_that_is_not_found_is_counted_and_listed(scheme: LabelScheme, summary: RunSummary) -> None:
    document = docx.Document()
    document.add_paragraph(FIRST)
    marked, lost = annotated(saved(document), tagged(scheme, FIRST, THIRD), summary)
    assert lost == 1
    assert [paragraph.text for paragraph in marked.paragraphs][1:] == [
        *("【标注】以下 1 个句子在文件中没有找到原来的位置，列在这里：", THIRD)
    ]
    assert len(list(marked.comments)) == 2
    assert marked.element.body[-1].tag == qn("w:sectPr")


def test_deleted_and_hidden_text_is_no_sentence(scheme: LabelScheme, summary: RunSummary) -> None:
    document = docx.Document()
    paragraph = document.add_paragraph(FIRST[:6])
    paragraph.add_run("（隐藏）").font.hidden = True
    gone = OxmlElement("w:del")
    gone.append(parse_xml(f'<w:r xmlns:w="{qn("w:r")[1:-2]}"><w:delText>旧文</w:delText></w:r>'))
    paragraph._p.append(gone)
    paragraph.add_run(FIRST[6:])
    marked, lost = annotated(saved(document), tagged(scheme, FIRST), summary)
    assert (lost, marked_texts(marked, scheme)) == (0, FIRST)


@settings(max_examples=40)
@given(st.lists(st.sampled_from([FIRST, SECOND, THIRD, "好。", "同志们："]), min_size=1, max_size=8), st.randoms())
def test_however_runs_are_cut_the_text_stays_and_just_the_tagged_sentences_are_marked(
    scheme: LabelScheme, sentences: list[str], chance: random.Random
) -> None:
    document = docx.Document()
    text = "".join(sentences)
    paragraph = document.add_paragraph()
    cuts = sorted(chance.sample(range(len(text) + 1), chance.randint(0, min(6, len(text)))))
    for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True):
        paragraph.add_run(text[start:end])
    tags = [Tag(("risk",) if chance.random() < 0.5 else (), dict.fromkeys(scheme.keys, 0.5)) for _ in sentences]
    speech = TaggedSpeech(Speech("s", "题", tuple(map(Sentence, sentences))), tuple(tags))
    marked, lost = annotated(saved(document), speech, RunSummary("m", "0" * 64, scheme, {}))
    assert (lost, marked.paragraphs[0].text) == (0, text)
    chosen = "".join(sentence for sentence, tag in zip(sentences, tags, strict=True) if tag.labels)
    assert marked_texts(marked, scheme) == chosen
    references = [element.get(qn("w:id")) for element in marked.element.body.iter(qn("w:commentReference"))]
    assert references == [str(number) for number in range(sum(bool(tag.labels) for tag in tags))]


def test_places() -> None:
    number = "（一）" + FIRST.rstrip("。")
    assert find_sentences(f"题{FIRST}{SECOND}{FIRST}", [FIRST, SECOND, FIRST]) == [(1, 14), (14, 28), (28, 41)]
    assert find_sentences(FIRST + SECOND, [number + "。", SECOND]) == [(0, 13), (13, 27)]  # the list's number is not there
    formula = "覆盖率要达到三分之二以上，不得低于去年同期。"
    assert find_sentences(formula.replace("三分之二", "23") + THIRD, [formula, THIRD]) == [(0, 20), (20, 32)]
    assert find_sentences(SECOND + FIRST, [FIRST, SECOND]) == [(14, 27), (0, 14)]  # in another order
    assert find_sentences(FIRST, [FIRST, FIRST, "", "别的。"]) == [(0, 13), None, None, None]


@pytest.mark.parametrize("path", sorted((SAMPLES / "raw").glob("*.docx")), ids=lambda path: path.stem)
def test_every_sentence_of_a_sample_is_found(path: Path, scheme: LabelScheme, summary: RunSummary) -> None:
    content = path.read_bytes()
    speech = read_bytes(content, path.name)
    file = WordFile(content, Bounds())
    before = "".join(letter.char for letter in read_letters(file.body))
    assert annotate(file, tagged(scheme, *speech.texts), summary) == 0
    after = WordFile(file.save(), Bounds())
    assert "".join(letter.char for letter in read_letters(after.body)) == before
    assert marked_texts(docx.Document(io.BytesIO(file.save())), scheme).count("。") == "".join(speech.texts).count("。")


def test_one_file_a_speech_the_source_itself_or_a_clean_one(tmp_path: Path) -> None:
    source = tmp_path / "in"
    source.mkdir()
    document = docx.Document()
    for text in ("在会上的讲话", "同志们：", FIRST, SECOND, THIRD):
        document.add_paragraph(text)
    document.sections[0].header.paragraphs[0].text = "页眉"
    document.save(source / "甲.docx")
    (source / "甲.txt").write_text(f"在会上的讲话\n同志们：\n{FIRST}\n", "utf-8")
    with zipfile.ZipFile(source / "z.zip", "w") as archive:
        archive.write(source / "甲.docx", "乙.docx")
        archive.write(source / "甲.docx", "丙.docx")
    out = tmp_path / "out"
    _, published = run(source, out, StandIn(), ["docx"])
    names = ["丙.docx", "乙.docx", "甲 (2).docx", "甲.docx"]
    assert sorted(path.name for path in published.written) == names
    headers = {path.name: docx.Document(str(path)).sections[0].header.paragraphs for path in published.written}
    assert {name for name, paragraphs in headers.items() if paragraphs[0].text == "页眉"} == {"丙.docx", "乙.docx", "甲.docx"}
    first = {path.name: path.read_bytes() for path in published.written}
    _, published = run(source, out, StandIn(), ["docx"])
    assert {path.name: path.read_bytes() for path in published.written} == first
    (source / "甲.txt").unlink()
    (source / "z.zip").unlink()
    _, published = run(source, out, StandIn(), ["docx"])
    assert sorted(path.name for path in published.removed) == names[:3]
    _, published = run(source, out, StandIn(sha256="6" * 64), ["jsonl"])
    assert not (out / "docx").exists()


def test_a_file_that_a_person_changed_or_put_there_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "docx").mkdir()
    document = docx.Document()
    for text in ("在会上的讲话", "同志们：", FIRST):
        document.add_paragraph(text)
    own = tmp_path / "docx" / "a.docx"
    document.save(own)
    content = own.read_bytes()
    _, published = run(tmp_path / "docx", tmp_path, StandIn(), ["docx"])
    assert [path.name for path in published.written] == ["a (2).docx"]
    assert own.read_bytes() == content


def test_a_source_that_is_missing_or_changed_gives_a_clean_file(
    tmp_path: Path, scheme: LabelScheme, summary: RunSummary
) -> None:
    (path,) = write_docx(tmp_path / "docx", lambda: [tagged(scheme, FIRST)], summary)
    assert [paragraph.text for paragraph in docx.Document(str(path)).paragraphs] == [FIRST]
    assert path.name == "题.docx"
    document = docx.Document()
    document.add_paragraph("别的文字。")
    document.save(tmp_path / "a.docx")
    source = Source(str(tmp_path / "a.docx"), "docx", sha256="0" * 64, characters=9)
    speech = tagged(scheme, FIRST)
    (path,) = write_docx(tmp_path / "docx", lambda: [replace(speech, speech=replace(speech.speech, source=source))], summary)
    assert [paragraph.text for paragraph in docx.Document(str(path)).paragraphs] == [FIRST]


def test_libreoffice_keeps_marks_and_comments(tmp_path: Path, scheme: LabelScheme, summary: RunSummary) -> None:
    soffice = shutil.which("soffice")
    if soffice is None:
        pytest.skip("LibreOffice is not installed")
    document = docx.Document()
    document.add_paragraph(FIRST + SECOND)
    document.paragraphs[0]._p.append(parse_xml(TEXT_BOX.format(THIRD)))
    file = WordFile(saved(document), Bounds())
    annotate(file, tagged(scheme, FIRST, SECOND, THIRD), summary)
    (tmp_path / "a.docx").write_bytes(file.save())
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [
        soffice,
        profile,
        "--headless",
        "--convert-to",
        "docx",
        "--outdir",
        str(tmp_path / "out"),
        str(tmp_path / "a.docx"),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=240)
    opened = docx.Document(str(tmp_path / "out" / "a.docx"))
    assert [comment.paragraphs[0].text for comment in opened.comments] == [f"{scheme['risk'].name} 90%"] * 3
    assert bare(FIRST + SECOND) in marked_texts(opened, scheme)
