"""Requests per second, beside a bare ASGI application that answers the same bytes.

The same page is asked for again and again, as tests do; so the documents in it are made once. What
it takes to make them shows in the listing of pages that are new each time.
"""

from __future__ import annotations

import json
from dataclasses import replace

from tests.benchmarks.load import compare
from tests.benchmarks.people import person
from tests.benchmarks.rows import Goal, Row, at_least
from tests.benchmarks.targets import (
    Target,
    bytes_like,
    command_with,
    fetch,
    filtered,
    mock_with,
    users_path,
)

_USERS = 1000
_CREATED_BYTES = 600


def listing() -> list[Row]:
    """Return the row for a page of 100."""
    with mock_with(users=_USERS) as target:
        return [
            _beside_same_bytes("page of 100 of 1,000 users (same bytes)", target, at_least(0.25))
        ]


def filtering() -> list[Row]:
    """Return the row for a page of those users that have a text in their email address."""
    with mock_with(users=_USERS) as target:
        wanted = filtered(target, "*ann*")
        return [_beside_same_bytes("same, filter=*ann* (same bytes)", wanted, at_least(0.15))]


def serving() -> list[Row]:
    """Return the rows of the command as it is used: its log and its journal are on."""
    with command_with(users=_USERS) as target:
        return [
            _beside_same_bytes("serve: page of 100 of 1,000 users", target, at_least(0.18)),
            _beside_same_bytes("serve: filter=*an*", filtered(target, "*an*"), at_least(0.11)),
            _creating("serve: creating a user", target),
        ]


def creating() -> list[Row]:
    """Return the row for creating users, each with another email address."""
    with mock_with(users=_USERS) as target:
        what = f"creating a user (reads the body, answers {_CREATED_BYTES} bytes)"
        return [_creating(what, target)]


def _creating(what: str, target: Target) -> Row:
    fetch(target)  # makes the index that new users then have to be put into
    target = creation(target)
    answer = {**fetch(target), "body": "x" * _CREATED_BYTES}
    answer["headers"] = [
        (name, str(_CREATED_BYTES) if name == "content-length" else value)
        for name, value in answer["headers"]
    ]
    with bytes_like(target, answer) as reference:
        return compare(target, reference).as_rates(what, at_least(0.10))


def _beside_same_bytes(what: str, target: Target, goal: Goal) -> Row:
    with bytes_like(target, fetch(target)) as reference:
        return compare(target, reference).as_rates(what, goal)


def creation(listing: Target) -> Target:
    """Return the creation of users, each with another email address."""
    application_id = listing.path.split("/")[2]
    user = {**person(0), "email": "created{number}@example.com", "password": "password1234"}
    return replace(
        listing,
        method="POST",
        path=users_path(application_id),
        body=json.dumps(user),
        status=201,
    )
