"""The stage: a tagged speech → what its sentences say in particular."""

from __future__ import annotations

from jianghua.tagging.extraction.circumstances import read_circumstances
from jianghua.tagging.extraction.concerns import find_criticism, find_risk
from jianghua.tagging.extraction.dates import find_dates
from jianghua.tagging.extraction.records import Criticism, Day, Extraction, Risk, Target, Task
from jianghua.tagging.extraction.targets import find_targets
from jianghua.tagging.extraction.tasks import find_tasks
from jianghua.tagging.records import TaggedSpeech


def extract(tagged: TaggedSpeech) -> Extraction:
    """Tasks, targets, risks and criticisms of a speech's tagged sentences, and the circumstances of the speech.

    A sentence is read by the rules of each label that it has (`directive`, `target`, `risk`, `criticism`); labels of other
    schemes have no rules. The cost is small beside tagging, so that writers call it when they need it and nothing is stored.
    """
    circumstances = read_circumstances(tagged.speech)
    tasks: list[Task] = []
    targets: list[Target] = []
    risks: list[Risk] = []
    criticisms: list[Criticism] = []
    for number, (sentence, tag) in enumerate(zip(tagged.speech.sentences, tagged.tags, strict=True)):
        found = read_sentence(sentence.text, tag.labels, number, circumstances.date)
        tasks += found.tasks
        targets += found.targets
        risks += found.risks
        criticisms += found.criticisms
    return Extraction(circumstances, tuple(tasks), tuple(targets), tuple(risks), tuple(criticisms))


def read_sentence(text: str, labels: tuple[str, ...], number: int = 0, day: Day | None = None) -> Extraction:
    """What one sentence says.

    Args:
        text: the sentence.
        labels: the keys of its labels.
        number: its number in the speech.
        day: when the speech was held, which relative dates are resolved against.
    """
    dates = find_dates(text, day) if "directive" in labels or "target" in labels else []
    tasks = find_tasks(text, number, dates) if "directive" in labels else []
    asked = [agent for task in tasks for agent in task.who]
    return Extraction(
        tasks=tuple(tasks),
        targets=tuple(find_targets(text, number, dates, asked)) if "target" in labels else (),
        risks=(find_risk(text, number, asked),) if "risk" in labels else (),
        criticisms=(find_criticism(text, number, asked),) if "criticism" in labels else (),
    )
