"""From a seed to a world: records into the store."""

from __future__ import annotations

from mock_server.seeds.seed import Seed, SeededApplication
from mock_server.store.base import Membership, Store

_NOBODY = Membership(())


async def insert(store: Store, seed: Seed) -> None:
    """Add the records of a seed to what the store holds; they were checked when it was made."""
    for account in seed.accounts:
        await store.add_account(account)
    for planted in seed.applications:
        await _insert_application(store, planted)


async def _insert_application(store: Store, planted: SeededApplication) -> None:
    if not planted.exists:
        await store.add_application(planted.application)
    for group in planted.groups:
        await store.add_group(group, _NOBODY)
    await store.add_users(planted.application.id, planted.users)
    # The order of a group's members is that of the users, until it is said to be another.
    for group_id, user_ids in planted.members:
        await store.change_group(planted.application.id, group_id, {}, Membership(user_ids))
    for token in planted.tokens:
        await store.add_api_token(token)
