"""Cross-validation by speech: what a model says about every annotated sentence when it was trained without its speech."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

from jianghua.data.errors import RecordError
from jianghua.data.extras import require, require_all
from jianghua.data.scheme import LabelScheme
from jianghua.data.speech import Speech

if TYPE_CHECKING:
    from jianghua.training.config import TrainConfig
    from jianghua.training.evaluation import Outcome

FoldModel: TypeAlias = "Callable[[int, Sequence[Speech], Sequence[Speech], Sequence[Speech]], Outcome]"
"""Trains on the first speeches, chooses settings on the second, predicts the third; the number is the fold's."""

_INVERSE_REGULARISATION: Final = 16.0
"""`C` of the baseline. Four values that were tried on the sample corpus found flipped labels about equally well."""


def cross_validate(
    speeches: Sequence[Speech],
    scheme: LabelScheme,
    folds: int,
    model: FoldModel,
    seed: int = 0,
    progress: Callable[[], None] = lambda: None,
) -> Outcome:
    """Predict every annotated sentence by a model that was trained without its speech and without its near copies.

    The fold after the one that is held out serves as the validation split, the rest as the training split.

    Args:
        speeches: the speeches; those without annotation are context only and stay out.
        scheme: the label scheme.
        folds: how many folds; at least 3.
        model: see `FoldModel`.
        seed: decides among equally good folds.
        progress: called after each fold.

    Returns:
        One row an annotated sentence, in the order of the speeches; `speeches` numbers those of the argument.

    Raises:
        RecordError: there are fewer than three folds, or too few speeches.
        MissingExtraError: the extra `train` is not installed.
    """
    require_all("datasets", "evaluate", "datasketch", "scipy", "sklearn", extra="train")
    import numpy as np

    from jianghua.data.corpus.folds import assign_folds
    from jianghua.training.evaluation import Outcome

    numbers = [number for number, speech in enumerate(speeches) if speech.annotated]
    if folds < 3 or len(numbers) < folds:
        raise RecordError(f"expected 3 folds or more and as many annotated speeches, got {folds} and {len(numbers)}")
    parts = [[numbers[index] for index in fold] for fold in assign_folds([speeches[n] for n in numbers], scheme, folds, seed)]
    outcomes = []
    for fold, held_out in enumerate(parts):
        validation = parts[(fold + 1) % folds]
        train = [number for part in parts if part is not held_out and part is not validation for number in part]
        splits = ([speeches[number] for number in part] for part in (train, validation, held_out))
        outcome = model(fold, *splits)
        outcomes.append(replace(outcome, speeches=np.array(held_out)[outcome.speeches]))
        progress()
    joined = [np.concatenate([getattr(outcome, field.name) for outcome in outcomes]) for field in fields(Outcome)]
    whole = Outcome(*joined)
    order = np.lexsort((whole.indices, whole.speeches))
    return Outcome(*(column[order] for column in joined))


def tfidf_model(scheme: LabelScheme) -> FoldModel:
    """TF-IDF and logistic regression; a fold takes seconds. See `jianghua.training.baseline`."""

    def predict(fold: int, train: Sequence[Speech], validation: Sequence[Speech], held_out: Sequence[Speech]) -> Outcome:
        from jianghua.training.baseline import fit_baseline, run_baseline

        # Threads gain nothing on sparse features, and cost much when they compete for the cores.
        with require("threadpoolctl", extra="annotate").threadpool_limits(1):
            model, thresholds = fit_baseline(train, validation, scheme, (_INVERSE_REGULARISATION,))
            return run_baseline(model, thresholds, held_out, scheme)

    return predict


def finetuned_model(scheme: LabelScheme, config: TrainConfig, directory: Path) -> FoldModel:
    """Fine-tuning with a run's own settings, a run a fold under `directory`; folds that are finished are taken up again.

    Raises:
        MissingExtraError: the extra `train` is not installed.
    """
    require_all("torch", "transformers", "accelerate", extra="train")

    def predict(fold: int, train: Sequence[Speech], validation: Sequence[Speech], held_out: Sequence[Speech]) -> Outcome:
        from jianghua.data.corpus.dataset import dataset_of_splits, save_dataset
        from jianghua.tagging.tagger import Tagger
        from jianghua.training.evaluation import run_tagger
        from jianghua.training.finetune import finetune
        from jianghua.training.run import TrainingRun

        splits = {"train": train, "validation": validation, "test": held_out}
        dataset = dataset_of_splits(splits, scheme, {"fold": fold})
        runs = directory / dataset.sha256[:12]  # other labels or folds get runs of their own
        changes = {"name": f"fold-{fold}", "dataset": runs / "dataset", "runs": runs, "report_to": ()}
        settings = config.model_copy(update=changes)
        if not TrainingRun(settings.directory).finished:
            save_dataset(dataset, settings.dataset)
            finetune(settings)
        return run_tagger(Tagger.load(settings.directory), held_out)

    return predict
