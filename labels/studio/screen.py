"""The labelling screen and the instructions, generated from the label scheme.

The screen is Label Studio's XML. What it stores are the labels' keys (`alias`); the names may change freely.
"""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Final
from xml.sax.saxutils import quoteattr

from jianghua.data.errors import SettingsError
from jianghua.data.guideline import render
from jianghua.data.scheme import Label, LabelScheme

LABEL: Final = "label"
FLAG: Final = "flag"
NOTE: Final = "note"
TEXT: Final = "text"
UNSURE: Final = "unsure"
"""Names that results carry: the labels, the flag and its one choice, the note, and the sentence that they are about."""

_FREE_KEYS: Final = "123456789qwertyuiopasdfghjklzxcvbnm"

_STYLE: Final = Path(__file__).with_name("screen.css")
_GUIDE_STYLE: Final = Path(__file__).with_name("guideline.css")


def labeling_config(scheme: LabelScheme, unsure: bool = True) -> str:
    """The labelling screen as Label Studio's XML.

    Args:
        scheme: the categories; with a single-label scheme a choice replaces the one before, and one is wanted.
        unsure: whether “拿不准” with a note is offered.

    Raises:
        SettingsError: a hotkey is not one key, or there are more labels than free keys.
    """
    single = scheme.kind == "single"
    keys = hotkeys(scheme)
    choices = "\n".join(f"      {_choice(label, keys[label.key])}" for label in scheme.labels)
    return f"""<View className="jh">
  <Style>
{_STYLE.read_text("utf-8")}{_colours(scheme)}  </Style>
  <View className="top">
    <Header value="$title" size="6"/>
    <Header value="$meta" size="6"/>
  </View>
  <View className="card">
    <View className="context"><Text name="prev" value="$prev"/></View>
    <View className="sentence"><Text name="{TEXT}" value="$text"/></View>
    <View className="context"><Text name="next" value="$next"/></View>
  </View>
  <View className="options">
    <Choices name="{LABEL}" toName="{TEXT}" choice="{"single" if single else "multiple"}" required="{str(single).lower()}"\
 requiredMessage="请选一个类别" showInline="true">
{choices}
    </Choices>
  </View>
{_flag(keys) if unsure else ""}</View>"""


def hotkeys(scheme: LabelScheme) -> dict[str, str]:
    """One key for each label, by the label's key: the scheme's, or the first free of 1–9 and the letters; `""` is the flag's.

    Raises:
        SettingsError: a hotkey is not one letter or digit, or there are more labels than free keys.
    """
    taken = {label.key: label.hotkey.lower() for label in scheme.labels if label.hotkey}
    for key, hotkey in taken.items():
        if len(hotkey) != 1 or not (hotkey.isascii() and hotkey.isalnum()):
            raise SettingsError(f"label {key!r}: expected one letter or digit as hotkey, got {hotkey!r}")
    if len(set(taken.values())) < len(taken):
        raise SettingsError(f"each label needs its own hotkey (capitals count as small letters), got {sorted(taken.values())}")
    flag = next(key for key in "0u" + _FREE_KEYS if key not in taken.values())
    free = (key for key in _FREE_KEYS if key not in taken.values() and key != flag)
    for label in scheme.labels:
        if label.key not in taken:
            hotkey = next(free, "")
            if not hotkey:
                raise SettingsError(f"expected at most {len(_FREE_KEYS)} labels, one for each key, got {len(scheme.labels)}")
            taken[label.key] = hotkey
    return {**taken, "": flag}


def _choice(label: Label, hotkey: str) -> str:
    """One choice: key cap, name, definition. The definition is escaped twice, for HTML and for the attribute."""
    row = f"<span class='row'><kbd>{hotkey}</kbd><b>{_inline(label.name)}</b><i>{_inline(label.definition)}</i></span>"
    attributes = {"value": label.name, "alias": label.key, "hotkey": hotkey, "html": row}
    return "<Choice " + " ".join(f"{name}={quoteattr(value)}" for name, value in attributes.items()) + "/>"


def _inline(text: str) -> str:
    return escape(" ".join(text.split()))


def _colours(scheme: LabelScheme) -> str:
    """The label's colour as a stripe at the left of its choice, by its place among the choices."""
    rule = ".jh .options .lsf-choice:nth-of-type({0}) .lsf-choice__checkbox {{ border-left: 4px solid {1}; }}\n"
    return "".join(rule.format(number, label.colour) for number, label in enumerate(scheme.labels, start=1))


def _flag(keys: dict[str, str]) -> str:
    return f"""  <View className="flag">
    <Choices name="{FLAG}" toName="{TEXT}" choice="multiple" required="false" showInline="true">
      <Choice value="拿不准" alias="{UNSURE}" hotkey="{keys[""]}"/>
    </Choices>
    <View visibleWhen="choice-selected" whenTagName="{FLAG}" whenChoiceValue="拿不准">
      <TextArea name="{NOTE}" toName="{TEXT}" placeholder="为什么拿不准(可不填;写完按回车)" rows="1" maxSubmissions="1"\
 editable="true" required="false"/>
    </View>
  </View>
"""


def instructions(guideline: str) -> str:
    """The guideline, Markdown, as the HTML that Label Studio shows before the first sentence. HTML in it is shown, not run.

    Label Studio lets classes and a style sheet through, but no `style` attributes.
    """
    return f'<div class="jh-guide"><style>\n{_GUIDE_STYLE.read_text("utf-8")}</style>\n{render(guideline)}</div>'
