"""``losant.users``."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from mock_server import ControlPlaneError, LosantMock
from mock_server.client.records import User
from mock_server.seeds.documents import UserFixture
from tests.client.conftest import Ask

BERLIN = timezone(timedelta(hours=1))


def test_add_returns_the_user(losant: LosantMock) -> None:
    """What was given comes back, with what the mock made up."""
    losant.groups.add("Staff")
    user = losant.users.add(
        "Ann@example.com",
        id="c" * 24,
        first_name="Ann",
        last_name="Oak",
        groups=["Staff"],
        user_tags={"floor": "3"},
    )
    assert (user.id, user.email, user.first_name, user.last_name) == (
        "c" * 24,
        "Ann@example.com",
        "Ann",
        "Oak",
    )
    assert (user.groups, user.user_tags, user.last_login) == (("Staff",), {"floor": "3"}, None)
    assert user.creation_date == user.last_updated == user.password_last_updated
    assert losant.users.get(user.id) == user


def test_clients_see_them(losant: LosantMock, ask: Ask) -> None:
    """What is added, the mocked API has; what a client creates, the handle has."""
    user = losant.users.add("ann@example.com", password="password1234")
    assert ask(losant)[1]["items"][0]["id"] == user.id
    _, created = ask(losant, "POST", body={"email": "ben@example.com", "password": "password1"})
    assert losant.users.get("ben@example.com").id == created["id"]
    assert [one.email for one in losant.users] == ["ann@example.com", "ben@example.com"]


def test_nothing_counts_as_a_request(losant: LosantMock) -> None:
    """The journal does not show what the handle does, and faults do not strike it."""
    losant.faults.status(503)
    losant.users.add("ann@example.com")
    losant.users.remove("ann@example.com")
    assert len(losant.requests) == 0


def test_dates(losant: LosantMock) -> None:
    """Dates are UTC and know it; those without a time zone mean UTC; text will do too."""
    user = losant.users.add(
        "ann@example.com",
        creation_date=datetime(2020, 1, 1),
        last_updated=datetime(2021, 1, 1, tzinfo=BERLIN),
        password_last_updated="2022-01-01T00:00:00+01:00",
        last_login=datetime(2023, 1, 1, 0, 0, 0, 5000, tzinfo=UTC),
    )
    assert user.creation_date == datetime(2020, 1, 1, tzinfo=UTC)
    assert user.last_updated == datetime(2020, 12, 31, 23, tzinfo=UTC)
    assert user.password_last_updated == datetime(2021, 12, 31, 23, tzinfo=UTC)
    assert user.last_login == datetime(2023, 1, 1, 0, 0, 0, 5000, tzinfo=UTC)
    dates = (user.creation_date, user.last_updated, user.password_last_updated, user.last_login)
    assert [date.utcoffset() for date in dates] == [timedelta(0)] * 4
    assert losant.users.get(user.id) == user


@pytest.mark.parametrize(
    "email",
    [
        "ann+x@example.com",
        "o'brien@example.com",
        "50%25@example.com",
        "a&b=c?d#e@example.com",
        "ünï@exämple.com",
        "{ann}@example.com",
        "a/b@example.com",
    ],
)
def test_odd_emails(losant: LosantMock, email: str) -> None:
    """A user is found and removed by whatever email address it can have, in whatever case."""
    user = losant.users.add(email)
    assert losant.users.get(email) == losant.users.get(email.upper()) == user
    losant.users.remove(email)
    assert len(losant.users) == 0


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize("called", ["nobody@example.com", "f" * 24, "", "%", "../users", "?"])
def test_nobody(losant: LosantMock, called: str) -> None:
    """Somebody who is not there is a LookupError, for ``get`` and for ``remove``."""
    with pytest.raises(LookupError):
        losant.users.get(called)
    with pytest.raises(LookupError):
        losant.users.remove(called)


@pytest.mark.parametrize(
    ("email", "properties", "message"),
    [
        ("nobody", {}, "email must be email format"),
        ("", {}, "email must be email format"),
        ("ANN@example.com", {}, 'email is already in use: "ANN@example.com"'),
        ("b@example.com", {"id": "c" * 24}, f"id is already in use: {'c' * 24}"),
        ("b@example.com", {"id": "short"}, "id pattern mismatch"),
        ("b@example.com", {"groups": ["Ghosts"]}, 'groups[0] refers to unknown group "Ghosts"'),
        ("b@example.com", {"groups": "Ghosts"}, "groups must be a list"),
        ("b@example.com", {"user_tags": {"a": 1}}, "userTags.a must be text"),
        ("b@example.com", {"last_login": "yesterday"}, "lastLogin"),
        ("b@example.com", {"frist_name": "x"}, "fristName is not a known property; did you mean"),
    ],
)
def test_impossible_users(
    losant: LosantMock, email: str, properties: dict[str, Any], message: str
) -> None:
    """A user who cannot be is refused with a reason, and nothing changes."""
    losant.users.add("ann@example.com", id="c" * 24)
    before = losant.state()
    with pytest.raises(ControlPlaneError) as refused:
        losant.users.add(email, **properties)
    assert message in str(refused.value)
    assert refused.value.status == 400
    assert losant.state() == before


def test_passwords_work(losant: LosantMock) -> None:
    """The password is kept, as a hash, and shown nowhere."""
    user = losant.users.add("ann@example.com", password="correct horse")
    assert "horse" not in repr(user)
    assert "horse" not in str(losant.state())


def test_users_are_values(losant: LosantMock) -> None:
    """A user is a picture of a moment, and cannot be changed."""
    user = losant.users.add("ann@example.com")
    with pytest.raises(FrozenInstanceError):
        user.email = "ben@example.com"  # type: ignore[misc]
    losant.users.remove(user.id)
    assert user.email == "ann@example.com"


def test_other_applications(losant: LosantMock, other_application: str) -> None:
    """``in_application`` gives the users of another application, and only those."""
    there = losant.users.in_application(other_application)
    assert [user.email for user in there] == ["other@example.com"]
    added = there.add("ann@example.com")
    assert there.get(added.id) == there.list()[1] == added
    there.remove("other@example.com")
    assert (len(there), len(losant.users)) == (1, 0)


@pytest.mark.usefixtures("unchanged")
def test_no_application(losant: LosantMock) -> None:
    """An application that does not exist is told by its id."""
    for action in (len, list, lambda users: users.add("ann@example.com")):
        with pytest.raises((ControlPlaneError, LookupError), match="f" * 24):
            action(losant.users.in_application("f" * 24))


def test_the_client_knows_every_property() -> None:
    """A user of the client has what seed files say of one, but for passwords."""
    known = {field.name for field in fields(User)}
    documented = {field.name for field in fields(UserFixture)}
    assert documented - {"password", "password_hash"} <= known
