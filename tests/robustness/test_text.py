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


class Api:
    """Requests by the short names of paths; answers are read as JSON that is strictly right."""

    def __init__(
        self,
        client: httpx.Client,
        paths: Mapping[str, str],
        parsed: Callable[[httpx.Response], Any],
    ) -> None:
        self._client, self._paths, self._parsed = client, paths, parsed

    def get(self, kind: str, record_id: str = "", **parameters: str) -> Any:
        """Return a list, or one of its records."""
        return self._parsed(self._client.get(self._path(kind, record_id), params=parameters))

    def get_as(self, secret: str, kind: str) -> Any:
        """Return a list, asked for with another token."""
        headers = {"Authorization": f"Bearer {secret}"}
        return self._parsed(self._client.get(self._path(kind), headers=headers))

    def post(self, kind: str, document: object) -> tuple[int, Any]:
        """Post a document, and return the status and the answer."""
        return self._send("POST", self._path(kind), document)

    def create(self, kind: str, document: object) -> Any:
        """Create a record and return it."""
        status, created = self.post(kind, document)
        assert status == 201, created
        return created

    def patch(self, kind: str, record_id: str, change: object) -> Any:
        """Change a record and return the answer."""
        return self._send("PATCH", self._path(kind, record_id), change)[1]

    def delete(self, kind: str, record_id: str) -> Any:
        """Delete a record and return the answer."""
        return self._parsed(self._client.delete(self._path(kind, record_id)))

    def _send(self, method: str, path: str, document: object) -> tuple[int, Any]:
        # JSON in ASCII, in which every text can be written.
        headers = {"Content-Type": "application/json"}
        content = json.dumps(document)
        answer = self._client.request(method, path, content=content, headers=headers)
        return answer.status_code, self._parsed(answer)

    def _path(self, kind: str, record_id: str = "") -> str:
        return f"{self._paths[kind]}/{record_id}" if record_id else self._paths[kind]


@pytest.fixture
def api(
    client: httpx.Client, paths: Mapping[str, str], parsed: Callable[[httpx.Response], Any]
) -> Api:
    """The API of the server under attack."""
    return Api(client, paths, parsed)


@pytest.fixture(params=[*ODD.values()], ids=[*ODD])
def text(request: pytest.FixtureRequest) -> str:
    """One odd text after the other."""
    odd: str = request.param
    return odd


@pytest.fixture
def odd_user(api: Api, text: str) -> Mapping[str, Any]:
    """A user who has odd text wherever there is text."""
    group = api.create("groups", {"name": text})
    user: Mapping[str, Any] = api.create(
        "users",
        {
            "email": f"{visible(text)}@example.com",
            "password": f"password{text}",
            "firstName": text,
            "lastName": f"x{text}",
            "userTags": {"odd": text},
            "experienceGroupIds": [group["id"]],
        },
    )
    return user


def test_kept(api: Api, odd_user: Mapping[str, Any], text: str) -> None:
    """What was sent is what is fetched."""
    user = api.get("users", odd_user["id"])
    assert user == odd_user
    assert user["email"] == f"{visible(text)}@example.com"
    assert (user["firstName"], user["lastName"]) == (text, f"x{text}")
    assert user["userTags"] == {"odd": text}
    assert user["experienceGroups"][0]["name"] == text


def test_listed(api: Api, odd_user: Mapping[str, Any]) -> None:
    """Lists are JSON in whatever order, and have every user once."""
    for field in SORT_FIELDS:
        orders = []
        for direction in ("asc", "desc"):
            parameters = {"sortField": field, "sortDirection": direction}
            page = api.get("users", **parameters)
            orders.append([user["id"] for user in page["items"]])
        assert orders[0] == orders[1][::-1]
        assert odd_user["id"] in orders[0]
        assert len(set(orders[0])) == 3


def test_filtered(api: Api, odd_user: Mapping[str, Any], text: str) -> None:
    """Filters see odd text, and each character of it as one."""
    for filter_, found in (
        ("*", True),
        ("?" * len(text), True),
        ("?" * (len(text) + 1), False),
        ("x*", False),
    ):
        parameters = {"filterField": "firstName", "filter": filter_}
        page = api.get("users", **parameters)
        assert (odd_user["id"] in [user["id"] for user in page["items"]]) is found, filter_


def test_queried(api: Api, odd_user: Mapping[str, Any], text: str) -> None:
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
        page = api.get("users", query=json.dumps(query))
        assert [user["id"] for user in page["items"]] == [odd_user["id"]], query


