"""Text that is legal in JSON and odd everywhere else."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

import httpx2 as httpx
import pytest

ODD = {
    "a high surrogate": "\ud800",
    "a low surrogate": "\udfff",
    "a pair in the wrong order": "\udc00\ud800",
    "a surrogate in between": "a\ud83db",
    "a surrogate and beyond": "\ud83d\U0001f600",
    "NUL": "\x00",
    "NUL in between": "a\x00b",
    "control characters": "\x01\x08\x0b\x1f\x7f\x9f",
    "a byte order mark": "\ufeffa",
    "no character": "\uffff\ufffe",
    "the last character": "\U0010ffff",
    "from right to left": "\u202etxt.exe\u202c",
    "many accents": "a" + "\u0301" * 200,
    "letters that grow": "\u00df\u0149\u01f0\u0390\u0130\u017f\u212a" * 10,
    "quotes and backslashes": '"\\"\\\\"',
    "line separators": "a\u2028b\u2029c",
    "HTML": "</script><script>alert(1)</script>",
    "JSON": '{"a":[',
}
SORT_FIELDS = ("email", "firstName", "lastName", "id", "creationDate", "lastLogin", "lastUpdated")


def visible(text: str) -> str:
    """Return a part that an email address may have."""
    return "".join(
        character for character in text if not character.isspace() and character != "\ufeff"
    )


def sent(client: httpx.Client, method: str, path: str, document: object) -> httpx.Response:
    """Send JSON in ASCII, in which every text can be written."""
    headers = {"Content-Type": "application/json"}
    return client.request(method, path, content=json.dumps(document), headers=headers)


@pytest.fixture
def odd_user(
    client: httpx.Client,
    paths: Mapping[str, str],
    parsed: Callable[[httpx.Response], Any],
    text: str,
) -> Mapping[str, Any]:
    """A user who has odd text wherever there is text."""
    group = sent(client, "POST", paths["groups"], {"name": text})
    answer = sent(
        client,
        "POST",
        paths["users"],
        {
            "email": f"{visible(text)}@example.com",
            "password": f"password{text}",
            "firstName": text,
            "lastName": f"x{text}",
            "userTags": {"odd": text},
            "experienceGroupIds": [parsed(group)["id"]],
        },
    )
    assert answer.status_code == 201, answer.text
    user: Mapping[str, Any] = parsed(answer)
    return user


@pytest.mark.parametrize("text", ODD.values(), ids=ODD.keys())
def test_kept(
    client: httpx.Client,
    paths: Mapping[str, str],
    parsed: Callable[[httpx.Response], Any],
    odd_user: Mapping[str, Any],
    text: str,
) -> None:
    """What was sent is what is fetched."""
    user = parsed(client.get(f"{paths['users']}/{odd_user['id']}"))
    assert user == odd_user
    assert user["email"] == f"{visible(text)}@example.com"
    assert (user["firstName"], user["lastName"]) == (text, f"x{text}")
    assert user["userTags"] == {"odd": text}
    assert user["experienceGroups"][0]["name"] == text


@pytest.mark.parametrize("text", ODD.values(), ids=ODD.keys())
def test_listed(
    client: httpx.Client,
    paths: Mapping[str, str],
    parsed: Callable[[httpx.Response], Any],
    odd_user: Mapping[str, Any],
) -> None:
    """Lists are JSON in whatever order, and have every user once."""
    for field in SORT_FIELDS:
        orders = []
        for direction in ("asc", "desc"):
            parameters = {"sortField": field, "sortDirection": direction}
            page = parsed(client.get(paths["users"], params=parameters))
            orders.append([user["id"] for user in page["items"]])
        assert orders[0] == orders[1][::-1]
        assert odd_user["id"] in orders[0]
        assert len(set(orders[0])) == 3


@pytest.mark.parametrize("text", ODD.values(), ids=ODD.keys())
def test_filtered(
    client: httpx.Client,
    paths: Mapping[str, str],
    parsed: Callable[[httpx.Response], Any],
    odd_user: Mapping[str, Any],
    text: str,
) -> None:
    """Filters see odd text, and each character of it as one."""
    for filter_, found in (
        ("*", True),
        ("?" * len(text), True),
        ("?" * (len(text) + 1), False),
        ("x*", False),
    ):
        parameters = {"filterField": "firstName", "filter": filter_}
        page = parsed(client.get(paths["users"], params=parameters))
        assert (odd_user["id"] in [user["id"] for user in page["items"]]) is found, filter_


@pytest.mark.parametrize("text", ODD.values(), ids=ODD.keys())
def test_queried(
    client: httpx.Client,
    paths: Mapping[str, str],
    parsed: Callable[[httpx.Response], Any],
    odd_user: Mapping[str, Any],
    text: str,
) -> None:
    """Advanced queries find odd text by equality and by its parts."""
    for query in (
        {"firstName": text},
        {"firstName": {"$eq": text, "$ci": True}},
        {"firstName": {"$in": [text]}},
        {"lastName": {"$startsWith": f"x{text}"}},
        {"lastName": {"$endsWith": text, "$ci": True}},
        {"lastName": {"$contains": text, "$gt": "x"}},
        {"userTags": {"odd": text}},
        {"userTags": {"$tagValue": {"$in": [text]}}},
        {"userTags": {"$ne": {"odd": f"{text}!"}}, "firstName": {"$gte": text, "$lte": text}},
    ):
        page = parsed(client.get(paths["users"], params={"query": json.dumps(query)}))
        assert [user["id"] for user in page["items"]] == [odd_user["id"]], query


@pytest.mark.parametrize("text", ODD.values(), ids=ODD.keys())
def test_changed_and_removed(
    client: httpx.Client,
    paths: Mapping[str, str],
    parsed: Callable[[httpx.Response], Any],
    odd_user: Mapping[str, Any],
    text: str,
) -> None:
    """A user with odd text is changed and removed as any other, also in the orders of lists."""
    path = f"{paths['users']}/{odd_user['id']}"
    for field in SORT_FIELDS:
        client.get(
            paths["users"], params={"sortField": field, "filterField": "email", "filter": "*"}
        )
    changes = {"email": f"new{visible(text)}@example.com", "lastName": text, "firstName": ""}
    changed = parsed(sent(client, "PATCH", path, changes))
    assert {name: changed[name] for name in changes} == changes
    assert parsed(client.delete(path)) == {"success": True}
    assert parsed(client.get(paths["users"]))["count"] == 2


@pytest.mark.parametrize("text", ODD.values(), ids=ODD.keys())
def test_taken_email(
    client: httpx.Client,
    paths: Mapping[str, str],
    parsed: Callable[[httpx.Response], Any],
    odd_user: Mapping[str, Any],
) -> None:
    """An odd email address is unique too, and is told in the refusal."""
    again = {"email": odd_user["email"], "password": "12345678"}
    answer = sent(client, "POST", paths["users"], again)
    assert answer.status_code == 400
    message = f'Email address "{odd_user["email"]}" already exists'
    assert parsed(answer) == {"type": "AlreadyExists", "message": message}


@pytest.mark.parametrize("text", ODD.values(), ids=ODD.keys())
def test_groups(
    client: httpx.Client,
    paths: Mapping[str, str],
    parsed: Callable[[httpx.Response], Any],
    text: str,
) -> None:
    """Groups take odd text, and are listed, sorted and found by it."""
    body = {
        "name": text,
        "description": text,
        "groupTags": {"odd": text},
        "deviceTags": [{"key": "odd", "value": text}],
        "deviceQueryJson": text,
    }
    created = parsed(sent(client, "POST", paths["groups"], body))
    assert {name: created[name] for name in body} == body
    for parameters in (
        {"query": json.dumps({"name": text, "groupTags": {"odd": text}})},
        {"filterField": "name", "filter": "?" * len(text)},
    ):
        assert created in parsed(client.get(paths["groups"], params=parameters))["items"]
    everything = parsed(client.get(paths["groups"], params={"sortDirection": "desc"}))
    assert created in everything["items"]


@pytest.mark.parametrize("text", ODD.values(), ids=ODD.keys())
def test_applications(
    client: httpx.Client,
    paths: Mapping[str, str],
    parsed: Callable[[httpx.Response], Any],
    text: str,
) -> None:
    """Applications take odd text, also as keys of what is only echoed."""
    body = {
        "name": text,
        "description": text,
        "archiveConfig": {text: [text, {text: text}]},
        "globals": [{"key": text, "json": text}],
    }
    created = parsed(sent(client, "POST", paths["applications"], body))
    assert {name: created[name] for name in body} == body
    listed = parsed(
        client.get(paths["applications"], params={"filterField": "name", "filter": "?*"})
    )
    assert created in listed["items"]


@pytest.mark.parametrize("text", ODD.values(), ids=ODD.keys())
def test_tokens(
    client: httpx.Client,
    paths: Mapping[str, str],
    parsed: Callable[[httpx.Response], Any],
    text: str,
) -> None:
    """API tokens take odd text, and work."""
    body = {"name": text, "description": text}
    created = parsed(sent(client, "POST", paths["tokens"], body))
    assert {name: created[name] for name in body} == body
    secret = {"Authorization": f"Bearer {created.pop('token')}"}
    tokens = parsed(client.get(paths["tokens"], headers=secret))["items"]
    assert text in [token["name"] for token in tokens]


@pytest.mark.parametrize("text", ODD.values(), ids=ODD.keys())
def test_login(
    client: httpx.Client,
    paths: Mapping[str, str],
    parsed: Callable[[httpx.Response], Any],
    text: str,
) -> None:
    """Wrong credentials of odd text are wrong credentials."""
    body = {"email": f"{visible(text)}@example.com", "password": f"password{text}"}
    answer = sent(client, "POST", paths["login"], body)
    assert answer.status_code == 401
    assert parsed(answer)["type"] == "Unauthorized"


@pytest.mark.parametrize("text", ODD.values(), ids=ODD.keys())
def test_unknown_properties(
    client: httpx.Client,
    paths: Mapping[str, str],
    parsed: Callable[[httpx.Response], Any],
    text: str,
) -> None:
    """A property with an odd name is unknown like any other."""
    body = {"email": "x@example.com", "password": "12345678", text: 1}
    answer = sent(client, "POST", paths["users"], body)
    assert answer.status_code == 400
    message = "experienceUser has additional properties"
    assert parsed(answer) == {"type": "Validation", "message": message}


@pytest.mark.parametrize("text", ODD.values(), ids=ODD.keys())
def test_unknown_properties_come_second(
    client: httpx.Client,
    paths: Mapping[str, str],
    parsed: Callable[[httpx.Response], Any],
    text: str,
) -> None:
    """Beside a property with an odd name, a required one that is absent is told first."""
    answer = sent(client, "POST", paths["users"], {text: 1, "password": "12345678"})
    message = "experienceUser.email is required"
    assert parsed(answer) == {"type": "Validation", "message": message}


@pytest.mark.parametrize("where", ["deviceTags", "groupTags"])
@pytest.mark.parametrize("text", ODD.values(), ids=ODD.keys())
def test_unknown_properties_inside(
    client: httpx.Client,
    paths: Mapping[str, str],
    parsed: Callable[[httpx.Response], Any],
    where: str,
    text: str,
) -> None:
    """A property with an odd name is unknown inside others too."""
    odd: object = {text: "x"}
    inside = {"deviceTags": ([odd], "deviceTags.0"), "groupTags": (odd, "groupTags")}[where]
    answer = sent(client, "POST", paths["groups"], {"name": "X", where: inside[0]})
    message = f"experienceGroup.{inside[1]} has additional properties"
    assert parsed(answer) == {"type": "Validation", "message": message}


@pytest.mark.parametrize("text", ODD.values(), ids=ODD.keys())
def test_lengths(
    client: httpx.Client,
    paths: Mapping[str, str],
    parsed: Callable[[httpx.Response], Any],
    text: str,
) -> None:
    """Odd text is as long as it is in UTF-16."""
    units = len(text.encode("utf-16-le", "surrogatepass")) // 2
    fits = text + "a" * (255 - units)
    assert sent(client, "POST", paths["groups"], {"name": fits}).status_code == 201
    answer = sent(client, "POST", paths["groups"], {"name": f"{fits}a"})
    message = "experienceGroup.name has longer length than allowed"
    assert parsed(answer) == {"type": "Validation", "message": message}


def test_parameters_that_are_echoed(
    client: httpx.Client, paths: Mapping[str, str], parsed: Callable[[httpx.Response], Any]
) -> None:
    """A filter of odd text is echoed as it was sent."""
    for text in ODD.values():
        if text.isprintable() or "\x00" in text:
            filter_ = quote(text)
            target = f"{paths['users']}?filterField=firstName&filter={filter_}"
            assert parsed(client.get(target))["filter"] == text
