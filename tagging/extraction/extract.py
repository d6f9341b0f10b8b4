"""The stage: a tagged speech → what its sentences say in particular."""

from __future__ import annotations

from jianghua.tagging.extraction.records import Extraction
from jianghua.tagging.records import TaggedSpeech


def extract(tagged: TaggedSpeech) -> Extraction:
    """Tasks, targets, risks and criticisms of a speech's tagged sentences, and the circumstances of the speech.

    A sentence is read by the rules of each label that it has (`directive`, `target`, `risk`, `criticism`); labels of other
    schemes have no rules. The cost is small beside tagging, so that writers call it when they need it and nothing is stored.
    """
    return Extraction()
