from __future__ import annotations

import pytest

from jianghua.data.reader import read_text

HEAD = "在全县秋收工作会议上的讲话\n同志们：\n"


def texts(body: str) -> list[str]:
    return read_text(HEAD + body).texts[2:]


@pytest.mark.parametrize("bullet", ["\uf0b7", "\uf06c ", "\uf0d8\u3000", "\uf0a7\uf020", "\u3000\uf0fc", "\ue5e5\ue5e5\uf076"])
def test_bullets_of_symbol_fonts_go(bullet: str) -> None:
    assert texts(f"{bullet}抢收要快。\n{bullet}晾晒要早。") == ["抢收要快。", "晾晒要早。"]


def test_bullets_between_items_and_ornaments_at_the_end_go() -> None:
    assert texts("要做到：\uf0d8抢收要快；\uf0d8晾晒要早。\uf0e0") == ["要做到：抢收要快；晾晒要早。"]


def test_a_bullet_of_any_private_font_begins_several_lines_or_has_a_space_behind_it() -> None:
    assert texts("\ue601抢收要快。\n\ue601晾晒要早。") == ["抢收要快。", "晾晒要早。"]
    assert texts("\ue602 抢收要快。") == ["抢收要快。"]


@pytest.mark.parametrize(
    "line", ["\ue863村要带头。", "艾力\uf0b7买买提讲得好。", "仓温30\uf0b0，湿度要降。", "王\ue4c6同志、李\ue4c6同志。"]
)
def test_characters_inside_the_text_stay(line: str) -> None:
    assert texts(line) == [line]


def test_many_characters_that_nobody_can_read_are_said() -> None:
    source = read_text(HEAD + "王\ue4c6、李\ue4c7、张\ue4c8、赵\ue4c9四位同志要带头。").source
    assert source is not None
    assert source.notes == ("4 characters of private fonts stay as they are: no program can tell which words they stand for",)
    few = read_text(HEAD + "王\ue4c6同志要带头。").source
    assert few is not None
    assert not few.notes


@pytest.mark.parametrize(
    "mark",
    [
        *(
            "\u061c",
            "\u180e",
            "\u115f",
            "\u3164",
            "\uffa0",
            "\u2800",
            "\ufff9",
            "\ufffb",
            "\ufffc",
            "\u2065",
            "\u034f",
            "\ufdd0",
        ),
        *("\U000e0041", "\U000e0100", "\U0001d173", "\ufe0f", "\u2060", "\xad", "\x84", "\uf020"),
    ],
)
def test_characters_without_a_shape_go_from_the_middle_of_a_word(mark: str) -> None:
    assert texts(f"秋{mark}粮入{mark}{mark}库要快。{mark}") == ["秋粮入库要快。"]
