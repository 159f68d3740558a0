"""Worlds to try documents on."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Coroutine, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import pytest

from mock_server.domain.context import WorldContext
from mock_server.seeds.build import additions, build
from mock_server.seeds.export import export
from mock_server.seeds.files import pieces, read_inline, read_sources
from mock_server.seeds.mistakes import FixtureError
from mock_server.seeds.records import SeedRecords, insert
from mock_server.store import Store

T = TypeVar("T")
APPLICATION = "575ec8687ae143cd83dc4a97"
EVERYTHING: dict[str, Any] = {
    "version": 1,
    "accounts": [
        {
            "id": "b" * 24,
            "email": "Robin@example.com",
            "passwordHash": f"{'0' * 16}:{'f' * 32}",
            "firstName": "Robin",
            "lastName": "",
        }
    ],
    "applications": [
        {
            "id": "a" * 24,
            "name": "Greenhouses",
            "description": "Two of them",
            "owner": "Robin@example.com",
            "creationDate": "2024-01-01T00:00:00.000Z",
            "lastUpdated": "2024-01-02T00:00:00.001Z",
            "properties": {"endpointSlug": "green", "globals": [{"key": "a", "json": None}]},
            "groups": [
                {
                    "id": "c" * 24,
                    "name": "Sales",
                    "description": "",
                    "members": ["2" * 24, "1" * 24],
                    "groupTags": {"tier": "gold"},
                    "experienceEndpointIds": ["e" * 24],
                    "deviceIds": ["f" * 24],
                    "deviceTags": [{"key": "site"}, {"value": "north"}],
                    "deviceQueryJson": "{}",
                    "creationDate": "2024-01-01T00:00:00.000Z",
                    "lastUpdated": "2024-01-01T00:00:00.000Z",
                    "groups": [
                        {
                            "id": "d" * 24,
                            "name": "North",
                            "creationDate": "2024-01-01T00:00:00.000Z",
                            "lastUpdated": "2024-01-01T00:00:00.000Z",
                        }
                    ],
                }
            ],
            "users": [
                {
                    "id": "1" * 24,
                    "email": "Ann@example.com",
                    "passwordHash": f"{'1' * 16}:{'2' * 32}",
                    "firstName": "Ann",
                    "lastName": "",
                    "tokenCutoff": "2024-01-01T00:00:00.000Z",
                    "userTags": {"role": "häd"},
                    "groups": ["Sales/North", "Sales"],
                    "creationDate": "2024-01-01T00:00:00.000Z",
                    "lastUpdated": "2024-01-02T00:00:00.000Z",
                    "passwordLastUpdated": "2024-01-03T00:00:00.000Z",
                    "lastLogin": "2024-01-04T00:00:00.000Z",
                },
                {
                    "id": "2" * 24,
                    "email": "bob@example.com",
                    "groups": ["Sales"],
                    "creationDate": "2024-01-01T00:00:00.000Z",
                    "lastUpdated": "2024-01-01T00:00:00.000Z",
                    "passwordLastUpdated": "2024-01-01T00:00:00.000Z",
                },
            ],
            "tokens": [
                {
                    "id": "3" * 24,
                    "name": "Sync",
                    "description": "nightly",
                    "scope": [],
                    "status": "inactive",
                    "expirationDate": "2030-01-01T00:00:00.000Z",
                    "creatorId": "4" * 24,
                    "creatorType": "apiToken",
                    "creatorName": "",
                    "creationDate": "2024-01-01T00:00:00.000Z",
                    "lastUpdated": "2024-01-01T00:00:00.000Z",
                }
            ],
        }
    ],
}
"""All that a document can give, as an export gives it."""


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    """Wait for a store."""
    return asyncio.run(coroutine)


def planted(seed: SeedRecords) -> Store:
    """Return a new world of a seed."""
    store = Store()
    run(insert(store, seed))
    return store


def world(document: object, *, defaults: bool = True) -> Store:
    """Return the world that a decoded document describes."""
    source = read_inline("state", document)
    return planted(build([source], WorldContext.of(1), defaults=defaults))


def text_of(store: Store) -> str:
    """Return a world as the text of a document."""
    return json.dumps(run(export(store)))


def written(store: Store, form: str) -> bytes:
    """Return a world as it is exported in a form."""
    return b"".join(pieces(run(export(store)), form))


def loaded(content: bytes, form: str) -> Store:
    """Return the world of a seed file of a form, which holds all there is."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"seed.{form}"
        path.write_bytes(content)
        sources = read_sources([str(path)])
        return planted(build(sources, WorldContext.of(1), defaults=False))


def application_of(store: Store) -> dict[str, Any]:
    """Return the only application of a world as a document has it."""
    (application,) = run(export(store))["applications"]
    return dict(application)


def added(store: Store, document: object, application_id: str | None = None) -> SeedRecords:
    """Add a document to a world, and return what that was."""
    sources = [read_inline("more", document)]
    seed = run(additions(store, sources, WorldContext.of(2), application_id))
    run(insert(store, seed))
    return seed


def refusals(store: Store, document: object, application_id: str | None = None) -> list[str]:
    """Return the mistakes in a document that is not added to a world."""
    with pytest.raises(FixtureError) as error:
        added(store, document, application_id)
    return [str(mistake) for mistake in error.value.mistakes]


async def records(store: Store) -> list[Any]:
    """Return all that a world knows, as plain values; groups by id, as they have no order."""
    found: list[Any] = [plain(await store.accounts())]
    for application in await store.all_applications():
        groups = sorted(await store.all_groups(application.id), key=lambda one: one.group.id)
        users = await store.all_users(application.id)
        tokens = await store.all_api_tokens(application.id)
        found.append(plain((application, groups, users, tokens)))
    return found


def plain(value: Any) -> Any:
    """Return records, which are equal only to themselves, as values that can be compared."""
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {name: plain(part) for name, part in value.items()}
    return [plain(part) for part in value] if isinstance(value, list | tuple) else value
