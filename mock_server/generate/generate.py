"""A crowd, put together: people with names, addresses, groups, tags and dates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

from mock_server.generate.dates import Dates
from mock_server.generate.emails import Addresses, Taken
from mock_server.generate.groups import Group, Memberships, organisation
from mock_server.generate.random_source import stream
from mock_server.generate.tags import Tags

if TYPE_CHECKING:
    from mock_server.generate.names import Names

DEFAULT_LOCALES = ("en_US", "en_GB", "de_DE", "fr_FR", "es_ES", "nl_NL", "pl_PL", "ja_JP")
INCOMPLETE_NAME_SHARE = 0.05

_NAMES = "mock_server.generate.names"
"""The module that imports Faker, which takes longer than to start a server."""


@dataclass(frozen=True)
class Crowd:
    """Fixture documents: of the groups, nested, and of the users, made while they are read."""

    groups: list[dict[str, Any]]
    users: Iterator[dict[str, Any]]


def crowd(
    count: int,
    *,
    seed: int,
    now: int,
    locales: Sequence[str] = DEFAULT_LOCALES,
    taken: Taken | None = None,
) -> Crowd:
    """Return users and the groups that they are in; in a larger crowd, the first are the same.

    Users have all properties but ``id``, ``password`` and ``tokenCutoff``, and name their groups
    by path. ``groups`` is there even if it is empty; the rest only if there is something to say.

    :param now: the instant, in milliseconds, that nothing in the crowd is later than
    :param locales: as Faker calls them, such as ``de_DE``; each gives as many users as the others
    :param taken: tells of an address, in small letters, whether it can not be given any more
    :raises ValueError: when there is no such locale, or none at all
    """
    if count < 0:
        raise ValueError("a crowd has no less than 0 users")
    if not locales:
        raise ValueError("a crowd needs a locale")
    names: list[Names] = import_module(_NAMES).names_of(locales)
    return crowd_of(names, count, seed=seed, now=now, taken=taken)


def check_locales(locales: Sequence[str]) -> None:
    """See that there are such locales.

    :raises ValueError: when one is none; it says which
    """
    import_module(_NAMES).known_locales(locales)


def crowd_of(
    names: Sequence[Names], count: int, *, seed: int, now: int, taken: Taken | None = None
) -> Crowd:
    """Return users who are called by one or another of these names, and their groups."""
    groups = organisation(stream(seed, "groups"), count, now)
    people = _People(seed, now, names, groups, taken)
    documents = [group.document() for group in groups if group.depth == 1]
    return Crowd(documents, map(people.make, range(count)))


class _People:
    def __init__(
        self,
        seed: int,
        now: int,
        names: Sequence[Names],
        groups: Sequence[Group],
        taken: Taken | None,
    ) -> None:
        self._draw = stream(seed, "names")
        self._names = names
        self._addresses = Addresses(stream(seed, "addresses"), taken)
        self._memberships = Memberships(stream(seed, "memberships"), groups)
        self._tags = Tags(stream(seed, "tags"))
        self._dates = Dates(stream(seed, "dates"), now)

    def make(self, number: int) -> dict[str, Any]:
        """Return a user; to be asked for users 0, 1, 2 and so on."""
        draw = self._draw
        names = self._names[int(draw() * len(self._names))]
        first_name, last_name = names.pick(draw)
        user: dict[str, Any] = {"email": self._addresses.make(first_name.slug, last_name.slug)}
        # Both names, but for a few users only one, or none.
        lot = draw() / INCOMPLETE_NAME_SHARE
        if lot >= 1 or lot < 1 / 3:
            user["firstName"] = first_name.text
        if lot >= 2 / 3:
            user["lastName"] = last_name.text
        groups = self._memberships.of(number)
        tags = self._tags.make(number, names.locale, groups[0] if groups else None)
        if tags:
            user["userTags"] = tags
        user["groups"] = [group.path for group in groups]
        self._dates.put_in(user)
        return user
