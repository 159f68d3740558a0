"""docs/architecture.md names what there is: files, packages in their order, dependencies."""

from __future__ import annotations

import re
import tomllib
from typing import Any

import pytest

from tests.docs.documents import ARCHITECTURE, ROOT

PACKAGE = ROOT / "mock_server"
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())


def _section(heading: str) -> str:
    found = re.search(rf"^## {heading}\n(.*?)(?=^## |\Z)", ARCHITECTURE.read_text(), re.M | re.S)
    assert found is not None
    return found[1]


def _first_cells(heading: str) -> list[str]:
    """Return the first cells of the rows of a section's table, without its head."""
    return re.findall(r"^\| ([^|]+) \|", _section(heading), re.M)[2:]


@pytest.mark.parametrize(
    "path", sorted(set(re.findall(r"`([\w/]+(?:/|\.py|\.toml))`", ARCHITECTURE.read_text())))
)
def test_files_exist(path: str) -> None:
    """Every file and folder exists, in the package or in the repository."""
    assert (PACKAGE / path).exists() or (ROOT / path).exists()


def test_packages_are_in_the_order_of_imports() -> None:
    """The rows of the table are the layers that import-linter checks."""
    rows = [re.findall(r"`(\w+)(?:/|\.py)`", cell) for cell in _first_cells("Packages")]
    contract = PROJECT["tool"]["importlinter"]["contracts"][0]
    layers = [sorted(layer.split(" | ")) for layer in contract["layers"]]
    assert [sorted(row) for row in rows] == [layer for layer in layers if layer != ["__main__"]]


def test_dependencies_are_explained() -> None:
    """The table has every dependency of the package, and no other."""
    named = ", ".join(_first_cells("Dependencies")).split(", ")
    declared = [re.split(r"[^\w-]", one)[0] for one in PROJECT["project"]["dependencies"]]
    assert sorted(named) == sorted(declared)
