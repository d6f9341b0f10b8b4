"""`jianghua drift`: how far speeches are from those that a model was trained on, and whether to annotate more."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from jianghua.data.speech import Speech
    from jianghua.tagging.bundle import Bundle
    from jianghua.tagging.drift.comparison import Drift
    from jianghua.tagging.drift.profile import Judgement
    from jianghua.tagging.drift.reference import Reference
    from jianghua.tagging.records import TaggedSpeech
    from jianghua.tagging.tagger import Tagger

FILES_HELP = "Speeches, as `jianghua read` writes them, or sentences.jsonl, as `jianghua tag` does; JSON Lines."


def drift(
    run: Annotated[Path, typer.Argument(help="A run's directory, or a trained bundle; `default` is the one in the package.")],
    files: Annotated[list[Path], typer.Argument(help=FILES_HELP)],
    text_only: Annotated[bool, typer.Option("--text-only", help="Compare the texts alone; tag nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON, and nothing else.")] = False,
    sample: Annotated[
        int | None, typer.Option("--sample", min=1, help="Write this many of the sentences most worth annotating.")
    ] = None,
    output: Annotated[Path, typer.Option("-o", "--output", help="Speeches to write for `annotate push`.")] = Path(
        "sample.jsonl"
    ),
    device: Annotated[str | None, typer.Option("--device", help="cpu or cuda; default the GPU when there is one.")] = None,
) -> None:
    """Compare speeches with those that a model was trained on, and say whether to annotate more.

    The yardstick is the run's own held-out speeches: how far they are from its training speeches is usual. Speeches that were
    only read are tagged first.
    """
    from jianghua.data.errors import SettingsError
    from jianghua.data.store import dump_json
    from jianghua.scripts.drift_tables import print_drift
    from jianghua.tagging.drift.comparison import compare

    if sample is not None and text_only:
        raise SettingsError("--sample goes by the model's confidence: expected it without --text-only")
    model = _Model.find(run, device)
    reference = _reference(model)
    speeches, judgements = _read(files, model, text_only)
    compared = compare(reference, speeches, judgements)
    if as_json:
        print(dump_json(compared.to_dict(), indent=2))
    else:
        print_drift(compared, f"{run}, trained on {reference.training_speeches} speeches")
    if sample is not None and judgements is not None:
        _write_sample(compared, speeches, judgements, sample, output)


@dataclass(frozen=True)
class _Model:
    """A trained model; its weights are loaded only when something has to be tagged."""

    run: Path
    directory: Path
    bundle: Bundle
    sha256: str
    device: str | None

    @classmethod
    def find(cls, run: Path, device: str | None) -> _Model:
        """Find the bundle of a run, or the bundle itself."""
        from jianghua.tagging.bundle import bundle_sha256, find_bundle, load_bundle
        from jianghua.tagging.tagger import named_model

        directory = find_bundle(named_model(run))
        return cls(run, directory, load_bundle(directory), bundle_sha256(directory), device)

    def tagger(self) -> Tagger:
        """Load the weights."""
        from jianghua.tagging.tagger import Tagger

        return Tagger.load(self.directory, self.device)

    def judge(self, tagged: TaggedSpeech) -> Judgement:
        from jianghua.training.reference import judgement

        return judgement(tagged.tags, self.bundle.scheme, self.bundle.calibration.thresholds)


def _reference(model: _Model) -> Reference:
    """The reference in the bundle; where there is none it is made from the run's dataset and kept there.

    Raises:
        SettingsError: there is neither, or the dataset is not the one that the model was trained on.
    """
    from jianghua.data.errors import SettingsError
    from jianghua.scripts.console import console
    from jianghua.scripts.evaluation import run_dataset
    from jianghua.tagging.drift.reference import FILE, find_reference, save_reference
    from jianghua.training.reference import model_reference

    found = find_reference(model.directory, model.sha256)
    if found is not None:
        return found
    if not (model.run / "config.yaml").is_file():
        raise SettingsError(f"{model.directory}: expected a {FILE} of this model there, or a run with its dataset, got neither")
    dataset = run_dataset(model.run, model.bundle.dataset_sha256)
    classify = model.tagger().classifier.logits
    built = model_reference(
        model.bundle, classify, model.sha256, dataset, lambda speeches: _tracked(speeches, "tagging held-out speeches")
    )
    save_reference(built, model.directory)
    console.print(f"wrote {model.directory / FILE}", soft_wrap=True)
    return built


def _read(files: Sequence[Path], model: _Model, text_only: bool) -> tuple[list[Speech], list[Judgement] | None]:
    """The speeches of the files, and what the model says of each; those that were only read are tagged.

    Raises:
        RecordError: a file cannot be read, or holds a speech of another.
        SettingsError: tagged by another model.
    """
    from jianghua.data.errors import RecordError
    from jianghua.tagging.drift.inputs import check_model, read_inputs

    found: dict[str, tuple[Speech, TaggedSpeech | None]] = {}
    for file in files:
        check_model(file, model.sha256)
        for speech, tagged in read_inputs(file, model.bundle.scheme.keys):
            if speech.id in found:
                raise RecordError(f"{file}: the speech {speech.id!r} is in another file too")
            found[speech.id] = (speech, tagged)
    speeches = [speech for speech, _ in found.values()]
    if text_only:
        return speeches, None
    untagged = [speech for speech, tagged in found.values() if tagged is None]
    if untagged:
        tagger = model.tagger()
        found |= {speech.id: (speech, tagger.tag_speech(speech)) for speech in _tracked(untagged, "tagging")}
    return speeches, [model.judge(tagged) for _, tagged in found.values() if tagged is not None]


def _tracked(speeches: Sequence[Speech], what: str) -> Iterable[Speech]:
    from jianghua.scripts.console import progress

    with progress() as bar:
        yield from bar.track(speeches, description=what)


def _write_sample(drift: Drift, speeches: Sequence[Speech], judgements: Sequence[Judgement], count: int, output: Path) -> None:
    from jianghua.data.store import write_speeches
    from jianghua.scripts.console import console
    from jianghua.tagging.drift.sampling import sample_sentences

    chosen = sample_sentences(drift, speeches, judgements, count)
    if not chosen:
        console.print(f"no speech is outside: {output} is not written", soft_wrap=True)
        return
    write_speeches(output, chosen)
    sentences = sum(len(speech.meta["annotate"]) for speech in chosen)
    next_step = f"next:  jianghua annotate push {output}"
    console.print(f"wrote {output}: {sentences} sentences of {len(chosen)} speeches; {next_step}", soft_wrap=True)