def test_changed_and_removed(api: Api, odd_user: Mapping[str, Any], text: str) -> None:
    """A user with odd text is changed and removed as any other, also in the orders of lists."""
    for field in SORT_FIELDS:
        api.get("users", sortField=field, filterField="email", filter="*")
    changes = {"email": f"new{visible(text)}@example.com", "lastName": text, "firstName": ""}
    changed = api.patch("users", odd_user["id"], changes)
    assert {name: changed[name] for name in changes} == changes
    assert api.delete("users", odd_user["id"]) == {"success": True}
    assert api.get("users")["count"] == 2


def test_taken_email(api: Api, odd_user: Mapping[str, Any]) -> None:
    """An odd email address is unique too, and is told in the refusal."""
    again = {"email": odd_user["email"], "password": "12345678"}
    answer = api.post("users", again)
    message = f'Email address "{odd_user["email"]}" already exists'
    assert answer == (400, {"type": "AlreadyExists", "message": message})


def test_groups(api: Api, text: str) -> None:
    """Groups take odd text, and are listed, sorted and found by it."""
    body = {
        "name": text,
        "description": text,
        "groupTags": {"odd": text},
        "deviceTags": [{"key": "odd", "value": text}],
        "deviceQueryJson": text,
    }
    created = api.create("groups", body)
    assert {name: created[name] for name in body} == body
    for parameters in (
        {"query": json.dumps({"name": text, "groupTags": {"odd": text}})},
        {"filterField": "name", "filter": "?" * len(text)},
    ):
        assert created in api.get("groups", **parameters)["items"]
    everything = api.get("groups", sortDirection="desc")
    assert created in everything["items"]


def test_applications(api: Api, text: str) -> None:
    """Applications take odd text, also as keys of what is only echoed."""
    body = {
        "name": text,
        "description": text,
        "archiveConfig": {text: [text, {text: text}]},
        "globals": [{"key": text, "json": text}],
    }
    created = api.create("applications", body)
    assert {name: created[name] for name in body} == body
    listed = api.get("applications", filterField="name", filter="?*")
    assert created in listed["items"]


def test_tokens(api: Api, text: str) -> None:
    """API tokens take odd text, and work."""
    body = {"name": text, "description": text}
    created = api.create("tokens", body)
    assert {name: created[name] for name in body} == body
    tokens = api.get_as(created["token"], "tokens")["items"]
    assert text in [token["name"] for token in tokens]


def test_login(api: Api, text: str) -> None:
    """Wrong credentials of odd text are wrong credentials."""
    body = {"email": f"{visible(text)}@example.com", "password": f"password{text}"}
    status, answer = api.post("login", body)
    assert (status, answer["type"]) == (401, "Unauthorized")


def test_unknown_properties(api: Api, text: str) -> None:
    """A property with an odd name is unknown like any other."""
    body = {"email": "x@example.com", "password": "12345678", text: 1}
    answer = api.post("users", body)
    message = "experienceUser has additional properties"
    assert answer == (400, {"type": "Validation", "message": message})


def test_unknown_properties_come_second(api: Api, text: str) -> None:
    """Beside a property with an odd name, a required one that is absent is told first."""
    answer = api.post("users", {text: 1, "password": "12345678"})
    message = "experienceUser.email is required"
    assert answer == (400, {"type": "Validation", "message": message})


@pytest.mark.parametrize("where", ["deviceTags", "groupTags"])
def test_unknown_properties_inside(api: Api, where: str, text: str) -> None:
    """A property with an odd name is unknown inside others too."""
    odd: object = {text: "x"}
    inside = {"deviceTags": ([odd], "deviceTags.0"), "groupTags": (odd, "groupTags")}[where]
    answer = api.post("groups", {"name": "X", where: inside[0]})
    message = f"experienceGroup.{inside[1]} has additional properties"
    assert answer == (400, {"type": "Validation", "message": message})


def test_lengths(api: Api, text: str) -> None:
    """Odd text is as long as it is in UTF-16."""
    units = len(text.encode("utf-16-le", "surrogatepass")) // 2
    fits = text + "a" * (255 - units)
    assert api.post("groups", {"name": fits})[0] == 201
    answer = api.post("groups", {"name": f"{fits}a"})
    message = "experienceGroup.name has longer length than allowed"
    assert answer == (400, {"type": "Validation", "message": message})


def test_parameters_that_are_echoed(
    client: httpx.Client, paths: Mapping[str, str], parsed: Callable[[httpx.Response], Any]
) -> None:
    """A filter of odd text is echoed as it was sent."""
    for text in ODD.values():
        if text.isprintable() or "\x00" in text:
            filter_ = quote(text)
            target = f"{paths['users']}?filterField=firstName&filter={filter_}"
            assert parsed(client.get(target))["filter"] == text
