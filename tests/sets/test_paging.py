"""The set for paging: applications with just so many users that pages are full, or are not."""

from __future__ import annotations

import pytest

from mock_server import LosantMock
from tests.sets.conftest import Ask

SET = "paging"
COUNTS = [0, 1, 99, 100, 101, 1000, 1001]


def application(count: int) -> str:
    """Return the id of the application with so many users: its last digits say how many."""
    return f"64000000000000000000{count:04d}"


def test_the_applications(losant: LosantMock) -> None:
    """There is an application for each number of users."""
    found = {one["id"]: one["users"] for one in losant.info()["applications"]}
    assert found == {application(count): count for count in COUNTS}


@pytest.mark.parametrize("count", COUNTS)
@pytest.mark.parametrize("per_page", [100, 1000])
def test_reading_all_pages(ask: Ask, count: int, per_page: int) -> None:
    """All pages together have every user once, and the one after the last has none."""
    emails: list[str] = []
    for page in range(count // per_page + 2):
        parameters = {"page": page, "perPage": per_page, "sortField": "email"}
        document = ask(
            "/experience/users", application=application(count), params=parameters
        ).json()
        assert document["totalCount"] == count
        assert len(document["items"]) == min(per_page, max(0, count - page * per_page))
        emails += [user["email"] for user in document["items"]]
    assert emails == [f"user-{number:04d}@example.com" for number in range(1, count + 1)]


@pytest.mark.parametrize("count", COUNTS)
def test_the_first_page_that_is_not_asked_for(ask: Ask, count: int) -> None:
    """Who asks for no page gets the first hundred, however many there are."""
    document = ask("/experience/users", application=application(count)).json()
    assert (document["perPage"], document["count"]) == (100, min(count, 100))
