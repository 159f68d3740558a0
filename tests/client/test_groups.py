"""``losant.groups``."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from mock_server import ControlPlaneError, LosantMock
from tests.client.conftest import Ask


def test_add_returns_the_group(losant: LosantMock, ask: Ask) -> None:
    """What was given comes back, with what the mock made up; clients see the same."""
    parent = losant.groups.add("Staff")
    group = losant.groups.add(
        "North",
        id="c" * 24,
        description="Up there",
        parent="Staff",
        group_tags={"tier": "gold"},
        experience_endpoint_ids=["d" * 24],
        device_ids=["e" * 24],
        creation_date=datetime(2020, 1, 1),
    )
    assert (group.id, group.name, group.description, group.parent) == (
        "c" * 24,
        "North",
        "Up there",
        "Staff",
    )
    assert (group.group_tags, group.experience_endpoint_ids) == ({"tier": "gold"}, ("d" * 24,))
    assert group.device_ids == ("e" * 24,)
    assert group.creation_date == datetime(2020, 1, 1, tzinfo=UTC)
    assert ask(losant, path=f"groups/{group.id}")[1]["parentId"] == parent.id
    assert losant.groups.list() == list(losant.groups) == [parent, group]


@pytest.mark.parametrize("name", ["a/b", "50%", "%2F", "Ä ö", "a?b#c&d=e", "..", "{x}", "日本"])
def test_odd_names(losant: LosantMock, name: str) -> None:
    """A group is found by path, by the end of it and by id, whatever it is called."""
    parent = losant.groups.add(name)
    child = losant.groups.add(name, parent=parent.id)
    assert losant.groups.get(name) == parent
    assert losant.groups.get(f"{name}/{name}") == losant.groups.get(child.id) == child
    assert losant.users.add("a@example.com", groups=[f"{name}/{name}"]).groups == (
        f"{name}/{name}",
    )
    losant.groups.remove(f"{name}/{name}")
    assert losant.groups.list() == [losant.groups.get(name)]


def test_children_of_a_removed_group_move_up(losant: LosantMock) -> None:
    """Groups below one that is removed are below its parent then."""
    losant.groups.add("A")
    losant.groups.add("B", parent="A")
    losant.groups.add("C", parent="A/B")
    losant.groups.remove("A/B")
    assert losant.groups.get("C").parent == "A"


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize("called", ["Ghosts", "f" * 24, "Ghosts/North", "%"])
def test_no_group(losant: LosantMock, called: str) -> None:
    """What is not there is a LookupError, for ``get`` and for ``remove``."""
    with pytest.raises(LookupError):
        losant.groups.get(called)
    with pytest.raises(LookupError):
        losant.groups.remove(called)


def test_an_ambiguous_name(losant: LosantMock) -> None:
    """A name that several groups have is a LookupError that tells their paths."""
    for name in ("A", "B"):
        losant.groups.add(name)
        losant.groups.add("North", parent=name)
    with pytest.raises(LookupError, match='"A/North" or "B/North"'):
        losant.groups.get("North")
    with pytest.raises(LookupError, match='"A/North" or "B/North"'):
        losant.groups.remove("North")
    assert len(losant.groups) == 4


@pytest.mark.parametrize(
    ("name", "properties", "message"),
    [
        ("", {}, "name"),
        ("x", {"id": "c" * 24}, f"id is already in use: {'c' * 24}"),
        ("x", {"parent": "Ghosts"}, 'parent refers to unknown group "Ghosts"'),
        ("x", {"parent": "x"}, "parent makes the group its own ancestor"),
        ("x", {"id": "d" * 24, "parent": "d" * 24}, "parent makes the group its own ancestor"),
        ("x", {"group_tags": {"a b": "x"}}, "groupTags"),
        ("x", {"device_ids": ["short"]}, "deviceIds"),
        ("x", {"grouptags": {}}, "grouptags is not a known property; did you mean groupTags?"),
    ],
)
def test_impossible_groups(
    losant: LosantMock, name: str, properties: dict[str, Any], message: str
) -> None:
    """A group that cannot be is refused with a reason, and nothing changes."""
    losant.groups.add("Staff", id="c" * 24)
    before = losant.state()
    with pytest.raises(ControlPlaneError) as refused:
        losant.groups.add(name, **properties)
    assert message in str(refused.value)
    assert losant.state() == before


def test_other_applications(losant: LosantMock, other_application: str) -> None:
    """``in_application`` gives the groups of another application, and only those."""
    there = losant.groups.in_application(other_application)
    there.add("Staff")
    user = losant.users.in_application(other_application).add("ann@example.com", groups=["Staff"])
    assert user.groups == ("Staff",)
    assert (len(there), len(losant.groups)) == (1, 0)
    there.remove("Staff")
    assert len(there) == 0
