"""What may be sent to operations, right and wrong, made from their description."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

Schema = Mapping[str, Any]

NUMBERS = st.sampled_from([-(2**70), -1, 0, 1, 2, 3.0, 0.5, -1e-300, 1e300, 2**31, 10**400])
TEXTS = st.one_of(
    st.text(max_size=8),
    st.sampled_from(
        ["", "\x00", "\ud800", "x" * 5000, "*" * 300, "../..", "4xx", "ann@example.com", "demo"]
    ),
    st.sampled_from(["2024-05-17T09:30:00Z", "9999-12-31", "0001-01-01", "a" * 24, "fault-1"]),
)
LEAVES = st.one_of(st.none(), st.booleans(), NUMBERS, TEXTS)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
DOCUMENTS = st.fixed_dictionaries(
    {},
    optional={
        "users": st.lists(
            st.fixed_dictionaries(
                {}, optional={"email": TEXTS, "groups": VALUES, "id": TEXTS, "userTags": VALUES}
            )
            | VALUES,
            max_size=2,
        ),
        "groups": st.lists(
            st.fixed_dictionaries({"name": TEXTS}, optional={"parent": TEXTS, "members": VALUES})
            | VALUES,
            max_size=2,
        ),
        "applications": VALUES,
        "version": VALUES,
    },
)


def values(document: Schema, schema: Schema) -> st.SearchStrategy[Any]:
    """Return values that are often near to what a schema takes."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return values(document, document["components"]["schemas"][name])
    several = schema.get("anyOf") or schema.get("oneOf")
    if several:
        return st.one_of([values(document, one) for one in several]) | VALUES
    if "const" in schema or "enum" in schema:
        return st.sampled_from(schema.get("enum", [schema.get("const")]))
    if schema.get("type") == "array":
        return st.lists(values(document, schema["items"]), max_size=3)
    if "properties" in schema:
        return _objects(document, schema)
    if schema.get("type") == "object":
        return DOCUMENTS | st.sampled_from(schema.get("examples", [{}])) | VALUES
    kinds: Mapping[str, st.SearchStrategy[Any]] = {
        "string": TEXTS,
        "integer": NUMBERS,
        "number": NUMBERS,
        "boolean": st.booleans(),
    }
    return st.one_of(kinds.get(schema.get("type", ""), VALUES), VALUES)


def _objects(document: Schema, schema: Schema) -> st.SearchStrategy[Any]:
    properties = {name: values(document, one) for name, one in schema["properties"].items()}
    required = {name: properties.pop(name) for name in schema.get("required", ())}
    objects = st.fixed_dictionaries(required, optional=properties)
    with_more = st.builds(
        lambda one, more: {**one, **more}, objects, st.dictionaries(TEXTS, VALUES)
    )
    examples = st.sampled_from(schema.get("examples", [{}]))
    return st.one_of(objects, objects, examples, with_more, VALUES)
