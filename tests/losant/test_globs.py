r"""Globs in ``filter`` (contract, section 7), against a matcher that tries everything.

Wildcards that stand side by side, and texts that are shorter than the glob, are where a matcher
with shortcuts goes wrong: all short globs are tried on all short texts.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import pytest

from mock_server import MockServer
from tests.losant.conftest import Api

NAMES = ["", "a", "b", "A", "ab", "ba", "aa", "aab", "aba", "abab", "*", "?", "\\", "a*b", "a\nb"]
EMAILS = ["@", "a@", "@a", "a@a", "a@b", "@@", "aa@", "@ab", "b@ab"]
GROUP_NAMES = ["a", "b", "ab", "ba", "aab", "*", "a?"]
BESIDE_EACH_OTHER = ["a?*", "*a*b", "?*?", "**", "*?", "?**a", "*?*?*", "**a**b**", "a**", "\\**"]


def matches(glob: str, text: str) -> bool:
    """Return whether a glob matches a whole text, by trying every length for every star."""
    if not glob:
        return not text
    first, rest = glob[0], glob[1:]
    if first == "*":
        return any(matches(rest, text[start:]) for start in range(len(text) + 1))
    if first == "\\" and rest:
        first, rest = rest[0], rest[1:]
    elif first == "?":
        return bool(text) and matches(rest, text[1:])
    return text[:1].lower() == first.lower() and matches(rest, text[1:])


def _globs(characters: str, longest: int) -> set[str]:
    lengths = range(1, longest + 1)
    return {"".join(glob) for length in lengths for glob in product(characters, repeat=length)}


@pytest.fixture(scope="module")
def furnished() -> Iterator[Api]:
    """Users with all the names and addresses, one without a name, and groups."""
    users = [
        {"email": f"{number}@example.com", "firstName": name} for number, name in enumerate(NAMES)
    ]
    users += [{"email": email} for email in EMAILS]
    groups = [{"name": name} for name in GROUP_NAMES]
    with MockServer() as server:
        server.load({"applications": [{"name": "Globs", "users": users, "groups": groups}]})
        api = Api(server)
        yield api
        api.client.close()


def _found(api: Api, path: str, field: str, glob: str) -> list[str]:
    page = api("GET", path, filterField=field, filter=glob, _links="0", _actions="0").json()
    assert page["totalCount"] == len(page["items"])
    return sorted(item[field] for item in page["items"])


@pytest.mark.parametrize(
    "glob",
    sorted({*BESIDE_EACH_OTHER, *_globs("ab*?", 3), *_globs("a*?", 4), *_globs("a\\*?", 3)}),
)
def test_first_names(furnished: Api, glob: str) -> None:
    """A glob matches whole names; who has no name is never found, not even by a star."""
    expected = sorted(name for name in NAMES if matches(glob, name))
    assert _found(furnished, "experience/users", "firstName", glob) == expected


@pytest.mark.parametrize("glob", sorted({*BESIDE_EACH_OTHER, *_globs("a@*?", 3)}))
def test_emails(furnished: Api, glob: str) -> None:
    """Addresses, which every user has, are matched in the same way."""
    every = [*EMAILS, *(f"{number}@example.com" for number in range(len(NAMES)))]
    expected = sorted(email for email in every if matches(glob, email))
    assert _found(furnished, "experience/users", "email", glob) == expected


@pytest.mark.parametrize("glob", sorted({*BESIDE_EACH_OTHER, *_globs("ab*?", 2)}))
def test_group_names(furnished: Api, glob: str) -> None:
    """So are the names of groups, which are listed without an index."""
    expected = sorted(name for name in GROUP_NAMES if matches(glob, name))
    assert _found(furnished, "experience/groups", "name", glob) == expected
