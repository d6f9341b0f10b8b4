from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from jianghua.data.errors import SettingsError
from jianghua.data.paths import LABELS
from jianghua.data.scheme import Label, LabelScheme
from jianghua.labels.predictor import Prediction
from jianghua.labels.studio.client import ScreenCheck
from jianghua.labels.studio.screen import hotkeys, instructions, labeling_config
from jianghua.labels.studio.tasks import prediction_record

DATA = dict.fromkeys(("uid", "speech", "index", "title", "meta", "prev", "text", "next"), "")


def test_the_screen_shows_the_scheme_and_stores_its_keys(scheme: LabelScheme) -> None:
    screen = labeling_config(scheme)
    choices = etree.fromstring(screen).findall(".//Choices[@name='label']/Choice")
    assert [choice.get("alias") for choice in choices] == list(scheme.keys)
    assert [choice.get("value") for choice in choices] == [label.name for label in scheme.labels]
    assert [choice.get("hotkey") for choice in choices] == ["1", "2", "3", "4", "5"]
    for choice, label in zip(choices, scheme.labels, strict=True):
        assert label.definition in "".join(etree.fromstring(choice.get("html")).itertext())
    check = ScreenCheck(screen)
    assert check.labels("label") == scheme.keys
    assert check.labels("flag") == ("unsure",)
    assert not check.is_single("label")
    assert ScreenCheck(labeling_config(scheme, unsure=False)).labels("flag") == ()


def test_no_rule_of_the_style_is_one_that_label_studio_drops(scheme: LabelScheme) -> None:
    style = etree.fromstring(labeling_config(scheme)).findtext("Style")
    assert ">" not in style
    assert all(label.colour in style for label in scheme.labels)
    assert style.count("{") == style.count("}")


def test_a_single_label_scheme_takes_one_choice_and_wants_it() -> None:
    one = LabelScheme(name="x", kind="single", labels=(Label(key="a", name="甲"), Label(key="b", name="乙")))
    choices = etree.fromstring(labeling_config(one)).find(".//Choices[@name='label']")
    assert (choices.get("choice"), choices.get("required")) == ("single", "true")
    assert ScreenCheck(labeling_config(one)).is_single("label")


def test_names_with_markup_stay_text() -> None:
    name, definition = """<b onclick="x">'甲'&乙""", "a < b\n> c && \"d\" 'e' <script>"
    hostile = LabelScheme(name="x", labels=(Label(key="a", name=name, definition=definition),))
    choice = etree.fromstring(labeling_config(hostile)).find(".//Choice[@alias='a']")
    assert choice.get("value") == name
    row = etree.fromstring(choice.get("html"))
    assert [child.tag for child in row] == ["kbd", "b", "i"]
    assert row.findtext("b") == name
    assert row.findtext("i") == " ".join(definition.split())
    ScreenCheck(labeling_config(hostile))


def test_labels_without_hotkeys_get_free_ones() -> None:
    labels = [Label(key=f"k{number}", name=f"类{number}", hotkey="3" if number == 7 else None) for number in range(20)]
    found = hotkeys(LabelScheme(name="x", labels=tuple(labels)))
    assert found["k7"] == "3"
    assert (found["k0"], found["k2"], found[""]) == ("1", "4", "0")
    assert len(set(found.values())) == 21
    assert hotkeys(LabelScheme(name="x", labels=(Label(key="a", name="甲", hotkey="0"),)))[""] == "u"


@pytest.mark.parametrize("keys", [("ctrl+1",), ("甲",), ("q", "Q")])
def test_hotkeys_that_no_keyboard_tells_apart_are_refused(keys: tuple[str, ...]) -> None:
    labels = tuple(Label(key=f"k{number}", name=f"类{number}", hotkey=key) for number, key in enumerate(keys))
    with pytest.raises(SettingsError, match="hotkey"):
        hotkeys(LabelScheme(name="x", labels=labels))


def test_predictions_are_checked_before_they_are_sent(scheme: LabelScheme) -> None:
    check = ScreenCheck(labeling_config(scheme))
    assert (
        check.problems(
            DATA, [prediction_record(Prediction(("risk", "target"), 0.5), "m"), prediction_record(Prediction((), 1.0), "m")]
        )
        == []
    )
    assert "dangers" in check.problems(DATA, [prediction_record(Prediction(("dangers",), 0.5), "m")])[0]
    assert "'next'" in check.problems({name: "" for name in DATA if name != "next"})[0]


def test_the_guideline_becomes_harmless_html(scheme: LabelScheme) -> None:
    assert scheme.guideline is not None
    page = instructions((LABELS.parent / scheme.guideline).read_text("utf-8"))
    assert "<table>" in page
    assert "形势研判" in page
    assert "style=" not in page  # Label Studio would take it out, and every `init` would find a change
    assert "<script>" not in instructions("<script>alert(1)</script>\n\n| a |\n|---|\n| <img src=x> |")
    assert ">" not in Path("labels/studio/guideline.css").read_text("utf-8")
