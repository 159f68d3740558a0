"""Few users added to many, and many to few, by every way in which users come in.

How users are found is brought up to date one by one where few come in, and made anew where many
do; whatever is done, lists show what a naive computation over all users says.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from mock_server import LosantMock, MockServer
from tests.model.naive_lists import USERS, filter_holds, page_of

Person = dict[str, Any]

FEW, MANY = 3, 80
GROUPS = [{"name": "Staff", "groups": [{"name": "Sales"}]}, {"name": "Other"}]
PLACES: Sequence[list[str]] = ([], ["Staff"], ["Staff/Sales"], ["Other", "Staff/Sales"], [])
PASSWORD = "password1"

SORTS = [{"sortField": field} for field in USERS.sort_fields]
FILTERS = [
    {"filterField": field, "filter": glob, "sortDirection": direction, "sortField": sort_field}
    for field, glob, direction, sort_field in (
        ("email", "*", "desc", "email"),
        ("email", "A*", "asc", "id"),
        ("email", "*n*", "desc", "lastLogin"),
        ("email", "a?*@example.com", "asc", "email"),
        ("firstName", "Ann*", "desc", "creationDate"),
        ("firstName", "*", "desc", "lastUpdated"),
        ("firstName", "?e*a*", "asc", "firstName"),
        ("lastName", "b*", "desc", "firstName"),
        ("lastName", "*e*r*", "asc", "lastName"),
        ("lastName", "", "desc", "lastName"),
        ("email", "a?.*", "desc", "firstName"),
        ("email", "aa*", "asc", "lastUpdated"),
    )
]
IN_GROUPS = [
    {"experienceGroupId": group, "sortDirection": direction, **more}
    for group, direction, more in (
        ("any", "asc", {}),
        ("none", "desc", {"sortField": "id"}),
        ("Staff", "desc", {"filterField": "lastName", "filter": "B*"}),
        ("Other", "asc", {"sortField": "lastName"}),
        ("Staff/Sales", "asc", {}),
        ("Staff/Sales", "desc", {"includeAncestorGroups": "true"}),
    )
]


def people(begin: int, count: int) -> list[Person]:
    """Return users, many of whom share names and dates, and some of whom lack them."""
    return [
        {
            "email": f"{'aAbnz'[n % 5]}{n * 37 % 101}.{n}@example.com",
            **({"firstName": ("Ann", "Ben", "Dea", "Anna")[n // 3 % 4]} if n % 3 else {}),
            **({"lastName": ("Baker", "Berger", "Zorn", "")[n // 2 % 4]} if n % 4 else {}),
            "groups": PLACES[n % 5],
        }
        for n in range(begin, begin + count)
    ]


class World:
    """A sandbox, the requests to it, and what lists must show of it."""

    def __init__(self, losant: LosantMock) -> None:
        self.losant = losant
        self._connection = HTTPConnection(urlsplit(losant.url).netloc, timeout=30)
        self._path = urlsplit(losant.url).path
        self._token = losant.token()
        self.group_ids = {
            f"{group.parent}/{group.name}" if group.parent else group.name: group.id
            for group in losant.groups
        }

    def close(self) -> None:
        self._connection.close()

    def send(self, method: str, path: str, content: bytes, kind: str = "application/json") -> Any:
        """Send a request, and return the answer, which is no error."""
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": kind}
        self._connection.request(method, self._path + path, content, headers)
        response = self._connection.getresponse()
        text = response.read()
        assert response.status < 300, text
        return json.loads(text) if text else None

    def api(self, method: str, path: str, body: Any = None, **query: str) -> Any:
        """Send a request to the mocked API."""
        target = f"/applications/{self.losant.application_id}/experience/{path}"
        content = b"" if body is None else json.dumps(body).encode()
        return self.send(method, f"{target}?{urlencode(query)}", content)

    def post(self, person: Person) -> None:
        """Create a user by the mocked API."""
        ids = [self.group_ids[path] for path in person["groups"]]
        rest = {name: value for name, value in person.items() if name != "groups"}
        self.api("POST", "users", {**rest, "password": PASSWORD, "experienceGroupIds": ids})

    def everybody(self) -> list[Person]:
        """Return all users as the control plane tells of them, which has no order or filter."""
        items: list[Person] = self.send("GET", "/_mock/users", b"")["items"]
        return items

    def check(self) -> None:
        """Compare every kind of list with what it must be."""
        users = self.everybody()
        for query in (*SORTS, *FILTERS, *IN_GROUPS):
            wanted = query.get("experienceGroupId", "")
            chosen = [
                user
                for user in users
                if filter_holds(user, query)
                and is_in(user.get("groups", []), wanted, deep="includeAncestorGroups" in query)
            ]
            expected = page_of(chosen, {**query, "perPage": "1000"}, USERS)["items"]
            asked = {**query, "perPage": "1000"}
            if wanted:
                asked["experienceGroupId"] = self.group_ids.get(wanted, wanted)
            found = self.api("GET", "users", **asked)
            assert found["totalCount"] == len(chosen), query
            assert [one["id"] for one in found["items"]] == [one["id"] for one in expected], query
            assert [named(one) for one in found["items"]] == [named(one) for one in expected]


def is_in(groups: Sequence[str], wanted: str, *, deep: bool) -> bool:
    """Return whether somebody in these groups is in the one that is asked for."""
    if wanted in ("", "any", "none"):
        return not wanted or bool(groups) == (wanted == "any")
    return wanted in groups or (deep and any(wanted.startswith(f"{one}/") for one in groups))


def named(user: Person) -> list[Any]:
    """Return what a user is called."""
    return [user.get(name) for name in ("email", "firstName", "lastName")]


def known(users: Sequence[Person]) -> dict[str, Any]:
    """Return names and groups of users by their addresses."""
    return {user["email"]: (named(user), sorted(user.get("groups", []))) for user in users}


def lines(document: dict[str, Any]) -> bytes:
    """Return the groups and users of a document as JSON Lines."""
    return b"".join(
        json.dumps({kind: one}).encode() + b"\n"
        for kind in ("group", "user")
        for one in document.get(f"{kind}s", ())
    )


def post(world: World, before: Sequence[Person], new: Sequence[Person]) -> None:
    """Create them by the mocked API."""
    for person in new:
        world.post(person)


def add_one_by_one(world: World, before: Sequence[Person], new: Sequence[Person]) -> None:
    """Add each of them by the handle."""
    for person in new:
        properties: dict[str, Any] = {
            name: person.get(written)
            for name, written in (("first_name", "firstName"), ("last_name", "lastName"))
            if written in person
        }
        world.losant.users.add(person["email"], groups=person["groups"], **properties)


def patch_state(world: World, before: Sequence[Person], new: Sequence[Person]) -> None:
    """Add them all at once, as JSON."""
    world.losant.add({"users": list(new)})


def patch_lines(world: World, before: Sequence[Person], new: Sequence[Person]) -> None:
    """Add them all at once, as JSON Lines."""
    world.send("PATCH", "/_mock/state", lines({"users": new}), "application/jsonl")


def put_state(world: World, before: Sequence[Person], new: Sequence[Person]) -> None:
    """Put the exported state in the place of itself, with them in it."""
    state = world.losant.state()
    state["applications"][0].setdefault("users", []).extend(new)
    world.losant.load(state)


def put_lines(world: World, before: Sequence[Person], new: Sequence[Person]) -> None:
    """Put everybody in the place of those who are there, as JSON Lines."""
    document = {"groups": GROUPS, "users": [*before, *new]}
    world.send("PUT", "/_mock/state", lines(document), "application/jsonl")
    world.group_ids = World(world.losant).group_ids


def restore(world: World, before: Sequence[Person], new: Sequence[Person]) -> None:
    """Go back to a snapshot from before they came, and to one that has them."""
    empty = world.losant.snapshot()
    patch_state(world, before, new)
    full = world.losant.snapshot()
    world.losant.restore(empty)
    world.check()
    world.losant.restore(full)


def generate(world: World, before: Sequence[Person], new: Sequence[Person]) -> None:
    """Make up as many."""
    world.losant.generate(len(new), seed=1)


WAYS = (
    post, add_one_by_one, patch_state, patch_lines, put_state, put_lines, restore, generate
)  # fmt: skip
Way = Callable[[World, Sequence[Person], Sequence[Person]], None]


@pytest.fixture(scope="module")
def server() -> Iterator[MockServer]:
    """The server that all sandboxes are in."""
    with MockServer() as running:
        yield running


def change_and_delete(world: World) -> None:
    """Change and delete some of those who were there first, and some who came later."""
    users = world.everybody()
    for number, user in enumerate((users[1], users[-1])):
        changes = {"email": f"aa{number}@example.com", "firstName": "Dean", "lastName": "Berg"}
        ids = [world.group_ids["Other"]] if number else []
        world.api("PATCH", f"users/{user['id']}", {**changes, "experienceGroupIds": ids})
    for user in (users[0], users[-2]):
        world.api("DELETE", f"users/{user['id']}")
    members = [users[2]["id"], users[-3]["id"]]
    world.api("PATCH", f"groups/{world.group_ids['Staff']}", {"experienceUserIds": members})


@pytest.mark.parametrize(("first", "then"), [(MANY, FEW), (FEW, MANY)])
@pytest.mark.parametrize("way", WAYS)
def test_lists(server: MockServer, way: Way, first: int, then: int) -> None:
    """Lists are right before users come in, after that, and after changes and deletions."""
    before, new = people(0, first), people(first, then)
    with server.sandbox(fixtures={"groups": GROUPS, "users": before}) as sandbox:
        world = World(sandbox)
        world.check()
        way(world, before, new)
        found = world.everybody()
        assert len(found) == len(before) + len(new)
        if way is not generate:
            assert known(found) == known([*before, *new])
        world.check()
        change_and_delete(world)
        assert len(world.everybody()) == len(before) + len(new) - 2
        world.check()
        world.close()


@pytest.mark.parametrize(("first", "then"), [(MANY, FEW), (FEW, MANY)])
@pytest.mark.parametrize("forms", [("json", "jsonl"), ("jsonl", "json")])
def test_seed_files(tmp_path: Path, first: int, then: int, forms: tuple[str, str]) -> None:
    """Users of two files are all there from the beginning, and again after a reset."""
    parts: tuple[dict[str, Any], ...]
    parts = ({"groups": GROUPS, "users": people(0, first)}, {"users": people(first, then)})
    files = []
    for number, (form, part) in enumerate(zip(forms, parts, strict=True)):
        files.append(tmp_path / f"{number}.{form}")
        files[-1].write_bytes(json.dumps(part).encode() if form == "json" else lines(part))
    with MockServer(fixtures=[str(path) for path in files]) as losant:
        world = World(losant)
        assert known(world.everybody()) == known(people(0, first + then))
        world.check()
        change_and_delete(world)
        world.check()
        losant.reset()
        assert known(world.everybody()) == known(people(0, first + then))
        world.check()
        world.close()
