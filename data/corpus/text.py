"""Unlabelled text: documents of paragraphs, to pre-train on or to have tagged by a teacher."""

from __future__ import annotations

import hashlib
import itertools
import lzma
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final, TypeAlias

from jianghua.data.errors import DocumentError, RecordError
from jianghua.data.speech import Speech
from jianghua.data.store import read_speeches
from jianghua.data.text.encoding import decode

Document: TypeAlias = tuple[str, ...]
"""Paragraphs in order, without white space around them; none is empty."""

SUFFIXES: Final = (".txt", ".txt.xz", ".jsonl")
"""Plain text, the same compressed, and speeches."""


def read_documents(files: Iterable[Path]) -> list[Document]:
    """Read text files, one paragraph a line with a blank line between documents, and files of speeches.

    In a text file without a blank line between two others every line is a document of its own. Paragraphs that were there
    before, in whatever file, are left out: repeated text would be learned by heart, and be held out and learned at once.

    Raises:
        RecordError: a file is missing, damaged or of another kind, or there is no text in any of them.
    """
    files, seen, documents = list(files), set[str](), list[Document]()
    for document in itertools.chain.from_iterable(map(_documents, files)):
        new = tuple(dict.fromkeys(paragraph for paragraph in document if paragraph not in seen))
        seen.update(new)
        if new:
            documents.append(new)
    if not documents:
        raise RecordError(f"expected text, got none in {', '.join(map(str, files)) or 'no file'}")
    return documents


def file_sha256(path: Path) -> str:
    """Hash of a file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _documents(path: Path) -> Iterator[Document]:
    if path.name.endswith(".jsonl"):
        return (_of_speech(speech) for speech in read_speeches(path))
    if not path.name.endswith(SUFFIXES):
        raise RecordError(f"{path}: expected a file of text ({', '.join(SUFFIXES)}), got {path.suffix or 'no suffix'}")
    return _of_lines(_text(path).splitlines())


def _text(path: Path) -> str:
    """The text of a plain or compressed file, whatever its encoding."""
    try:
        content = path.read_bytes()
        text, _ = decode(lzma.decompress(content) if path.suffix == ".xz" else content)
    except OSError as error:
        raise RecordError(f"{path}: {error.strerror or error}") from error
    except (lzma.LZMAError, DocumentError) as error:
        raise RecordError(f"{path}: {error}") from error
    return text


def _of_lines(lines: Sequence[str]) -> Iterator[Document]:
    """Blocks of lines between blank ones, or single lines where there is only one block."""
    stripped = [line.strip() for line in lines]
    blocks = [tuple(block) for filled, block in itertools.groupby(stripped, key=bool) if filled]
    return iter(blocks if len(blocks) > 1 else [(line,) for block in blocks for line in block])


def _of_speech(speech: Speech) -> Document:
    paragraphs = itertools.groupby(speech.sentences, key=lambda sentence: sentence.paragraph)
    texts = ("".join(sentence.text for sentence in sentences).strip() for _, sentences in paragraphs)
    return tuple(text for text in texts if text)
