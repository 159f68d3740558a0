"""What generated users keep to, whatever Faker becomes."""

from __future__ import annotations

import hashlib
import random
from collections import Counter, OrderedDict
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

import faker.generator
import pytest
from faker import Generator
from faker.config import AVAILABLE_LOCALES
from faker.providers.person import Provider
from hypothesis import given, settings
from hypothesis import strategies as st

from mock_server.generate import Generated, generate_users
from mock_server.generate.names import Names
from mock_server.generate.random_source import pick, portable_random, random_source
from mock_server.generate.seed_file import as_json_lines
from mock_server.generate.users import DOMAINS, EmailAddresses, generate_users_named
from mock_server.text import fold

NOW = 1_704_067_200_000
MANY = 200_000
EXAMPLES = settings(max_examples=25)
LOCALES = st.lists(st.sampled_from(AVAILABLE_LOCALES), min_size=1, max_size=3)


class German(Provider):
    """Names as Faker's providers have them; these never change."""

    first_names_female = ("Ada", "Jördis", "Anne-Marie")
    first_names_male = ("Bo", "Jürgen", "Karl", "Hans D.")
    last_names = OrderedDict([("Groß", 0.5), ("Klein", 0.3), ("von der Heide", 0.2)])  # noqa: RUF012 - as Faker does


class Japanese(Provider):
    """Others, with readings and Latin spellings."""

    def first_name_female_pair(self) -> tuple[str, str, str]:
        """Return a first name of women."""
        return self.random_element((("陽子", "ヨウコ", "Yoko"), ("花子", "ハナコ", "Hanako")))

    def first_name_male_pair(self) -> tuple[str, str, str]:
        """Return a first name of men."""
        return self.random_element((("太郎", "タロウ", "Taro"),))

    def last_name_pair(self) -> tuple[str, str, str]:
        """Return a last name."""
        return self.random_element((("佐藤", "サトウ", "Sato"), ("鈴木", "スズキ", "Suzuki")))


PROVIDERS = (("de_DE", German), ("ja_JP", Japanese))


def made(
    count: int, seed: int = 1, providers: Sequence[tuple[str, type[Provider]]] = PROVIDERS
) -> Generated:
    """Return users with the names of these providers."""
    names = []
    for locale, provider in providers:
        generator = Generator()
        generator.add_provider(provider)
        generator.random = portable_random(seed, locale)
        names.append(Names(locale, generator))
    return generate_users_named(names, count, seed=seed, now=NOW)


@pytest.mark.parametrize(("seed", "digest"), [(0, "f8de28467201aa49"), (7, "0e19481c0ba55634")])
def test_the_same_names_make_the_same_users(seed: int, digest: str) -> None:
    """On every machine and in every version: who changes this changes people's seed files."""
    written = b"".join(as_json_lines(made(3000, seed)))
    assert hashlib.sha256(written).hexdigest()[:16] == digest


def test_all_names_are_used_and_no_others() -> None:
    """No user has a name that Faker does not have, and every name of Faker is used."""
    users = list(made(500).users)
    first_names = {user["firstName"] for user in users if "firstName" in user}
    last_names = {user["lastName"] for user in users if "lastName" in user}
    assert first_names == {"Ada", "Jördis", "Anne-Marie", "Bo", "Jürgen", "Karl"} | {
        "陽子", "花子", "太郎"
    }  # fmt: skip
    assert last_names == {*German.last_names, "佐藤", "鈴木"}


def test_only_names_depend_on_faker() -> None:
    """If a release of Faker has other names, nothing but names and their addresses changes."""

    class Changed(German):
        first_names_female = ("Zoe", "K. L.", "M. N.")
        last_names = OrderedDict([("Neu", 1.0)])  # noqa: RUF012 - as Faker does

    before, after = (
        list(made(500, providers=[("de_DE", provider), PROVIDERS[1]]).users)
        for provider in (German, Changed)
    )
    assert before != after
    names = {"firstName", "lastName", "email"}
    for one, other in zip(before, after, strict=True):
        assert one.keys() == other.keys()
        assert _without(one, names) == _without(other, names)
        assert one["email"].partition("@")[2] == other["email"].partition("@")[2]
        if fold(one.get("lastName", "")) in {"佐藤", "鈴木"}:
            assert _without(one, {"email"}) == _without(other, {"email"})


