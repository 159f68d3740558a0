"""Every link from a document to another file leads to one, and every anchor to a heading."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.documents import ALL, ROOT

_CODE = re.compile(r"```.*?```|`[^`\n]*`", re.S)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_ELSEWHERE = re.compile(r"[a-z]+:")


def links(document: Path) -> list[str]:
    """Return the targets of a document's links, except those to other sites."""
    text = _CODE.sub("", document.read_text())
    return [link for link in _LINK.findall(text) if not _ELSEWHERE.match(link)]


def anchors(document: Path) -> Iterator[str]:
    """Yield the anchors of a document's headings, as GitHub makes them."""
    text = re.sub(r"```.*?```", "", document.read_text(), flags=re.S)
    seen: Counter[str] = Counter()
    for heading in re.findall(r"^#+ (.+)$", text, re.M):
        anchor = re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")
        yield f"{anchor}-{seen[anchor]}" if seen[anchor] else anchor
        seen[anchor] += 1


@pytest.mark.parametrize("document", ALL, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_resolve(document: Path) -> None:
    """Files exist, and anchors are those of headings."""
    for link in links(document):
        path, _, anchor = link.partition("#")
        target = (document.parent / path).resolve() if path else document
        assert target.is_relative_to(ROOT), link
        assert target.exists(), link
        if anchor:
            assert anchor in set(anchors(target)), link


def test_links_are_found() -> None:
    """The documents link to each other, with anchors and without."""
    found = [link for document in ALL for link in links(document)]
    assert len(found) > 20
    assert any("#" in link for link in found)
    assert any("#" not in link for link in found)


def test_every_page_is_linked() -> None:
    """Every page of documentation can be reached from another document."""
    reached = {
        (document.parent / link.partition("#")[0]).resolve()
        for document in ALL
        for link in links(document)
    }
    assert {path for path in (ROOT / "docs").iterdir() if path.is_file()} <= reached
