"""What a client sends to be tagged, and the speeches in it."""

from __future__ import annotations

import tempfile
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from jianghua.data.bounds import Bounds, Step
from jianghua.data.documents.recognition import is_archive
from jianghua.data.errors import DocumentError, MissingExtraError
from jianghua.data.intake.inputs import Input, inputs
from jianghua.data.reader import read_bytes, read_text
from jianghua.data.speech import Speech
from jianghua.tagging.records import Failure

PASTED: Final = "粘贴的文字"
"""Name of a text that comes without one."""
_NAME_CHARACTERS: Final = 120
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


@dataclass(frozen=True, slots=True)
class Upload:
    """A file, an archive of files, or a text.

    Attributes:
        name: the file's name, which decides the format where the bytes leave it open.
        content: the bytes; of a text, UTF-8.
        text: whether it is plain text, whatever it looks like.
    """

    name: str
    content: bytes
    text: bool = False

    def speeches(self, folder: Path, ocr: bool, step: Step) -> Iterator[Speech | Failure]:
        """Read its speeches one after the other; what is not short plain text is parsed in the sandbox.

        Args:
            folder: a directory for what must lie on disk while it is read.
            ocr: whether images and pages without text are recognised.
            step: called before each page that is recognised.
        """
        for item in self._inputs(folder):
            try:
                content = item.read()
                if self.text:
                    speech = read_text(content.decode("utf-8", "surrogatepass"), item.name)
                else:
                    speech = read_bytes(content, item.name, ocr, step)
            except (DocumentError, MissingExtraError) as error:
                yield Failure(item.name, str(error))
            else:
                yield speech

    def _inputs(self, folder: Path) -> Iterator[Input]:
        """The file itself, or the members of the archive that it is, under the name that it has for its sender."""
        try:
            archive = not self.text and is_archive(self.content, self.name, Bounds.from_environment())
        except DocumentError as error:
            yield Input(self.name, error)
            return
        if not archive:
            yield Input(self.name, self.content)
            return
        with tempfile.TemporaryDirectory(dir=folder) as directory:
            path = Path(directory) / "upload.zip"
            path.write_bytes(self.content)
            for item in inputs([path]):
                yield Input(self.name + item.name.removeprefix(str(path)), item.content)


def clean_name(name: str) -> str:
    """The last part of a path, without what cannot be seen; it is shown and recorded, and never used to open a file."""
    last = name.replace("\\", "/").rstrip("/").rpartition("/")[2]
    seen = "".join(char for char in last if unicodedata.category(char) not in _UNSEEN).strip()
    return seen if len(seen) <= _NAME_CHARACTERS else "…" + seen[1 - _NAME_CHARACTERS :]
