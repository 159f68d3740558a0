"""Generates users: their email addresses, names, groups, tags and dates."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zlib import crc32

from mock_server.domain.clock import format_instant
from mock_server.generate.groups import HISTORY, Group, Memberships, generate_groups
from mock_server.generate.random_source import RandomSource, WeightedChoice, random_source

if TYPE_CHECKING:
    from mock_server.generate.names import Names

DEFAULT_LOCALES = ("en_US", "en_GB", "de_DE", "fr_FR", "es_ES", "nl_NL", "pl_PL", "ja_JP")

INCOMPLETE_NAME_SHARE = 0.05
NEVER_LOGGED_IN_SHARE = 0.12
NO_TAGS_SHARE = 0.15
_UPDATED_LATER_SHARE = 0.2
_NEW_PASSWORD_SHARE = 0.35

IsTaken = Callable[[str], bool]
"""Tells whether an email address, in lower case, is in use already."""

LocalPart = Callable[[str, str], str]
"""Makes the part before the @ from a first and a last name, neither of them empty."""

_SLOTS = 1 << 22


@dataclass(frozen=True)
class Generated:
    """Seed documents: nested groups, and users, which are generated while they are read."""

    groups: list[dict[str, Any]]
    users: Iterator[dict[str, Any]]


def generate_users(
    count: int,
    *,
    seed: int,
    now: int,
    locales: Sequence[str] = DEFAULT_LOCALES,
    is_taken: IsTaken | None = None,
) -> Generated:
    """Return ``count`` users and their groups.

    Users have all properties but ``id``, ``password`` and ``tokenCutoff``, and name their groups
    by path. ``groups`` is always present, even if it is empty; other properties without a value
    are left out.

    :param now: the latest instant that any date can be, in milliseconds
    :param locales: Faker's names of locales, such as ``de_DE``; users are spread evenly over them
    :param is_taken: tells whether an email address, in lower case, must not be used
    :raises ValueError: when ``count`` is negative, Faker does not know a locale, or there is none
    """
    if count < 0:
        raise ValueError("the number of users must not be negative")
    if not locales:
        raise ValueError("generating users needs a locale")
    from mock_server.generate.names import names_of

    return generate_users_named(
        names_of(locales, seed), count, seed=seed, now=now, is_taken=is_taken
    )


def generate_users_named(
    names: Sequence[Names], count: int, *, seed: int, now: int, is_taken: IsTaken | None = None
) -> Generated:
    """Return users whose names come from ``names``, and their groups."""
    groups = generate_groups(random_source(seed, "groups"), count, now)
    users = _UserGenerator(seed, now, names, groups, is_taken)
    documents = [group.document() for group in groups if group.depth == 1]
    return Generated(documents, map(users.generate, range(count)))


def check_locales(locales: Sequence[str]) -> None:
    """Check that Faker knows the locales.

    :raises ValueError: when it does not know one; the message says which
    """
    from mock_server.generate.names import known_locales

    known_locales(locales)


class _UserGenerator:
    def __init__(
        self,
        seed: int,
        now: int,
        names: Sequence[Names],
        groups: Sequence[Group],
        is_taken: IsTaken | None,
    ) -> None:
        self._random = random_source(seed, "names")
        self._names = names
        self._emails = EmailAddresses(random_source(seed, "addresses"), is_taken)
        self._memberships = Memberships(random_source(seed, "memberships"), groups)
        self._tags = _Tags(random_source(seed, "tags"))
        self._dates = _Dates(random_source(seed, "dates"), now)

    def generate(self, number: int) -> dict[str, Any]:
        """Return a user; numbers must come in order, from 0."""
        random = self._random
        names = self._names[int(random() * len(self._names))]
        first_name, last_name = names.generate(random)
        user: dict[str, Any] = {"email": self._emails.generate(first_name.slug, last_name.slug)}
        # Most users have both names. Of the few others, a third each lacks the first name, the
        # last name, or both.
        lot = random() / INCOMPLETE_NAME_SHARE
        if lot >= 1 or lot < 1 / 3:
            user["firstName"] = first_name.text
        if lot >= 2 / 3:
            user["lastName"] = last_name.text
        groups = self._memberships.generate(number)
        tags = self._tags.generate(number, names.locale, groups[0] if groups else None)
        if tags:
            user["userTags"] = tags
        user["groups"] = [group.path for group in groups]
        self._dates.add_to(user)
        return user


def _first_dot_last(first: str, last: str) -> str:
    return f"{first}.{last}"


def _initial_last(first: str, last: str) -> str:
    return first[0] + last


def _last_dot_first(first: str, last: str) -> str:
    return f"{last}.{first}"


def _first_initial(first: str, last: str) -> str:
    return first + last[0]


def _initial_dot_last(first: str, last: str) -> str:
    return f"{first[0]}.{last}"


def _first_underscore_last(first: str, last: str) -> str:
    return f"{first}_{last}"


# A company writes all its addresses in the same way; the public providers have several.
# All domains are reserved by RFC 2606 and RFC 6761.
_EMAILS: dict[tuple[str, LocalPart], float] = {
    ("acme.example", _first_dot_last): 22,
    ("harborline.example", _first_dot_last): 10,
    ("tidewater.example", _initial_last): 12,
    ("oakfield.example", _initial_dot_last): 7,
    ("brightmill.example", _last_dot_first): 7,
    ("staff.example.com", _first_initial): 6,
    ("team.example.net", _initial_last): 6,
    ("example.com", _first_dot_last): 5,
    ("example.com", _initial_last): 5,
    ("mail.example.org", _first_dot_last): 6,
    ("mail.example.org", _first_underscore_last): 4,
    ("mail.example.org", _first_initial): 4,
    ("post.example.net", _last_dot_first): 3,
    ("post.example.net", _first_underscore_last): 3,
}

DOMAINS = tuple(dict.fromkeys(domain for domain, _ in _EMAILS))


class EmailAddresses:
    """Generates unique email addresses in lower-case ASCII letters.

    A table of a fixed size (16 MiB) counts how often an address was needed, so that memory does
    not grow with the number of users. Addresses that share a slot share its count, so some get a
    number that they do not need: one in a thousand among ten thousand users, one in fifteen among
    a million.
    """

    def __init__(self, random: RandomSource, is_taken: IsTaken | None) -> None:
        self._random = random
        self._is_taken = is_taken
        self._choice = WeightedChoice(_EMAILS)
        self._counts = array("I", [0]) * _SLOTS

    def generate(self, first: str, last: str) -> str:
        """Return an address for a person with these slugs, either of which may be empty."""
        domain, local_part = self._choice.pick(self._random)
        if first and last:
            local = local_part(first, last)
        else:
            local = first or last or f"user-{int(self._random() * 1e8):08}"
        # A number makes the address unique, because the part before the @ ends either in no digit
        # or in exactly eight.
        address = f"{local}@{domain}"
        slot = crc32(address.encode()) % _SLOTS
        number = self._counts[slot] + 1
        if number > 1:
            address = f"{local}{number}@{domain}"
        while self._is_taken is not None and self._is_taken(address):
            number += 1
            address = f"{local}{number}@{domain}"
        self._counts[slot] = number
        return address


_ROLES = {
    "member": 40.0,
    "agent": 18.0,
    "technician": 14.0,
    "manager": 10.0,
    "analyst": 8.0,
    "auditor": 4.0,
    "admin": 4.0,
    "guest": 2.0,
}
_PLANS = {"free": 45.0, "standard": 35.0, "premium": 15.0, "enterprise": 5.0}


class _Tags:
    """Generates ``userTags``. Many users lack some of them, and some users have none."""

    def __init__(self, random: RandomSource) -> None:
        self._random = random
        self._roles = WeightedChoice(_ROLES)
        self._plans = WeightedChoice(_PLANS)

    def generate(self, number: int, locale: str, group: Group | None) -> dict[str, str]:
        """Return the tags of a user.

        :param number: the position of the user, from 0
        :param group: the first group that the user is in
        """
        random = self._random
        tags: dict[str, str] = {}
        if random() < NO_TAGS_SHARE:
            return tags
        tags["role"] = self._roles.pick(random)
        if group is not None and random() < 0.7:
            tags["department"] = group.department
            if random() < 0.4:
                tags["costCenter"] = group.cost_center
        if random() < 0.4:
            tags["employeeId"] = f"E{number + 1:06}"
        if random() < 0.5:
            tags["locale"] = locale.replace("_", "-")
        if random() < 0.35:
            tags["plan"] = self._plans.pick(random)
        return tags


class _Dates:
    """Generates consistent dates up to ``now``; recent dates are more likely."""

    def __init__(self, random: RandomSource, now: int) -> None:
        self._random = random
        self._now = now

    def add_to(self, user: dict[str, Any]) -> None:
        """Add the dates to a user's document.

        They are in order: created, last login, last update. The password is set between creation
        and last update.
        """
        random, now = self._random, self._now
        created = now - int(HISTORY * random() * random())
        user["creationDate"] = text = update = format_instant(created)
        login = None
        updated = created
        if random() >= NEVER_LOGGED_IN_SHARE:
            updated = now - int((now - created) * random() * random())
            login = update = format_instant(updated)
        if random() < _UPDATED_LATER_SHARE:
            updated = now - int((now - updated) * random() * random())
            update = format_instant(updated)
        user["lastUpdated"] = update
        if random() < _NEW_PASSWORD_SHARE:
            text = format_instant(created + int((updated - created) * random()))
        user["passwordLastUpdated"] = text
        if login is not None:
            user["lastLogin"] = login