def _without(user: dict[str, Any], names: set[str]) -> dict[str, Any]:
    return {name: value for name, value in user.items() if name not in names}


@pytest.fixture
def _no_shared_random_numbers(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let nothing draw from the random numbers that Faker's generators share, or from Python's."""

    def refuse(*_: object, **__: object) -> Any:
        raise AssertionError("the shared random numbers were used")

    for name in ("random", "getrandbits", "choice", "choices", "seed"):
        monkeypatch.setattr(faker.generator.random, name, refuse)
    before = random.getstate()
    yield
    assert random.getstate() == before


@pytest.mark.usefixtures("_no_shared_random_numbers")
def test_shared_random_numbers_are_not_used() -> None:
    """Other users of Faker or of Python's random numbers change nothing, and are not changed."""
    for locale in AVAILABLE_LOCALES:
        assert len(list(generate_users(5, seed=1, now=NOW, locales=[locale]).users)) == 5


def test_two_generators_do_not_meet() -> None:
    """Users that are read alternately from two generators are those of each alone."""
    alone = list(generate_users(50, seed=1, now=NOW).users)
    both = [generate_users(50, seed=1, now=NOW).users for _ in range(2)]
    pairs = list(zip(*both, strict=True))
    assert [one for one, _ in pairs] == [other for _, other in pairs] == alone


def test_many_addresses_are_unique() -> None:
    """Many people with few names have different addresses; case is ignored."""
    random = random_source(1, "test")
    addresses = EmailAddresses(random_source(1, "addresses"), None)
    slugs = ["", "ann", "ann-lee", "lee", "a"]
    found = {
        fold(addresses.generate(pick(random, slugs), pick(random, slugs))) for _ in range(MANY)
    }
    assert len(found) == MANY


@given(st.integers(0, 400), st.integers(0), LOCALES)
@EXAMPLES
def test_addresses(count: int, seed: int, locales: list[str]) -> None:
    """For any locales, addresses are unique, in lower case and in reserved domains."""
    found = [
        user["email"] for user in generate_users(count, seed=seed, now=NOW, locales=locales).users
    ]
    assert len(set(map(fold, found))) == count
    assert {email.partition("@")[2] for email in found} <= set(DOMAINS)
    assert all(email.isascii() and email == email.lower() for email in found)


@given(st.integers(0), LOCALES)
@EXAMPLES
def test_tags_are_within_the_limits(seed: int, locales: list[str]) -> None:
    """The API accepts all tags: values are short, and keys have plain letters."""
    users = generate_users(200, seed=seed, now=NOW, locales=locales).users
    for key, value in chain.from_iterable(user.get("userTags", {}).items() for user in users):
        assert key.isalnum()
        assert key.isascii()
        assert 0 < len(value) <= 255


@given(st.integers(0))
@EXAMPLES
def test_groups_are_of_very_different_sizes(seed: int) -> None:
    """For any seed, the largest quarter of the groups has more than half of the members."""
    sizes = Counter(path for user in made(2000, seed).users for path in user["groups"])
    largest = sorted(sizes.values(), reverse=True)
    assert sum(largest[: len(largest) // 4]) > sum(largest) / 2


@given(st.integers(0))
@EXAMPLES
def test_some_users_lack_something(seed: int) -> None:
    """For any seed, some users have no name, login, tags or group; most have all of them."""
    users = list(made(2000, seed).users)
    for lacks in ("firstName", "lastName", "lastLogin", "userTags"):
        assert 0 < sum(lacks not in user for user in users) < len(users) / 4, lacks
    assert 0 < sum(not user["groups"] for user in users) < len(users) / 2
