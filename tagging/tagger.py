"""The tagger: from sentences, text or a file to tags. Everything that tags goes through it, so all tags are the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import compress
from pathlib import Path
from typing import Any, Final

from jianghua.data.paths import DEFAULT_TAGGER
from jianghua.data.scheme import LabelScheme
from jianghua.data.speech import Speech
from jianghua.tagging.bundle import Bundle, bundle_sha256, check_outputs, find_bundle, load_bundle
from jianghua.tagging.classifier import SentenceClassifier
from jianghua.tagging.records import Tag, TaggedSpeech

DEFAULT: Final = "default"
"""The name that stands for the tagger in the package where a model is asked for."""


def named_model(path: str | Path | None) -> Path:
    """Where a tagger lies that is named, or not; a directory of the name `default` goes before the one in the package."""
    if path is None or (str(path) == DEFAULT and not Path(path).is_dir()):
        return DEFAULT_TAGGER
    return Path(path)


class Tagger:
    """A trained bundle, ready to tag.

    With one sentence a passage, which is the default, a tag depends on its sentence alone; with more, sentences are tagged in
    the context of their speech. A speech is always computed on its own, so its tags do not depend on which other speeches are
    tagged in the same run.
    """

    def __init__(self, bundle: Bundle, classifier: SentenceClassifier, name: str, sha256: str) -> None:
        """Use `Tagger.load`, unless you bring a classifier of your own."""
        self.bundle = bundle
        self.classifier = classifier
        self.name = name
        self.model_sha256 = sha256

    @classmethod
    def load(cls, path: str | Path | None = None, device: str | None = None) -> Tagger:
        """Load the tagger that ships with the package, a bundle, or the bundle of a run.

        Args:
            path: directory with `tagger.json`, or a run's directory; `None` or `default` for the tagger in the package.
            device: torch device; default the GPU when there is one.

        Raises:
            SettingsError: there is no bundle, or it is damaged.
        """
        directory = find_bundle(named_model(path))
        bundle = load_bundle(directory)
        classifier = SentenceClassifier.load(directory, bundle.architecture, device)
        check_outputs(bundle, directory)
        if directory == DEFAULT_TAGGER:
            name = DEFAULT
        else:
            name = directory.parent.name if directory.name == "bundle" else directory.name
        return cls(bundle, classifier, name, bundle_sha256(directory))

    @property
    def scheme(self) -> LabelScheme:
        """The label scheme that the model was trained on."""
        return self.bundle.scheme

    @property
    def computation_key(self) -> Mapping[str, Any]:
        """How the network is computed, as far as it decides the last decimals of a probability; as JSON."""
        return {"backend": "torch", "precision": "fp32"}

    def tag_many(self, speeches: Sequence[Sequence[str]]) -> list[list[Tag]]:
        """Tag the sentences of several speeches; the tags of one do not depend on the others."""
        return [self.tag_sentences(sentences) for sentences in speeches]

    def tag_sentences(self, sentences: Sequence[str]) -> list[Tag]:
        """Tag the sentences of one speech, given in order; one tag a sentence."""
        if not sentences:
            return []
        logits, evidence = self.classifier.explain(sentences)
        probabilities = self.bundle.probabilities(logits)
        keys, tags = self.scheme.keys, []
        for decided, row, found in zip(self.bundle.decide(probabilities), probabilities.tolist(), evidence, strict=True):
            labels = tuple(compress(keys, decided))
            tags.append(Tag(labels, dict(zip(keys, row, strict=True)), found.carriers(keys, labels)))
        return tags

    def tag_speech(self, speech: Speech) -> TaggedSpeech:
        """Tag a speech that was already read."""
        return TaggedSpeech(speech, tuple(self.tag_sentences(speech.texts)))

    def tag_text(self, text: str) -> TaggedSpeech:
        """Clean a text, split it into sentences and tag them."""
        from jianghua.data.reader import read_text

        return self.tag_speech(read_text(text))

    def tag_file(self, path: str | Path) -> TaggedSpeech:
        """Read a speech file and tag it.

        Raises:
            DocumentError: the file cannot be read as a speech.
        """
        from jianghua.data.reader import read_speech

        return self.tag_speech(read_speech(Path(path)))
