"""Comments of a Word file: who wrote them, and their paragraphs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from jianghua.data.documents.word.elements import attribute, children
from jianghua.tagging.writers.columns import printable
from jianghua.tagging.writers.word.marks import named


class Comments:
    """The comments of a file, to which more are added; those that are there stay."""

    def __init__(self, root: Any, author: str, initials: str) -> None:
        """Go on with the comments of a file.

        Args:
            root: the `w:comments` of the file.
            author: whose comments are added.
            initials: of the author.
        """
        self._root = root
        self._author = printable(author)
        self._initials = initials
        numbers = (attribute(comment, "w:id") or "" for comment in children(root, "w:comment"))
        self._next = 1 + max((int(number) for number in numbers if number.isdecimal()), default=-1)

    def add(self, lines: Sequence[str]) -> str:
        """Add a comment, one paragraph a line; returns its id. It has no date, so that equal results are equal bytes."""
        number, self._next = str(self._next), self._next + 1
        root = self._root
        values = {"id": number, "author": self._author, "initials": self._initials}
        comment = root.makeelement(named(root, "comment"), {named(root, name): value for name, value in values.items()})
        for line in lines:
            comment.append(paragraph(root, line))
        root.append(comment)
        return number


def paragraph(like: Any, text: str) -> Any:
    """A paragraph with one run of text, in the namespace of another element."""
    element = like.makeelement(named(like, "p"))
    run = element.makeelement(named(like, "r"))
    words = run.makeelement(named(like, "t"), {"{http://www.w3.org/XML/1998/namespace}space": "preserve"})
    words.text = printable(text)
    run.append(words)
    element.append(run)
    return element
