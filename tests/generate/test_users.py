"""Generated users and groups, as a seed file has them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from faker.config import AVAILABLE_LOCALES
from hypothesis import given, settings
from hypothesis import strategies as st

from mock_server.domain.clock import parse_instant
from mock_server.domain.context import WorldContext
from mock_server.generate import DEFAULT_LOCALES, generate_users
from mock_server.generate.groups import NO_GROUP_SHARE
from mock_server.generate.users import (
    DOMAINS,
    INCOMPLETE_NAME_SHARE,
    NEVER_LOGGED_IN_SHARE,
    NO_TAGS_SHARE,
)
from mock_server.seeds.build import load
from mock_server.seeds.files import read_inline
from mock_server.text import fold

NOW = 1_730_000_000_000
EXAMPLES = settings(max_examples=40)
COUNTS = st.integers(0, 60)
SEEDS = st.integers()
LOCALES = st.lists(st.sampled_from(AVAILABLE_LOCALES), min_size=1, max_size=3)
MANY = 5000

User = dict[str, Any]


def users(count: int, *locales: str, seed: int = 1) -> list[User]:
    """Return generated users."""
    return list(generate_users(count, seed=seed, now=NOW, locales=locales or DEFAULT_LOCALES).users)


def emails(found: list[User]) -> list[str]:
    """Return the addresses of users."""
    return [user["email"] for user in found]


def paths(groups: list[dict[str, Any]], above: str = "") -> list[str]:
    """Return the paths of groups and of those below them."""
    found = []
    for group in groups:
        found += [
            above + group["name"],
            *paths(group.get("groups", []), f"{above}{group['name']}/"),
        ]
    return found


@pytest.fixture(scope="module")
def many() -> list[User]:
    """Return so many users that shares can be counted."""
    return users(MANY)


def share(found: list[User], condition: Callable[[User], bool]) -> float:
    """Return the share of users for whom the condition is true, from 0 to 1."""
    return sum(map(condition, found)) / len(found)


@given(COUNTS, SEEDS, LOCALES)
@EXAMPLES
def test_generated_data_is_a_seed_document(count: int, seed: int, locales: list[str]) -> None:
    """The seed reader finds no mistake in any generated data."""
    made = generate_users(count, seed=seed, now=NOW, locales=locales)
    source = read_inline("", {"version": 1, "groups": made.groups, "users": list(made.users)})
    assert list(source.mistakes) == []
    assert len(source.value.users) == count


def test_generated_data_can_be_loaded(tmp_path: Path) -> None:
    """Users loaded from a file are in the groups that their paths name."""
    made = generate_users(300, seed=1, now=NOW)
    found = list(made.users)
    path = tmp_path / "users.json"
    path.write_text(json.dumps({"groups": made.groups, "users": found}))
    (planted,) = load([str(path)], WorldContext.of(1)).applications
    names = {group.id: group.name for group in planted.groups}
    assert len(planted.groups) == len(paths(made.groups))
    assert [[names[group.id] for group in user.groups] for user in planted.users] == [
        [path.rpartition("/")[2] for path in user["groups"]] for user in found
    ]


def test_the_same_everywhere() -> None:
    """The result does not depend on the process or its hash seed."""
    program = (
        "import hashlib, json\n"
        "from mock_server.generate import generate_users\n"
        f"made = generate_users(200, seed=7, now={NOW})\n"
        "text = json.dumps([made.groups, list(made.users)])\n"
        "print(hashlib.sha256(text.encode()).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", program],
            env=os.environ | {"PYTHONHASHSEED": hash_seed},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for hash_seed in ("1", "2")
    }
    assert len(digests) == 1


@given(COUNTS, COUNTS, SEEDS)
@EXAMPLES
def test_fewer_users_are_the_first_of_more(count: int, more: int, seed: int) -> None:
    """With the same seed, fewer users are the first of more users; the groups are there too."""
    small = generate_users(count, seed=seed, now=NOW, locales=["fr_FR", "ru_RU"])
    large = generate_users(count + more, seed=seed, now=NOW, locales=["fr_FR", "ru_RU"])
    assert list(small.users) == list(islice(large.users, count))
    assert set(paths(small.groups)) <= set(paths(large.groups))


def test_another_seed_makes_other_users() -> None:
    """Hardly any email address is in both."""
    both = set(emails(users(500, seed=1))) & set(emails(users(500, seed=-1)))
    assert len(both) < 25


def test_users_are_generated_while_they_are_read() -> None:
    """The first of any number of users is there at once."""
    made = generate_users(10**12, seed=1, now=NOW)
    assert "email" in next(made.users)


@pytest.mark.parametrize("locales", [("gu_IN",), ("en_US", "en_GB", "en_NZ")])
def test_addresses_are_unique(locales: tuple[str, ...]) -> None:
    """Even people of the same name have different addresses; case is ignored."""
    found = emails(users(20_000, *locales))
    assert len(set(map(fold, found))) == len(found)


def test_addresses_that_are_taken() -> None:
    """An address that is in use is not generated."""
    have = set(emails(users(300, "gu_IN")))
    made = generate_users(300, seed=1, now=NOW, locales=["gu_IN"], is_taken=have.__contains__)
    assert have.isdisjoint(emails(list(made.users)))


def test_addresses_are_in_reserved_domains(many: list[User]) -> None:
    """All domains are reserved for examples and tests."""
    reserved = re.compile(r"(.+\.)?(example\.(com|net|org)|example|test)")
    domains = {email.partition("@")[2] for email in emails(many)}
    assert domains == set(DOMAINS)
    assert all(map(reserved.fullmatch, domains))


def test_addresses_fit_the_names() -> None:
    """The address of a user with two names is made from them."""
    for user in users(500, "en_US"):
        first, last = user.get("firstName", "").lower(), user.get("lastName", "").lower()
        if first and last:
            local = user["email"].partition("@")[0].rstrip("0123456789")
            dotted = {f"{first}.{last}", f"{last}.{first}", f"{first[0]}.{last}"}
            assert local in dotted | {first[0] + last, first + last[0], f"{first}_{last}"}


@pytest.mark.parametrize(
    ("locale", "letters"),
    [
        ("ar_SA", r"[\u0600-\u06ff ]*"),
        ("he_IL", r"[\u0590-\u05ff '-]*"),
        ("ja_JP", r"[\u3005\u3040-\u30ff\u3400-\u9fff]*"),
        ("ru_RU", r"[\u0400-\u04ff]*"),
        ("zh_CN", r"[\u3400-\u9fff]*"),
    ],
)
def test_names_in_their_own_script(locale: str, letters: str) -> None:
    """Names are in the script of their language; addresses are in ASCII letters."""
    for user in users(200, locale):
        assert re.fullmatch(letters, user.get("firstName", "") + user.get("lastName", ""))
        assert re.fullmatch(r"[a-z][a-z._-]*[a-z]\d*@[a-z.]+", user["email"])


def test_every_locale_of_faker() -> None:
    """Every locale has names, and not only Faker's default, Doe."""
    for locale in AVAILABLE_LOCALES:
        found = users(30, locale)
        assert len({user.get("lastName") for user in found}) > 4, locale
        assert not any(user.get("lastName") == "Doe" for user in found), locale


