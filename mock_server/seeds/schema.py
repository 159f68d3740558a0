"""The JSON Schema of seed files, for editors and for checks by other programs.

It follows from :mod:`mock_server.seeds.documents`. Whatever can be loaded is right by it; what is
right by it can still be wrong in ways that a schema can not tell, such as a group that is not
there.
"""

from __future__ import annotations

from typing import Any

from mock_server.seeds.documents import FixtureDocument

_HEAD = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "losant-mock-server seed file",
}


def document_schema() -> dict[str, Any]:
    """Return the schema, which is JSON."""
    return {**_HEAD, **_plain(FixtureDocument.model_json_schema())}


def _plain(part: Any) -> Any:
    """Return a part without what pydantic makes up, and with text as people read it."""
    if isinstance(part, list):
        return [_plain(one) for one in part]
    if not isinstance(part, dict):
        return part
    plain = {name: _plain(value) for name, value in part.items() if not _is_made_up(name, value)}
    if isinstance(plain.get("description"), str):
        plain["description"] = _read_aloud(plain["description"])
    return plain


def _is_made_up(name: str, value: Any) -> bool:
    """Tell whether a title is a name again, or a default says that there is none."""
    return (name == "title" and isinstance(value, str)) or (name == "default" and value is None)


def _read_aloud(docstring: str) -> str:
    """Return a docstring as one would read it: paragraphs in one line each, without markup."""
    paragraphs = docstring.replace("``", "").split("\n\n")
    return "\n\n".join(" ".join(one.split()) for one in paragraphs)
