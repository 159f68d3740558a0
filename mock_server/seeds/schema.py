"""The JSON Schema of seed files, for editors and for checks by other programs.

It is made from :mod:`mock_server.seeds.documents`. Every file that can be loaded is valid. A file
that is valid can still have mistakes that a schema cannot express, such as an unknown group.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from pydantic import TypeAdapter

from mock_server.seeds.documents import FixtureDocument

_HEAD = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "losant-mock-server seed file",
}


def document_schema() -> dict[str, Any]:
    """Return the schema, which is JSON."""
    return {**_HEAD, **_tidy(FixtureDocument.model_json_schema())}


@cache
def names_of_properties(model: Any) -> list[str]:
    """Return the names of all properties that an object in a document can have, in their order."""
    schema = TypeAdapter(model).json_schema()
    while "$ref" in schema:  # an object that can contain itself
        schema = schema["$defs"][schema["$ref"].rpartition("/")[2]]
    return list(schema["properties"])


def _tidy(part: Any) -> Any:
    """Return a part without titles and defaults that say nothing, and with readable text."""
    if isinstance(part, list):
        return [_tidy(one) for one in part]
    if not isinstance(part, dict):
        return part
    tidy = {name: _tidy(value) for name, value in part.items() if not _is_noise(name, value)}
    if isinstance(tidy.get("description"), str):
        tidy["description"] = _as_prose(tidy["description"])
    return tidy


def _is_noise(name: str, value: Any) -> bool:
    """Tell whether pydantic made up a title of a name, or a default of null."""
    return (name == "title" and isinstance(value, str)) or (name == "default" and value is None)


def _as_prose(docstring: str) -> str:
    """Return a docstring without markup and with each paragraph in one line."""
    paragraphs = docstring.replace("``", "").split("\n\n")
    return "\n\n".join(" ".join(one.split()) for one in paragraphs)
