"""The published JSON Schema of seed files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from mock_server import MockServer
from mock_server.cli import main
from mock_server.seeds.documents import FixtureDocument, document_schema, names_of_properties
from mock_server.seeds.files import read_content, read_inline
from mock_server.seeds.formats import shipped_sets
from tests.docs.documents import SEED_FILE_SCHEMA
from tests.seeds.worlds import EVERYTHING

SCHEMA = document_schema()
VALIDATOR = Draft202012Validator(SCHEMA)


def test_it_is_a_schema() -> None:
    """The schema is right by the schema of schemas."""
    Draft202012Validator.check_schema(SCHEMA)


def test_the_published_copy_is_in_step() -> None:
    """The file in the documentation is what the command prints and the server answers."""
    published = SEED_FILE_SCHEMA.read_text()
    assert CliRunner().invoke(main, ["schema"]).stdout == published, "run make documents"
    assert json.loads(published) == SCHEMA


def test_a_server_has_it() -> None:
    """An editor can be pointed at a running server."""
    with MockServer() as server:
        assert httpx.get(f"{server.url}/_mock/schema").json() == SCHEMA


def test_every_property_is_in_it() -> None:
    """The schema knows the properties of documents, and how they are to be written."""
    assert list(SCHEMA["properties"]) == names_of_properties(FixtureDocument)
    assert VALIDATOR.is_valid(EVERYTHING)


@pytest.mark.parametrize("name", sorted(shipped_sets()))
def test_shipped_sets_are_right(name: str) -> None:
    """Every shipped set is right by the schema."""
    document = read_content(shipped_sets()[name]).value
    assert list(VALIDATOR.iter_errors(document)) == []


WRONG: dict[str, Any] = {
    "unknown": {"user": []},
    "version": {"version": 2},
    "no list": {"users": {}},
    "no email": {"users": [{"firstName": "Ann"}]},
    "email": {"users": [{"email": "ann"}]},
    "misspelt": {"users": [{"email": "a@b.co", "fristName": "Ann"}]},
    "tag key": {"users": [{"email": "a@b.co", "userTags": {"a b": "c"}}]},
    "tag value": {"users": [{"email": "a@b.co", "userTags": {"a": 5}}]},
    "empty tag": {"users": [{"email": "a@b.co", "userTags": {"a": ""}}]},
    "date": {"users": [{"email": "a@b.co", "lastLogin": "yesterday"}]},
    "number": {"users": [{"email": "a@b.co", "lastLogin": 5}]},
    "id": {"groups": [{"name": "A", "id": "5"}]},
    "name": {"groups": [{"name": ""}]},
    "long name": {"groups": [{"name": "x" * 256}]},
    "inner group": {"groups": [{"name": "A", "groups": [{"nmae": "B"}]}]},
    "status": {"tokens": [{"name": "T", "status": "asleep"}]},
    "password": {"accounts": [{"email": "a@b.co", "password": "abc"}]},
    "hash": {"accounts": [{"email": "a@b.co", "passwordHash": "$2b$10$x"}]},
    "owner": {"applications": [{"name": "A", "ownerType": "me"}]},
    "include": {"include": [5]},
    "version that is true": {"version": True},
    "scope": {"tokens": [{"name": "T", "scope": ["all.Everything"]}]},
    "tags": {"groups": [{"name": "A", "deviceTags": [{"key": "a"}] * 101}]},
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_marked(name: str) -> None:
    """What cannot be loaded for its form is wrong by the schema, so that an editor marks it."""
    assert read_inline("", WRONG[name]).mistakes
    assert not VALIDATOR.is_valid(WRONG[name])


TEXTS = st.sampled_from(
    [
        "", "a", "x" * 255, "x" * 256, "x" * 1025, "😀" * 600, "a@b.co", "\u00a0@", "\x85@",
        "a b@c", "@", "-3d", "+12h", "now", "2024-05-17", "2024", "2024-13", "20240517T0930",
        "2024-W20-5", "a" * 24, "A" * 24, "g" * 24, "password1234", f"{'0' * 16}:{'f' * 32}",
        "active", "user", "all.Application", "\ud800", "😀😀😀😀",
    ]
)  # fmt: skip
VALUES = st.none() | st.booleans() | st.integers(0, 2) | TEXTS | st.lists(TEXTS, max_size=2)
KINDS = {"accounts": "email", "applications": "name", "groups": "name", "users": "email"}


def properties(kind: str, required: str) -> st.SearchStrategy[dict[str, Any]]:
    """Return things of a kind, with some of their properties, which may be wrong."""
    model = SCHEMA["properties"][kind]["items"]["$ref"].rpartition("/")[2]
    names = sorted(SCHEMA["$defs"][model]["properties"])
    values = VALUES | st.dictionaries(TEXTS, TEXTS, max_size=2)
    some = st.dictionaries(st.sampled_from(names), values, max_size=3)
    return st.builds(lambda one, more: {required: one, **more}, TEXTS, some)


DOCUMENTS = st.one_of(
    st.fixed_dictionaries({"version": st.none() | st.booleans() | st.integers(0, 2)}),
    *(
        st.fixed_dictionaries({kind: st.lists(properties(kind, required), max_size=2)})
        for kind, required in {**KINDS, "tokens": "name"}.items()
    ),
)


@given(DOCUMENTS)
def test_what_has_the_form_is_right(document: dict[str, Any]) -> None:
    """The schema refuses nothing that has the form of a seed document."""
    if not read_inline("", document).mistakes:
        assert list(VALIDATOR.iter_errors(document)) == []


def test_it_is_written_to_a_file(tmp_path: Path) -> None:
    """The command writes a file for the editor."""
    path = tmp_path / "seed.schema.json"
    assert CliRunner().invoke(main, ["schema", "-o", str(path)]).exit_code == 0
    assert json.loads(path.read_text()) == SCHEMA
