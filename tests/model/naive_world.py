"""A naive model of a whole world: applications, their contents, API tokens, and the clock.

What the server chooses is taken from its answer (``seen``) and predicted ever after.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from tests.model.naive import NaiveApplication
from tests.model.naive_query import Json

DATED = ("creationDate", "lastUpdated")
_DAY = timedelta(days=1)
_COUNTS = ("experienceUserCount", "experienceGroupCount", "apiTokenCount")


@dataclass(frozen=True)
class NaiveClock:
    """A clock that is whole days ahead, and perhaps stands still."""

    days: int = 0
    frozen_at: datetime | None = None

    def frozen(self, seen: datetime) -> NaiveClock:
        """Return the clock that stands still at what it was seen to show."""
        return replace(self, frozen_at=self.frozen_at or seen)

    def advanced(self, days: int) -> NaiveClock:
        """Return the clock after so many more days."""
        shown = None if self.frozen_at is None else self.frozen_at + days * _DAY
        return NaiveClock(self.days + days, shown)

    def is_after(self, other: NaiveClock) -> bool:
        """Return whether nothing that was dated by the other is in the future of this one."""
        return self.frozen_at is None and self.days >= other.days

    def agrees_with(self, shown: datetime, *, frozen: bool) -> bool:
        """Return whether this is what the clock shows; one that runs, to the nearest day."""
        if self.frozen_at is not None:
            return frozen and shown == self.frozen_at
        ahead = shown - datetime.now(UTC)
        return not frozen and round(ahead / _DAY) == self.days


@dataclass
class NaiveWorld:
    """Applications and API tokens by id, each as it is answered; tokens by application."""

    applications: dict[str, Json] = field(default_factory=dict)
    contents: dict[str, NaiveApplication] = field(default_factory=dict)
    tokens: dict[str, dict[str, Json]] = field(default_factory=dict)
    clock: NaiveClock = NaiveClock()

    def add_application(self, body: Json, seen: Json) -> str:
        """Take in an application that was created, and return its id."""
        assert seen.items() >= body.items()
        application_id = str(seen["id"])
        self._place(_plain(seen))
        return application_id

    def change_application(self, application_id: str, body: Json, seen: Json) -> None:
        """Take in a change to an application."""
        _change(self.applications[application_id], body, seen)

    def remove_application(self, application_id: str) -> None:
        """Remove an application with all that it has."""
        for part in (self.applications, self.contents, self.tokens):
            del part[application_id]

    def add_token(self, application_id: str, body: Json, seen: Json) -> None:
        """Take in an API token that was created; the signed one is not shown again."""
        assert seen.items() >= body.items()
        token = {name: value for name, value in _plain(seen).items() if name != "token"}
        self.tokens[application_id][token["id"]] = token

    def change_token(self, application_id: str, token_id: str, body: Json, seen: Json) -> None:
        """Take in a change to an API token."""
        _change(self.tokens[application_id][token_id], body, seen)

    def accepts(self, application_id: str, token_id: str) -> bool:
        """Return whether an API token opens its application."""
        token = self.tokens.get(application_id, {}).get(token_id)
        return token is not None and token["status"] == "active"

    def listed_applications(self) -> list[Json]:
        """Return all applications by id, with what they say of their contents."""
        return [
            {**application, "summary": self._counts(application_id)}
            for application_id, application in sorted(self.applications.items())
        ]

    def listed_tokens(self, application_id: str) -> list[Json]:
        """Return the API tokens of an application by id."""
        return [token for _, token in sorted(self.tokens[application_id].items())]

    def _counts(self, application_id: str) -> Json:
        inside = self.contents[application_id]
        numbers = len(inside.users), len(inside.groups), len(self.tokens[application_id])
        return dict(zip(_COUNTS, numbers, strict=True))

    def _place(self, application: Json) -> None:
        application_id = application["id"]
        self.applications[application_id] = application
        self.contents[application_id] = NaiveApplication(application_id)
        self.tokens[application_id] = {}

    @classmethod
    def of(cls, document: Json) -> NaiveWorld:
        """Return the world of a seed document that leaves nothing to the server."""
        world = cls()
        (account,) = document["accounts"]
        for planted in document["applications"]:
            own = {"ownerId": account["id"], "ownerType": "user"}
            application_id = planted["id"]
            named = {name: planted[name] for name in ("id", "name", *DATED)}
            world._place({**named, "applicationId": application_id, **own})
            _fill(world.contents[application_id], planted)
            owner = {"ownerId": application_id, "ownerType": "application"}
            for token in planted["tokens"]:
                token_id = token["id"]
                world.tokens[application_id][token_id] = {**token, "apiTokenId": token_id, **owner}
        return world


def of_listing(items: Sequence[Json]) -> list[Json]:
    """Return what an answer lists, without what is said around it and without other counts."""
    return [_plain(item) | _summary(item) for item in items]


def _summary(item: Json) -> Json:
    if "summary" not in item:
        return {}
    return {"summary": {name: item["summary"][name] for name in _COUNTS}}


def _plain(document: Json) -> Json:
    return {
        name: value
        for name, value in document.items()
        if not name.startswith("_") and name != "summary"
    }


def _change(entity: Json, body: Json, seen: Json) -> None:
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", seen["lastUpdated"])
    assert seen["lastUpdated"] >= entity["lastUpdated"]
    entity.update(body, lastUpdated=seen["lastUpdated"])
    assert _plain(seen) == entity


def _fill(application: NaiveApplication, planted: Json) -> None:
    """Put in users and groups that name each other by id; parents stand before children."""
    for group in planted["groups"]:
        body = {name: group[name] for name in ("name", "groupTags")}
        parent = {"parentId": group.get("parent")}
        application.create_group({**body, **parent}, group)
    for user in planted["users"]:
        body = {name: user[name] for name in ("email", "firstName", "userTags")}
        groups = {"experienceGroupIds": user["groups"]}
        application.create_user({**body, **groups}, user)
