"""The model card: what a model is, what it was trained on, how good it is, in the hub's README form."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from jianghua.data.store import write_text
from jianghua.tagging.bundle import Bundle
from jianghua.tagging.lexical import FILE as LEXICAL
from jianghua.training.config import TrainConfig

_LIMITS: Final = """## Limits

It knows the register of its training speeches and no other. Read the report's doubtful sentences before you count them, and
annotate some speeches of your own before you trust a figure. `jianghua drift` says how far they are from those of training.
"""


def write_card(
    path: Path, config: TrainConfig, bundle: Bundle, manifest: Mapping[str, Any], metrics: Mapping[str, Any]
) -> None:
    """Write `README.md` of a bundle.

    Args:
        path: the file.
        config: settings of the run.
        bundle: the finished bundle.
        manifest: the dataset's manifest.
        metrics: figures on the validation split, as `jianghua.training.evaluation.measure` gives them.
    """
    write_text(path, f"{_about(config, bundle)}\n{_data(bundle, manifest)}\n{_quality(bundle, metrics)}\n{_LIMITS}")


def _about(config: TrainConfig, bundle: Bundle) -> str:
    return f"""---
language: zh
library_name: transformers
pipeline_tag: token-classification
base_model: {bundle.base_model}
---

# {config.name}: sentences of Chinese speeches, tagged by what they do

Fine-tuned from `{bundle.base_model}` by `jianghua train`. Tag with `jianghua tag FILES -o OUT --model {config.name}/`, or in
Python:

```python
from jianghua.tagging import Tagger
tagged = Tagger.load("path/to/this/directory").tag_text(text)
```

The weights are a plain `AutoModelForTokenClassification`. They become sentence tags by `tagger.json`: sentences are packed
into passages of at most {_counted(bundle.passages.max_sentences, "sentence")} and {bundle.passages.max_tokens} tokens,
{_POOLING[bundle.pooling]}{_words(bundle)}, then come temperatures,
biases and thresholds by label.
"""


_POOLING: Final = {
    "mean": "a sentence's logits are the mean of its tokens' outputs",
    "attention": "a sentence's logits are the mean of its tokens' values, weighed label by label by the softmax of scores",
}


def _words(bundle: Bundle) -> str:
    if not bundle.lexical_share:
        return ""
    return f",\nof which the logits of a linear model over character n-grams (`{LEXICAL}`) take {bundle.lexical_share:.0%}"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _data(bundle: Bundle, manifest: Mapping[str, Any]) -> str:
    scheme = bundle.scheme
    legend = "\n".join(
        f"| `{label.key}` | {_cell(label.name)} | {_cell(label.definition)} | {_cell(label.excludes)} |"
        for label in scheme.labels
    )
    none = f"\nNone of them: {_cell(scheme.none)}.\n" if scheme.none else ""
    counts = ", ".join(
        f"{name} {part['speeches']} speeches / {part['annotated']} sentences" for name, part in manifest["splits"].items()
    )
    return f"""## Labels

Scheme `{scheme.name}` ({scheme.kind}-label), guideline version {scheme.guideline_version or "not stated"}.

| key | name | applies when | does not count |
| --- | --- | --- | --- |
{legend}
{none}
## Data

Split by speech: {counts}. Dataset hash `{bundle.dataset_sha256[:12]}`.
"""


def _cell(text: str) -> str:
    """Text that stays within its cell of a table, and is shown as it is."""
    return re.sub(r"([\\`*_|<>\[\]])", r"\\\1", " ".join(text.split()))


def _quality(bundle: Bundle, metrics: Mapping[str, Any]) -> str:
    thresholds = bundle.calibration.thresholds
    rows = "\n".join(_row(key, label, thresholds.get(key)) for key, label in metrics["labels"].items())
    interval = metrics["macro_f1_interval"]
    absent = any(not label["support"] for label in metrics["labels"].values())
    note = " Labels without a sentence in the split (–) are left out of the macro F1." if absent else ""
    between = "" if interval is None else f" (95 % interval over speeches {interval[0]:.3f} to {interval[1]:.3f})"
    return f"""## Quality on the validation split

Temperatures and thresholds were chosen on this very split, so these figures are somewhat too good; those on the test split
come from `jianghua evaluate`. Macro F1 {_figure(metrics["macro_f1"])}{between},
micro F1 {_figure(metrics["micro_f1"])}, exact match {_figure(metrics["exact_match"])}, calibration error
{_figure(metrics["calibration_error"])}.{note}

| label | precision | recall | F1 | average precision | sentences | threshold |
| --- | --- | --- | --- | --- | --- | --- |
{rows}
"""


def _row(key: str, label: Mapping[str, Any], threshold: float | None) -> str:
    cells = [label["precision"], label["recall"], label["f1"], label["average_precision"]]
    figures = " | ".join(map(_figure, cells))
    return f"| `{key}` | {figures} | {label['support'] or '–'} | {'–' if threshold is None else threshold} |"


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
