"""What a format needs to be read, looked for before the first file of it is."""

from __future__ import annotations

from importlib.util import find_spec

from jianghua.data.documents.formats import Format
from jianghua.data.documents.office import find_office
from jianghua.data.extras import missing_extra


def require_format(format: Format) -> None:
    """Check that what a format needs is installed; nothing is imported.

    Raises:
        MissingExtraError: something is not; the message says how to install it.
    """
    for module, extra in format.modules:
        if find_spec(module) is None:
            raise missing_extra(module, extra)
    if format.office:
        find_office()
