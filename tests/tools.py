"""Programs that some tests need."""

from __future__ import annotations

import os
import shutil

import pytest


def needs(program: str) -> pytest.MarkDecorator:
    """Return the mark of a test that needs a program: skipped without it, but not in CI."""
    return pytest.mark.skipif(
        shutil.which(program) is None and not os.environ.get("CI"), reason=f"needs {program}"
    )


def path_of(program: str) -> str:
    """Return the path of a program that a test needs.

    :raises FileNotFoundError: when there is none
    """
    path = shutil.which(program)
    if path is None:
        raise FileNotFoundError(program)
    return path
