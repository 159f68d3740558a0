"""Worlds with users in them, without a fixture file."""

from __future__ import annotations

import json

from mock_server.domain.records import ExperienceUser
from mock_server.store import Membership
from mock_server.worlds.world import World
from tests.benchmarks.people import person


async def fill(world: World, count: int) -> None:
    """Put users straight into the store, which is faster than any other way in."""
    for number in range(count):
        await world.store.add_user(_record(world, number), Membership(()))


def _record(world: World, number: int) -> ExperienceUser:
    # Through JSON and back, so that no two users share a text, as with users that were sent.
    sent = json.loads(json.dumps(person(number)))
    now = world.clock.now()
    return ExperienceUser(
        id=world.ids.at(now),
        application_id=world.application_id,
        email=sent["email"],
        creation_date=now,
        last_updated=now,
        password_last_updated=now,
        first_name=sent["firstName"],
        last_name=sent["lastName"],
        user_tags=sent["userTags"],
    )
