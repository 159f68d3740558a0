"""Environment variables that look like settings and are none."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator

from mock_server.cli.options import variable_of
from mock_server.settings import ENVIRONMENT_PREFIX, Settings

_OF_COMMANDS = (
    "MOCK_SERVER_URL",
    "MOCK_SERVER_PULL_TOKEN",
    "MOCK_SERVER_PULL_APPLICATION_ID",
    "MOCK_SERVER_PULL_KEY",
)


def misspelt(variables: Iterable[str]) -> Iterator[str]:
    """Yield what to say about variables that are named like settings, but are none."""
    known = [*map(variable_of, Settings.model_fields), *_OF_COMMANDS]
    for name in sorted(variables):
        if name.upper().startswith(ENVIRONMENT_PREFIX) and name.upper() not in known:
            near = difflib.get_close_matches(name.upper(), known, n=1, cutoff=0)
            yield f"{name} is no setting and is ignored; did you mean {near[0]}?"
