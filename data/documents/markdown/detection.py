"""Whether a text of an unknown kind is Markdown."""

from __future__ import annotations

import re
from typing import Final

from jianghua.data.documents.markdown.outside import front_matter_length
from jianghua.data.text.patterns import HAN_CLASS

_HEAD: Final = 10_000  # characters among which front matter is looked for
_SIGNS: Final = ("# ", "](", "|", "]: ", "- [", "* [", "+ [", "```", "~~~", "**", "__", "---", "+++")
"""Of these characters each of the marks below has some: most texts have none, and are not searched."""

_MARKS: Final = re.compile(
    rf"""
      ^[ ]{{0,3}}\#{{1,6}}[ ]+ \*{{0,3}} [（(“《]? [{HAN_CLASS}]         # a heading
    | !\[ [^\]\n]* \]\( [^)\n]+ \)                             # a picture
    | (?<!!) \[ [^\]\n]+ \]\( (?: https?:// | /|\.{{1,2}}/ | \# | mailto: ) [^)\n]* \)     # a link
    | ^ \|? [ ]* :?-{{3,}}:? [ ]* (?: \| [ ]* :?-{{3,}}:? [ ]* )+ \|? [ \r]* $  # the rule of a table
    | ^ \| (?: [ ]* :?-{{2,}}:? [ ]* \| )+ [ \r]* $
    | ^ \[\^ [^\]\s]+ \]: [ ]                                  # a footnote
    | ^ [ ]* [-*+] [ ] \[[ xX]\] [ ]                           # a box
    | ^ (?: ``` | ~~~ ) \w* \r? $                              # a fence
    """,
    re.VERBOSE | re.MULTILINE,
)
"""What stands in Markdown and in no other text."""

_BOLD: Final = re.compile(rf"^[ ]*(?:\d+\.[ ]|[-*>][ ])?(\*\*|__)(?=[{HAN_CLASS}（(“《])[^*_\n]{{2,60}}\1[ \r]*$", re.MULTILINE)
_FEWEST_BOLD: Final = 2  # lines that are bold as a whole, where nothing else tells Markdown


def is_markdown(text: str) -> bool:
    """Whether a text of an unknown kind holds marks that only Markdown has; a masked figure or a `#1楼` is none."""
    if not any(sign in text for sign in _SIGNS):
        return False
    if _MARKS.search(text) or len(_BOLD.findall(text)) >= _FEWEST_BOLD:
        return True
    return front_matter_length(text[:_HEAD].splitlines()) > 0
