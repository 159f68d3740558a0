"""A naive model of one application's experience users and groups, written from the contract only.

It predicts whole answers. Ids and dates are the server's to choose: they are taken from its
response (``seen``) and then predicted ever after.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from tests.model.naive_lists import (
    GROUPS,
    USERS,
    YES,
    Listing,
    filter_holds,
    page_of,
    problem_with,
)
from tests.model.naive_query import Json, holds

Members = set[tuple[str, str]]


@dataclass(frozen=True)
class Answer:
    """A status and a body; a message that ends in ``…`` may go on in any way."""

    status: int
    body: Json
    or_else: Answer | None = None
    """The other answer that is as good: of two problems the contract ranks neither."""


class NaiveApplication:
    """Users, groups and who is in which, as plain lists and one set of pairs."""

    def __init__(self, application_id: str) -> None:
        self.application_id = application_id
        self.users: list[Json] = []
        self.groups: list[Json] = []
        self.members: Members = set()
        """Pairs of a user's id and the id of a group that it is a direct member of."""

    def create_user(self, body: Json, seen: Json) -> Answer:
        """Answer POST …/users."""
        problem = self._user_problem(body, None)
        if problem is not None:
            return problem
        born = _instant(seen, "creationDate")
        dates = dict.fromkeys(("creationDate", "lastUpdated", "passwordLastUpdated"), born)
        user = {"id": self._new_id(seen), **dates, "userTags": {}, **_stored_user(body)}
        self.users.append(user)
        self._join_groups(user["id"], body)
        return Answer(201, self._user_view(user))

    def get_user(self, user_id: str) -> Answer:
        """Answer GET …/users/{id}."""
        user = _find(self.users, user_id)
        return _not_found("User") if user is None else Answer(200, self._user_view(user))

    def patch_user(self, user_id: str, body: Json, seen: Json) -> Answer:
        """Answer PATCH …/users/{id}."""
        user = _find(self.users, user_id)
        if user is None:
            return _not_found("User")
        problem = self._user_problem(body, user)
        if problem is not None:
            return problem
        user.update(_stored_user(body))
        for name in ("lastUpdated", *(["passwordLastUpdated"] if "password" in body else [])):
            user[name] = max(user[name], _instant(seen, name))
        self._join_groups(user["id"], body)
        return Answer(200, self._user_view(user))

    def delete_user(self, user_id: str) -> Answer:
        """Answer DELETE …/users/{id}."""
        user = _find(self.users, user_id)
        if user is None:
            return _not_found("User")
        self.users.remove(user)
        self.members = {pair for pair in self.members if pair[0] != user["id"]}
        return Answer(200, {"success": True})

    def list_users(self, params: Mapping[str, str]) -> Answer:
        """Answer GET …/users."""
        problem = problem_with(params, USERS)
        if problem is not None:
            return _invalid(problem)
        if "query" in params:
            query = json.loads(params["query"])
            chosen = [user for user in self.users if holds(query, self._user_document(user))]
        else:
            chosen = [
                user
                for user in self.users
                if filter_holds(user, params) and self._is_in_group(user, params)
            ]
        return self._page(USERS, [self._user_view(user) for user in chosen], params)

    def create_group(self, body: Json, seen: Json) -> Answer:
        """Answer POST …/groups."""
        problem = self._group_problem(body, None)
        if problem is not None:
            return problem
        group = {
            "id": self._new_id(seen),
            **dict.fromkeys(("creationDate", "lastUpdated"), _instant(seen, "creationDate")),
            "experienceEndpointIds": [],
            "groupTags": {},
            "deviceIds": [],
            "deviceTags": [],
            "deviceQueryJson": None,
            "parentId": None,
            **_stored_group(body),
        }
        self.groups.append(group)
        self._take_users(group["id"], body)
        return Answer(201, self._group_view(group))

    def get_group(self, group_id: str, params: Mapping[str, str]) -> Answer:
        """Answer GET …/groups/{id}."""
        group = _find(self.groups, group_id)
        if group is None:
            return _not_found("Group")
        counts = {"includeDirectDeviceCount": "directDeviceCount"}
        counts["includeTotalDeviceCount"] = "totalDeviceCount"
        asked = {counts[name]: 0 for name, value in params.items() if value in YES}
        return Answer(200, {**self._group_view(group), **asked})

    def patch_group(self, group_id: str, body: Json, seen: Json) -> Answer:
        """Answer PATCH …/groups/{id}."""
        group = _find(self.groups, group_id)
        if group is None:
            return _not_found("Group")
        problem = self._group_problem(body, group)
        if problem is not None:
            return problem
        group.update(_stored_group(body))
        group["lastUpdated"] = max(group["lastUpdated"], _instant(seen, "lastUpdated"))
        self._take_users(group["id"], body)
        return Answer(200, self._group_view(group))

    def delete_group(self, group_id: str) -> Answer:
        """Answer DELETE …/groups/{id}."""
        group = _find(self.groups, group_id)
        if group is None:
            return _not_found("Group")
        self.groups.remove(group)
        self.members = {pair for pair in self.members if pair[1] != group["id"]}
        for child in self.groups:
            if child["parentId"] == group["id"]:
                child["parentId"] = group["parentId"]
        return Answer(200, {"success": True})

    def list_groups(self, params: Mapping[str, str]) -> Answer:
        """Answer GET …/groups."""
        problem = problem_with(params, GROUPS)
        if problem is not None:
            return _invalid(problem)
        if "query" in params:
            query = json.loads(params["query"])
            chosen = [group for group in self.groups if holds(query, self._group_document(group))]
        else:
            chosen = [group for group in self.groups if filter_holds(group, params)]
        return self._page(GROUPS, [self._group_view(group) for group in chosen], params)

    def _new_id(self, seen: Json) -> str:
        taken = [entity["id"] for entity in (*self.users, *self.groups)]
        new_id = str(seen.get("id"))
        is_new = re.fullmatch("[0-9a-f]{24}", new_id) is not None and new_id not in taken
        return new_id if is_new else "an id of its own"

    def _user_problem(self, body: Json, user: Json | None) -> Answer | None:
        return _either(
            self._email_problem(body, user),
            _unknown_id("experienceUser.experienceGroupIds", body, self.groups),
        )

    def _email_problem(self, body: Json, user: Json | None) -> Answer | None:
        others = [other["email"].lower() for other in self.users if other is not user]
        if "email" not in body or body["email"].lower() not in others:
            return None
        message = f'Email address "{body["email"]}" already exists'
        return Answer(400, {"type": "AlreadyExists", "message": message})

    def _group_problem(self, body: Json, group: Json | None) -> Answer | None:
        return _either(
            _unknown_id("experienceGroup.experienceUserIds", body, self.users),
            self._parent_problem(body, group),
        )

    def _parent_problem(self, body: Json, group: Json | None) -> Answer | None:
        if body.get("parentId") is None:
            return None
        parent = _find(self.groups, body["parentId"])
        is_good = parent is not None and group not in (parent, *self._ancestors(parent))
        return None if is_good else _invalid("experienceGroup.parentId …")

    def _join_groups(self, user_id: str, body: Json) -> None:
        if "experienceGroupIds" in body:
            others = {pair for pair in self.members if pair[0] != user_id}
            self.members = others | {(user_id, one.lower()) for one in body["experienceGroupIds"]}

    def _take_users(self, group_id: str, body: Json) -> None:
        if "experienceUserIds" in body:
            others = {pair for pair in self.members if pair[1] != group_id}
            self.members = others | {(one.lower(), group_id) for one in body["experienceUserIds"]}

    def _groups_of(self, user: Json) -> list[Json]:
        return [group for group in self.groups if (user["id"], group["id"]) in self.members]

    def _users_of(self, group: Json) -> list[Json]:
        return [user for user in self.users if (user["id"], group["id"]) in self.members]

    def _ancestors(self, group: Json) -> list[Json]:
        """Return a group's ancestors, from the parent up to the root."""
        parents = [other for other in self.groups if other["id"] == group["parentId"]]
        return [*parents, *(above for parent in parents for above in self._ancestors(parent))]

    def _is_in_group(self, user: Json, params: Mapping[str, str]) -> bool:
        group_id = params.get("experienceGroupId", "").lower()
        mine = _ids(self._groups_of(user))
        if group_id in ("", "any", "none"):
            return group_id == "" or bool(mine) == (group_id == "any")
        groups = [group for group in self.groups if group["id"] == group_id]
        if params.get("includeAncestorGroups") in YES:
            groups += [above for group in groups for above in self._ancestors(group)]
        return any(one in mine for one in _ids(groups))

    def _user_document(self, user: Json) -> Json:
        groups = _ids(self._groups_of(user))
        return {**user, "id": [user["id"]], "experienceGroupId": groups}

    def _group_document(self, group: Json) -> Json:
        ancestors = _ids(self._ancestors(group))
        return {
            **group,
            "id": [group["id"]],
            "parentId": ancestors[:1],
            "ancestorId": ancestors,
            "experienceUserId": _ids(self._users_of(group)),
            "experienceEndpointId": group["experienceEndpointIds"],
        }

    def _user_view(self, user: Json) -> Json:
        digest = hashlib.md5(user["email"].lower().encode(), usedforsecurity=False).hexdigest()
        return {
            **user,
            "experienceUserId": user["id"],
            "avatarUrl": f"https://secure.gravatar.com/avatar/{digest}?d=retro&s=240",
            "experienceGroups": [
                {key: group[key] for key in ("id", "name", "parentId")}
                for group in self._groups_of(user)
            ],
            **self._hypermedia("experienceUser", f"users/{user['id']}"),
        }

    def _group_view(self, group: Json) -> Json:
        return {
            **group,
            "experienceGroupId": group["id"],
            "experienceUserIds": _ids(self._users_of(group)),
            "ancestorIds": _ids(self._ancestors(group)),
            **self._hypermedia("experienceGroup", f"groups/{group['id']}"),
        }

    def _page(self, listing: Listing, items: list[Json], params: Mapping[str, str]) -> Answer:
        hypermedia = self._hypermedia(listing.type_name, listing.path)
        return Answer(200, {**page_of(items, params, listing), **hypermedia})

    def _hypermedia(self, type_name: str, path: str) -> Json:
        href = f"/applications/{self.application_id}/experience/{path}"
        return {
            "applicationId": self.application_id,
            "_type": type_name,
            "_links": {"self": {"href": href}},
        }


