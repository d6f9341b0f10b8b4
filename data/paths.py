"""Where the files that ship with the package are."""

from __future__ import annotations

from pathlib import Path
from typing import Final

SHIPPED: Final = Path(__file__).resolve().parent.parent
"""Directory that holds `configs/`, `data/` and the other packages: the checkout, or site-packages."""

LABELS: Final = SHIPPED / "configs" / "labels.yaml"
"""The label scheme that ships with the package."""

ANNOTATE: Final = SHIPPED / "configs" / "annotate.yaml"
"""The settings of an annotation project that ship with the package."""

DEFAULT_TAGGER: Final = SHIPPED / "tagging" / "default_tagger"
"""The trained tagger that ships with the package."""
