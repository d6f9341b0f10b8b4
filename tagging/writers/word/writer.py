"""DOCX: one Word file a speech, the source itself where that is one, with its tagged sentences marked."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path, PurePath
from typing import Final, cast

from jianghua.data.bounds import Bounds
from jianghua.data.documents.office import OfficeFormat, to_docx
from jianghua.data.errors import DocumentError
from jianghua.data.speech import Speech
from jianghua.data.store import atomic_write
from jianghua.tagging.records import RunSummary, TaggedSpeech
from jianghua.tagging.writers.word.annotation import annotate
from jianghua.tagging.writers.word.package import WordFile, is_own
from jianghua.tagging.writers.word.plain import plain_file
from jianghua.tagging.writers.word.sources import Sources

_OFFICE: Final = ("doc", "odt", "rtf")
_FORBIDDEN: Final = re.compile(r'[\x00-\x1f<>:"/\\|?*\ud800-\udfff]')  # in names of files, on one system or another
_LONGEST: Final = 70  # characters of a name: file systems take 255 bytes


def write_docx(folder: Path, speeches: Callable[[], Iterable[TaggedSpeech]], summary: RunSummary) -> list[Path]:
    """Write a Word file for each speech into a folder; returns the files.

    A Word file that the speech was read from is marked itself: nothing else of it changes. Old Word files, .rtf and .odt are
    converted before. For other sources, and where the file is gone or changed since, a clean file is made of the sentences.

    Args:
        folder: where the files go, named like their sources; files in it that a person put there or changed stay.
        speeches: gives the tagged speeches.
        summary: the run.
    """
    bounds = Bounds.from_environment()
    sources = Sources(bounds)
    written: dict[str, Path] = {}
    for tagged in speeches():
        content, suffix = _marked(tagged, summary, sources, bounds)
        path = _free(folder, _stem(tagged.speech), suffix, written)
        with atomic_write(path) as file:
            file.write(content)
        written[path.name.lower()] = path
    return list(written.values())


def _marked(tagged: TaggedSpeech, summary: RunSummary, sources: Sources, bounds: Bounds) -> tuple[bytes, str]:
    """The Word file of a speech, and its suffix."""
    source = _word_source(tagged.speech, sources, bounds)
    if source is not None:
        try:
            return _annotated(source, tagged, summary, bounds)
        except (DocumentError, RecursionError):  # of a kind that can be read, but not be written again
            pass
    return _annotated(plain_file(tagged.speech), tagged, summary, bounds)


def _annotated(content: bytes, tagged: TaggedSpeech, summary: RunSummary, bounds: Bounds) -> tuple[bytes, str]:
    file = WordFile(content, bounds)
    annotate(file, tagged, summary)
    return file.save(), file.suffix


def _word_source(speech: Speech, sources: Sources, bounds: Bounds) -> bytes | None:
    """The source as a Word file; `None` where it is none, or cannot be had."""
    source = speech.source
    if source is None or source.format not in ("docx", *_OFFICE):
        return None
    content = sources.content(source)
    if content is None or source.format == "docx":
        return content
    try:
        return to_docx(content, cast(OfficeFormat, source.format), bounds)
    except DocumentError:
        return None


def _stem(speech: Speech) -> str:
    """Name of the source without its suffix, as every file system takes it."""
    name = PurePath(re.split(r"[!/\\]", speech.source.path)[-1]).stem if speech.source else speech.title
    return _FORBIDDEN.sub("_", name)[:_LONGEST].strip(" .") or speech.id


def _free(folder: Path, stem: str, suffix: str, written: Mapping[str, Path]) -> Path:
    """A path that no other file has, without regard to case. What a person put there or changed is not written over."""
    path, number = folder / f"{stem}{suffix}", 2
    while path.name.lower() in written or (path.exists() and not is_own(path)):
        path, number = folder / f"{stem} ({number}){suffix}", number + 1
    return path
