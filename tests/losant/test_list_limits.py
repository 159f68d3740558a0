"""Both sides of the limits of listings: pages, queries, instants (contract, sections 7 and 8)."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import httpx2 as httpx
import pytest

from tests.losant.conftest import Api, MakeApi

ID = "575ec8687ae143cd83dc4a97"
CREATED = "2024-05-01T12:00:00.500Z"
WIDE = "\U0001f600"
"""One character that counts as two: lengths are those of UTF-16."""

ITEMS, TOO_DEEP = "has more items than allowed", "is nested too deeply"
NO_MATCH = "no (or more than one) schemas match"


def assert_answer(response: httpx.Response, message: str) -> None:
    """Check that a listing was answered, or refused in these words."""
    if message:
        assert (response.status_code, response.json()["message"]) == (400, message)
    else:
        assert response.status_code == 200, response.text


LISTINGS = ["experience/users", "experience/groups", "tokens"]


@pytest.mark.parametrize("path", LISTINGS)
@pytest.mark.parametrize(
    ("name", "value", "counts"),
    [
        ("perPage", "1", 1),
        ("perPage", "0", None),
        ("perPage", "-1", None),
        ("perPage", "999", 999),
        ("perPage", "1000", 1000),
        ("perPage", "1001", 1000),
        ("perPage", "1.0", None),
        ("page", "0", 0),
        ("page", "1", 1),
        ("page", "-1", None),
        ("page", "0.5", None),
    ],
)
def test_pages(api: Api, path: str, name: str, value: str, counts: int | None) -> None:
    """Pages are counted from 0 and hold at least one item, at most 1,000."""
    response = api("GET", path, **{name: value})
    assert_answer(response, f"{name} is the wrong type" if counts is None else "")
    assert counts is None or response.json()[name] == counts


def test_the_setting_for_long_pages(make_api: MakeApi) -> None:
    """The most on one page, one fewer, and one more."""
    api = make_api(max_per_page=3)
    for name in "abcd":
        api.user(f"{name}@example.com")
        api.group(name)
        api.api_token()
    for path in LISTINGS:
        for asked, expected in (("2", 2), ("3", 3), ("4", 3), ("", 3)):
            page = api("GET", path, perPage=asked).json()
            assert (page["perPage"], page["count"], len(page["items"])) == (expected,) * 3
            assert page["totalCount"] == 4


@pytest.mark.parametrize("direction", ["asc", "desc"])
@pytest.mark.parametrize("sort_field", ["email", "creationDate"])
def test_the_last_page(api: Api, sort_field: str, direction: str) -> None:
    """The last page may be full, or not; after it come empty ones."""
    emails = [api.user(f"{name}@example.com")["email"] for name in "abcdef"]
    if direction == "desc":
        emails.reverse()
    order = {"sortField": sort_field, "sortDirection": direction}
    for per_page in range(1, 8):
        for page in range(8):
            answer = api("GET", "experience/users", page=str(page), perPage=str(per_page), **order)
            items = [user["email"] for user in answer.json()["items"]]
            assert items == emails[page * per_page :][:per_page]
            assert answer.json()["count"] == len(items)


def nested(depth: int, innermost: Any) -> Any:
    """Return a query so many levels below the outermost one."""
    for _ in range(depth):
        innermost = {"$and": [innermost]}
    return innermost


def _at(depth: int) -> str:
    return "query" + ".$and.0" * depth


QUERIES: list[tuple[Any, str]] = [
    *[({name: [{}] * 100}, "") for name in ("$and", "$or", "$nor")],
    *[({name: [{}] * 101}, f"query.{name} {ITEMS}") for name in ("$and", "$or", "$nor")],
    ({"$and": [{"$or": [{}] * 101}]}, f"query.$and.0.$or {ITEMS}"),
    (nested(50, {}), ""),
    (nested(51, {}), f"{_at(51)} {TOO_DEEP}"),
    ({"id": {"$in": [ID] * 100}}, ""),
    ({"id": {"$in": [ID] * 101}}, f"query.id {NO_MATCH}"),
    ({"id": {"$nin": [ID] * 101}}, f"query.id {NO_MATCH}"),
    ({"id": ID[1:]}, f"query.id {NO_MATCH}"),
    ({"id": ID + "0"}, f"query.id {NO_MATCH}"),
    ({"id": {"$eq": ID, "$ne": ID}}, f"query.id {NO_MATCH}"),
    ({"id": {}}, f"query.id {NO_MATCH}"),
    ({"creationDate": {"$in": [0] * 100}}, ""),
    ({"creationDate": {"$in": [0] * 101}}, f"query.creationDate {NO_MATCH}"),
]
TEXT_QUERIES: list[tuple[Any, str]] = [
    *[({"TEXT": {name: ["a"] * 100}}, "") for name in ("$in", "$nin")],
    *[({"TEXT": {name: ["a"] * 101}}, f"query.TEXT {NO_MATCH}") for name in ("$in", "$nin")],
    *[({"TEXT": {name: "a"}}, "") for name in ("$startsWith", "$endsWith", "$contains")],
    *[
        ({"TEXT": {name: ""}}, f"query.TEXT {NO_MATCH}")
        for name in ("$startsWith", "$endsWith", "$contains")
    ],
    ({"TAGS": {"k": "v" * 255}}, ""),
    ({"TAGS": {"k": "v" * 256}}, f"query.TAGS {NO_MATCH}"),
    ({"TAGS": {"k": WIDE * 127 + "v"}}, ""),
    ({"TAGS": {"k": WIDE * 128}}, f"query.TAGS {NO_MATCH}"),
    ({"TAGS": {"$tagKey": "v" * 255, "$tagValue": "v" * 255}}, ""),
    ({"TAGS": {"$tagKey": "v" * 256}}, f"query.TAGS {NO_MATCH}"),
    ({"TAGS": {"$tagValue": "v" * 256}}, f"query.TAGS {NO_MATCH}"),
    *[({"TAGS": {"k": {name: ["v"] * 100}}}, "") for name in ("$in", "$nin")],
    *[({"TAGS": {"k": {name: ["v"] * 101}}}, f"query.TAGS {NO_MATCH}") for name in ("$in", "$nin")],
    ({"TAGS": {"k": {"$in": ["v" * 255]}}}, ""),
    ({"TAGS": {"k": {"$in": ["v" * 256]}}}, f"query.TAGS {NO_MATCH}"),
]


@pytest.mark.parametrize(
    ("path", "text", "tag"),
    [("experience/users", "email", "userTags"), ("experience/groups", "name", "groupTags")],
)
@pytest.mark.parametrize(
    ("query", "message"),
    [*QUERIES, *TEXT_QUERIES],
    ids=[f"{str(query)[:30]} {len(str(query))}" for query, _ in (*QUERIES, *TEXT_QUERIES)],
)
def test_queries(api: Api, path: str, text: str, tag: str, query: Any, message: str) -> None:
    """How large a query, its lists and texts, and how deep its nesting may be."""
    spelled = json.dumps(query).replace("TEXT", text).replace("TAGS", tag)
    message = message.replace("TEXT", text).replace("TAGS", tag)
    assert_answer(api("GET", path, query=spelled), message)


@pytest.mark.parametrize(
    ("operator", "matches"),
    [
        ("$eq", (False, True, False)),
        ("$ne", (True, False, True)),
        ("$gt", (True, False, False)),
        ("$gte", (True, True, False)),
        ("$lt", (False, False, True)),
        ("$lte", (False, True, True)),
    ],
)
@pytest.mark.parametrize("form", ["text", "number"])
def test_the_instant_of_comparisons(
    api: Api, operator: str, matches: tuple[bool, ...], form: str
) -> None:
    """A date is compared to the millisecond, written as a text or as a number."""
    users = [{"email": "ann@example.com", "creationDate": CREATED}]
    application = {"id": api.server.application_id, "name": "Instants", "users": users}
    api.server.load({"applications": [application]})
    created = datetime.fromisoformat(CREATED)
    for milliseconds, expected in zip((-1, 0, 1), matches, strict=True):
        instant = created + timedelta(milliseconds=milliseconds)
        operand = instant.isoformat() if form == "text" else round(instant.timestamp() * 1000)
        page = api(
            "GET", "experience/users", query=json.dumps({"creationDate": {operator: operand}})
        )
        assert page.json()["totalCount"] == int(expected)
