"""The official Python client: who is in which group, and which group is below which."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from losant_rest import Client

from tests.clients.ids import ANN, BEN, CLEO, COMPANY, DORA, EXPORT, LAB, MISSING, NORTH, SALES

Refusal = Callable[..., tuple[int, Any]]


class Place:
    """Users and groups of one application, by their ids."""

    def __init__(self, client: Client, application_id: str) -> None:
        self.client = client
        self.app = {"applicationId": application_id}

    def user(self, user_id: str) -> dict[str, Any]:
        """Return a user."""
        user = self.client.experience_user.get(**self.app, experienceUserId=user_id)
        return dict(user)

    def group(self, group_id: str) -> dict[str, Any]:
        """Return a group."""
        group = self.client.experience_group.get(**self.app, experienceGroupId=group_id)
        return dict(group)

    def groups_of(self, user_id: str) -> set[str]:
        """Return the ids of a user's groups, from the user's side."""
        return {str(group["id"]) for group in self.user(user_id)["experienceGroups"]}

    def members_of(self, group_id: str) -> set[str]:
        """Return the ids of a group's users; the three ways to ask must agree."""
        members = {str(user_id) for user_id in self.group(group_id)["experienceUserIds"]}
        users = self.client.experience_users
        listed = users.get(**self.app, experienceGroupId=group_id)["items"]
        queried = users.get(**self.app, query={"experienceGroupId": group_id})["items"]
        assert members == {user["id"] for user in listed} == {user["id"] for user in queried}
        return members

    def patch_user(self, user_id: str, **change: object) -> Any:
        """Change a user."""
        patch = self.client.experience_user.patch
        return patch(**self.app, experienceUserId=user_id, experienceUser=change)

    def patch_group(self, group_id: str, **change: object) -> Any:
        """Change a group."""
        patch = self.client.experience_group.patch
        return patch(**self.app, experienceGroupId=group_id, experienceGroup=change)


@pytest.fixture
def place(client: Client, app_id: str) -> Place:
    """The application that has users and groups in it."""
    return Place(client, app_id)


def test_joining_from_the_users_side(place: Place) -> None:
    """Who is put into groups by its own record is a member of them, and of no other."""
    assert place.members_of(SALES) == {ANN}
    place.patch_user(ANN, experienceGroupIds=[NORTH, LAB])
    assert place.groups_of(ANN) == {NORTH, LAB}
    assert place.members_of(SALES) == set()
    assert place.members_of(NORTH) == {ANN, BEN}
    assert place.members_of(LAB) == {ANN, CLEO, DORA}


def test_joining_from_the_groups_side(place: Place) -> None:
    """Members that are written on a group take the place of all it had."""
    patched = place.patch_group(LAB, experienceUserIds=[ANN, DORA, ANN])
    assert sorted(patched["experienceUserIds"]) == [ANN, DORA]
    assert place.members_of(LAB) == {ANN, DORA}
    assert place.groups_of(ANN) == {SALES, LAB}
    assert place.groups_of(DORA) == {LAB}
    assert place.groups_of(CLEO) == {EXPORT}


def test_leaving_from_both_sides(place: Place) -> None:
    """An empty list empties a group, or takes a user out of all groups."""
    place.patch_group(LAB, experienceUserIds=[])
    assert place.members_of(LAB) == set()
    assert place.groups_of(DORA) == set()
    place.patch_user(CLEO, experienceGroupIds=[])
    assert place.members_of(EXPORT) == set()


def test_new_user_and_new_group(place: Place) -> None:
    """What is created with memberships has them on both sides."""
    new = {"email": "gil@example.com", "password": "password1234", "experienceGroupIds": [LAB]}
    gil = place.client.experience_users.post(**place.app, experienceUser=new)["id"]
    assert place.members_of(LAB) == {gil, CLEO, DORA}
    team = {"name": "Team", "experienceUserIds": [gil, ANN]}
    team_id = place.client.experience_groups.post(**place.app, experienceGroup=team)["id"]
    assert place.groups_of(gil) == {LAB, team_id}
    assert place.groups_of(ANN) == {SALES, team_id}