def _find(entities: Iterable[Json], entity_id: str) -> Json | None:
    found = [entity for entity in entities if entity["id"] == entity_id.lower()]
    return found[0] if found else None


def _ids(entities: Iterable[Json]) -> list[str]:
    return [entity["id"] for entity in entities]


def _stored_user(body: Json) -> Json:
    return {key: body[key] for key in body if key not in ("password", "experienceGroupIds")}


def _stored_group(body: Json) -> Json:
    stored = {key: body[key] for key in body if key != "experienceUserIds"}
    if stored.get("parentId") is not None:
        stored["parentId"] = stored["parentId"].lower()
    return stored


def _instant(seen: Json, name: str) -> str:
    text = str(seen.get(name))
    is_instant = re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", text) is not None
    return text if is_instant else "an instant"


def _not_found(noun: str) -> Answer:
    return Answer(404, {"type": "NotFound", "message": f"Experience {noun} was not found"})


def _invalid(message: str) -> Answer:
    return Answer(400, {"type": "Validation", "message": message})


def _either(one: Answer | None, other: Answer | None) -> Answer | None:
    return replace(one, or_else=other) if one is not None else other


def _unknown_id(field: str, body: Json, entities: list[Json]) -> Answer | None:
    wanted = body.get(field.split(".")[1], [])
    unknown = [index for index, one in enumerate(wanted) if _find(entities, one) is None]
    return _invalid(f"{field}.{unknown[0]} was not found") if unknown else None
