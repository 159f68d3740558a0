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
"""Returns whether an email address, in lower case, is in use already."""

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
    :param is_taken: says whether an email address, in lower case, must not be used
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
    from mock_server.generate.names import known_locale

    for locale in locales:
        known_locale(locale)


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
        self._random_tags = random_source(seed, "tags")
        self._random_dates = random_source(seed, "dates")
        self._now = now

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
        group = groups[0] if groups else None
        tags = _tags(self._random_tags, number, names.locale, group)
        if tags:
            user["userTags"] = tags
        user["groups"] = [group.path for group in groups]
        _add_dates(user, self._random_dates, self._now)
        return user


# The domain, and the part before the @: {0} is the first name, {1} the last, [0] takes the initial.
# A company writes all its addresses in the same way; the public providers have several.
# All domains are reserved by RFC 2606 and RFC 6761.
_EMAILS = {
    ("acme.example", "{0}.{1}"): 22,
    ("harborline.example", "{0}.{1}"): 10,
    ("tidewater.example", "{0[0]}{1}"): 12,
    ("oakfield.example", "{0[0]}.{1}"): 7,
    ("brightmill.example", "{1}.{0}"): 7,
    ("staff.example.com", "{0}{1[0]}"): 6,
    ("team.example.net", "{0[0]}{1}"): 6,
    ("example.com", "{0}.{1}"): 5,
    ("example.com", "{0[0]}{1}"): 5,
    ("mail.example.org", "{0}.{1}"): 6,
    ("mail.example.org", "{0}_{1}"): 4,
    ("mail.example.org", "{0}{1[0]}"): 4,
    ("post.example.net", "{1}.{0}"): 3,
    ("post.example.net", "{0}_{1}"): 3,
}

_DOMAINS_AND_FORMS = WeightedChoice(_EMAILS)

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
        self._counts = array("I", [0]) * _SLOTS

    def generate(self, first: str, last: str) -> str:
        """Return an address for a person with these slugs, either of which may be empty."""
        domain, form = _DOMAINS_AND_FORMS.pick(self._random)
        if first and last:
            local = form.format(first, last)
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


_ROLES = WeightedChoice(
    {
        "member": 40,
        "agent": 18,
        "technician": 14,
        "manager": 10,
        "analyst": 8,
        "auditor": 4,
        "admin": 4,
        "guest": 2,
    }
)
_PLANS = WeightedChoice({"free": 45, "standard": 35, "premium": 15, "enterprise": 5})


def _tags(random: RandomSource, number: int, locale: str, group: Group | None) -> dict[str, str]:
    """Return the ``userTags`` of a user. Many users lack some tags, and some have none.

    :param number: the position of the user, from 0
    :param group: the first group that the user is in
    """
    tags: dict[str, str] = {}
    if random() < NO_TAGS_SHARE:
        return tags
    tags["role"] = _ROLES.pick(random)
    if group is not None and random() < 0.7:
        tags["department"] = group.department
        if random() < 0.4:
            tags["costCenter"] = group.cost_center
    if random() < 0.4:
        tags["employeeId"] = f"E{number + 1:06}"
    if random() < 0.5:
        tags["locale"] = locale.replace("_", "-")
    if random() < 0.35:
        tags["plan"] = _PLANS.pick(random)
    return tags


def _add_dates(user: dict[str, Any], random: RandomSource, now: int) -> None:
    """Add the dates of a user, none of them after ``now``; recent dates are more likely.

    They are in order: created, last login, last update. The password is set between creation and
    last update.
    """
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