def test_unknown_members(place: Place, refusal: Refusal) -> None:
    """A member that does not exist is named, and nothing changes."""
    status, data = refusal(place.patch_group, group_id=LAB, experienceUserIds=[ANN, MISSING])
    assert (status, data["type"]) == (400, "Validation")
    assert data["message"].startswith("experienceGroup.experienceUserIds.1 ")
    assert place.members_of(LAB) == {CLEO, DORA}


def test_memberships_do_not_move_the_other_sides_date(place: Place) -> None:
    """Only the record that was written to is newer."""
    ann, lab = place.user(ANN), place.group(LAB)
    place.patch_group(LAB, experienceUserIds=[ANN])
    assert place.user(ANN)["lastUpdated"] == ann["lastUpdated"]
    lab_after = place.group(LAB)
    assert lab_after["lastUpdated"] > lab["lastUpdated"]
    place.patch_user(ANN, experienceGroupIds=[])
    assert place.group(LAB)["lastUpdated"] == lab_after["lastUpdated"]


def test_renaming_a_group_shows_on_its_users(place: Place) -> None:
    """A user's record has its groups' present names and parents."""
    place.patch_group(NORTH, name="Norway", parentId=LAB)
    groups = place.user(BEN)["experienceGroups"]
    assert groups == [{"id": NORTH, "name": "Norway", "parentId": LAB}]


def test_deleting_a_group_keeps_its_users(place: Place) -> None:
    """The users of a deleted group stay, without it."""
    place.client.experience_group.delete(**place.app, experienceGroupId=LAB)
    assert place.groups_of(CLEO) == {EXPORT}
    assert place.groups_of(DORA) == set()
    homeless = place.client.experience_users.get(**place.app, experienceGroupId="none")
    assert "dora@example.com" in {user["email"] for user in homeless["items"]}


def test_ancestors(place: Place) -> None:
    """A group knows its ancestors, from its parent up to the root."""
    assert place.group(NORTH)["ancestorIds"] == [SALES, COMPANY]
    assert place.group(SALES)["ancestorIds"] == [COMPANY]
    assert place.group(COMPANY)["ancestorIds"] == []


def test_moving_a_group(place: Place) -> None:
    """A group moves with everything below it; null makes it a root."""
    patched = place.patch_group(SALES, parentId=LAB)
    assert (patched["parentId"], patched["ancestorIds"]) == (LAB, [LAB, COMPANY])
    assert place.group(NORTH)["ancestorIds"] == [SALES, LAB, COMPANY]
    users = place.client.experience_users.get(
        **place.app, experienceGroupId=NORTH, includeAncestorGroups="true"
    )
    assert [user["firstName"] for user in users["items"]] == ["Ben", "Ann", "Cleo", "Dora"]
    patched = place.patch_group(SALES, parentId=None)
    assert (patched["parentId"], patched["ancestorIds"]) == (None, [])
    assert place.group(NORTH)["ancestorIds"] == [SALES]


def test_deleting_a_group_moves_its_children_up(place: Place) -> None:
    """The children of a deleted group go to its parent."""
    place.client.experience_group.delete(**place.app, experienceGroupId=SALES)
    for child in (NORTH, EXPORT):
        group = place.group(child)
        assert (group["parentId"], group["ancestorIds"]) == (COMPANY, [COMPANY])
    assert place.user(BEN)["experienceGroups"][0]["parentId"] == COMPANY
    place.client.experience_group.delete(**place.app, experienceGroupId=COMPANY)
    assert place.group(NORTH)["parentId"] is None


@pytest.mark.parametrize("parent", [SALES, NORTH, MISSING], ids=["itself", "child", "nothing"])
def test_impossible_parent(place: Place, refusal: Refusal, parent: str) -> None:
    """A group cannot be below itself, its own child, or nothing."""
    status, data = refusal(place.patch_group, group_id=SALES, parentId=parent)
    assert (status, data["type"]) == (400, "Validation")
    assert data["message"].startswith("experienceGroup.parentId ")
    assert place.group(SALES)["parentId"] == COMPANY