def test_few_names_are_incomplete(many: list[User]) -> None:
    """Some users have no first name, some no last name, and some neither."""
    lacking = Counter(("firstName" in user, "lastName" in user) for user in many)
    assert len(lacking) == 4
    assert 1 - lacking[True, True] / MANY == pytest.approx(INCOMPLETE_NAME_SHARE, abs=0.01)


def test_some_never_logged_in(many: list[User]) -> None:
    """These users have no date of a last login."""
    found = share(many, lambda user: "lastLogin" not in user)
    assert found == pytest.approx(NEVER_LOGGED_IN_SHARE, abs=0.02)


def test_some_have_no_tags(many: list[User]) -> None:
    """Some users have no tags, and the others have different ones."""
    found = share(many, lambda user: "userTags" not in user)
    assert found == pytest.approx(NO_TAGS_SHARE, abs=0.02)
    assert len({tuple(user.get("userTags", ())) for user in many}) > 10


def test_some_are_in_no_group_and_some_in_several(many: list[User]) -> None:
    """No user is in a group twice."""
    counts = Counter(len(user["groups"]) for user in many)
    assert counts[0] / MANY == pytest.approx(NO_GROUP_SHARE, abs=0.02)
    assert sorted(counts) == [0, 1, 2, 3]
    assert all(len(set(user["groups"])) == len(user["groups"]) for user in many)


