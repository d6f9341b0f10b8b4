from __future__ import annotations

from pathlib import Path

import pytest
from studio_server import settings_of

from jianghua.data.errors import SettingsError
from jianghua.data.paths import ANNOTATE
from jianghua.labels.config import AdjudicationConfig, AnnotateConfig, load_config


def test_settings_are_checked(tmp_path: Path) -> None:
    assert load_config(ANNOTATE).annotators_per_task == 2
    for wrong, expected in (
        ({"project": "短"}, "at least 3 characters"),
        ({"overlap": 120}, "less than or equal to 100"),
        ({"token": "x"}, "unknown key 'token'; did you mean 'token_file'"),
        ({"skip": "never"}, "requeue_for_others"),
        ({"skip": "requeue_for_other"}, "did you mean 'requeue_for_others'"),
        ({"project": " 有空格 "}, "without white space"),
        ({"adjudication": {"policy": "weigthed"}}, r"adjudication.policy: .*got 'weigthed'; did you mean 'weighted'"),
        ({"adjudication": {"confidence": 0.2}}, "greater than or equal to 0.5"),
        ({"adjudication": {"project": "短"}}, "at least 3 characters"),
        ({"audit": {"folds": 2}}, "greater than or equal to 3"),
    ):
        with pytest.raises(SettingsError, match=expected):
            settings_of(tmp_path / "a.yaml", tmp_path, **wrong)


def test_settings_can_be_changed_for_once() -> None:
    changes = ["adjudication.referees=[a@b.c]", "retraining.settings.optimisation.epochs=3", "overlap=20"]
    config = load_config(ANNOTATE, changes)
    assert config.adjudication == AdjudicationConfig(referees={"a@b.c"})  # what is shipped are the defaults
    assert config.retraining.settings == {"optimisation": {"epochs": 3}}
    assert (config.overlap, config.backend.user) == (20, "jianghua")


def test_the_larger_part_decides_what_the_project_gives_by_default() -> None:
    assert AnnotateConfig(project="项目一", annotators_per_task=3, overlap=20).annotators_by_default == 1
    assert AnnotateConfig(project="项目一", annotators_per_task=3, overlap=80).annotators_by_default == 3