def test_some_groups_are_much_larger_than_others(many: list[User]) -> None:
    """The largest group has more than ten times as many users as the median."""
    sizes = Counter(path for user in many for path in user["groups"])
    assert max(sizes.values()) > 10 * median(sizes.values())


def test_departments_are_those_of_the_groups(many: list[User]) -> None:
    """The department in a user's tags is that of the first group."""
    tagged = [user for user in many if "department" in user.get("userTags", ())]
    assert tagged
    for user in tagged:
        assert user["groups"][0].split("/")[0] == user["userTags"]["department"]


@pytest.mark.parametrize(
    ("count", "least", "most"),
    [(0, 0, 0), (1, 3, 3), (5, 3, 3), (10_000, 40, 60), (1_000_000, 60, 200), (10**9, 60, 200)],
)
def test_more_users_have_more_groups(count: int, least: int, most: int) -> None:
    """More users have more groups, but not many more; paths are unique."""
    found = paths(generate_users(count, seed=1, now=NOW).groups)
    assert least <= len(set(found)) == len(found) <= most


@given(SEEDS)
@EXAMPLES
def test_groups_are_nested(seed: int) -> None:
    """Few users have groups on two levels, more users on three."""
    for count, levels in ((1, 2), (1000, 3)):
        found = paths(generate_users(count, seed=seed, now=NOW).groups)
        assert max(path.count("/") + 1 for path in found) == levels


@given(SEEDS, st.integers(-(10**12), 10**13))
@EXAMPLES
def test_dates_are_consistent(seed: int, now: int) -> None:
    """No user logs in before the account exists, or after now."""
    for user in generate_users(40, seed=seed, now=now, locales=["fr_FR"]).users:
        dates = {key: parse_instant(user[key]) or 0 for key in user if key.startswith("last")}
        created, updated = parse_instant(user["creationDate"]) or 0, dates["lastUpdated"]
        assert created <= dates.get("lastLogin", created) <= updated <= now
        assert created <= (parse_instant(user["passwordLastUpdated"]) or 0) <= updated


def test_more_users_are_recent(many: list[User]) -> None:
    """Of five years, most users were created in the last."""
    years = Counter(user["creationDate"][:4] for user in many)
    assert len(years) > 4
    assert years.most_common(1)[0][0] == "2024"


@pytest.mark.parametrize(
    ("locale", "hint"),
    [
        ("en_UX", "did you mean en_US"),
        ("JA_JPP", "did you mean ja_JP"),
        ("klingon", "en_US is one"),
        ("", "en_US is one"),
    ],
)
def test_an_unknown_locale(locale: str, hint: str) -> None:
    """The error comes at once, in one line, and suggests similar locales."""
    with pytest.raises(ValueError, match=hint) as error:
        generate_users(1, seed=1, now=NOW, locales=["en_US", locale])
    assert str(error.value).startswith(f'"{locale}" is not a locale that Faker knows; ')
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("written", ["de-DE", "de_de", "de"])
def test_locales_as_people_write_them(written: str) -> None:
    """Locales can have a hyphen, any case, or no country."""
    assert emails(users(5, written)) == emails(users(5, "de_DE"))


def test_no_locale() -> None:
    """An empty list of locales is an error."""
    with pytest.raises(ValueError, match="needs a locale"):
        generate_users(1, seed=1, now=NOW, locales=[])


def test_a_negative_count() -> None:
    """A negative number of users is an error."""
    with pytest.raises(ValueError, match="must not be negative"):
        generate_users(-1, seed=1, now=NOW)


def test_faker_is_imported_when_it_is_needed() -> None:
    """Servers start without Faker, whose import is slow."""
    program = "import sys, mock_server.seeds.build, mock_server.generate\n"
    program += "assert 'faker' not in sys.modules"
    subprocess.run([sys.executable, "-c", program], check=True)
