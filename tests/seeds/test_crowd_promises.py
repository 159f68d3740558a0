"""Crowds of made-up users: what is promised of them, whatever Faker becomes."""

from __future__ import annotations

import hashlib
import random
from collections import Counter
from collections.abc import Iterator
from itertools import chain
from typing import Any

import faker
import faker.generator
import pytest
from faker.config import AVAILABLE_LOCALES
from faker.providers import BaseProvider
from hypothesis import given, settings
from hypothesis import strategies as st

from mock_server.generate import DOMAINS, crowd
from mock_server.generate import names as crowd_names
from mock_server.generate.emails import Addresses
from mock_server.generate.generate import Crowd, crowd_of
from mock_server.generate.names import Names
from mock_server.generate.output import as_json_lines
from mock_server.generate.random_source import pick, stream
from mock_server.text import fold

NOW = 1_704_067_200_000
MANY = 200_000
EXAMPLES = settings(max_examples=25)
LOCALES = st.lists(st.sampled_from(AVAILABLE_LOCALES), min_size=1, max_size=3)


class German:
    """A list of names as Faker has them; it will never change."""

    __module__ = "names.de_DE"
    first_names_female = ("Ada", "Jördis", "Anne-Marie")
    first_names_male = ("Bo", "Jürgen", "Karl", "Hans D.")
    last_names = {"Groß": 0.5, "Klein": 0.3, "von der Heide": 0.2}  # noqa: RUF012 - as Faker has it


class Japanese:
    """Another, with readings."""

    __module__ = "names.ja_JP"
    first_name_female_pairs = (("陽子", "ヨウコ", "Yoko"), ("花子", "ハナコ", "Hanako"))
    first_name_male_pairs = (("太郎", "タロウ", "Taro"),)
    last_name_pairs = (("佐藤", "サトウ", "Sato"), ("鈴木", "スズキ", "Suzuki"))


def made(count: int, seed: int = 1) -> Crowd:
    """Return a crowd of people from these lists."""
    names = [Names("de_DE", German), Names("ja_JP", Japanese)]
    return crowd_of(names, count, seed=seed, now=NOW)


@pytest.mark.parametrize(("seed", "digest"), [(0, "c8b32b38b5c01554"), (7, "d3c55497564efb09")])
def test_the_same_names_are_the_same_crowd(seed: int, digest: str) -> None:
    """On every machine and in every version: who changes this changes people's seed files."""
    written = b"".join(as_json_lines(made(3000, seed)))
    assert hashlib.sha256(written).hexdigest()[:16] == digest


def test_what_the_lists_say_is_all_there_is() -> None:
    """Nobody has a name that is in no list, and every name in one is somebody's."""
    users = list(made(500).users)
    first_names = {user["firstName"] for user in users if "firstName" in user}
    last_names = {user["lastName"] for user in users if "lastName" in user}
    assert first_names == {"Ada", "Jördis", "Anne-Marie", "Bo", "Jürgen", "Karl"} | {
        "陽子", "花子", "太郎"
    }  # fmt: skip
    assert last_names == {*German.last_names, "佐藤", "鈴木"}


def test_the_order_of_a_list_does_not_matter() -> None:
    """A release of Faker may sort its lists anew."""
    names = {"first_names": ("Ada", "Bo", "Cy"), "last_names": ("X", "Y", "Z")}
    turned = {key: tuple(reversed(value)) for key, value in names.items()}
    one, other = (
        list(crowd_of([Names("en_US", type("N", (), lists))], 50, seed=1, now=NOW).users)
        for lists in (names, turned)
    )
    assert one == other


@pytest.fixture
def _no_chance_of_faker(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let nothing in Faker draw anything."""

    def refuse(*_: object, **__: object) -> Any:
        raise AssertionError("Faker was asked to draw")

    monkeypatch.setattr(faker.Generator, "__init__", refuse)
    monkeypatch.setattr(faker.Faker, "__init__", refuse)
    for name in vars(BaseProvider):
        if name.startswith("random"):
            monkeypatch.setattr(BaseProvider, name, refuse)
    for name in ("random", "getrandbits", "choice", "choices"):
        monkeypatch.setattr(faker.generator.random, name, refuse)
    uncached = vars(crowd_names)["_names_of"].__wrapped__
    monkeypatch.setattr(crowd_names, "_names_of", uncached)
    before = random.getstate()
    yield
    assert random.getstate() == before


@pytest.mark.usefixtures("_no_chance_of_faker")
def test_faker_draws_nothing() -> None:
    """Only its lists are read, for any locale; nor does anything else draw from a common source."""
    for locale in AVAILABLE_LOCALES:
        assert len(list(crowd(5, seed=1, now=NOW, locales=[locale]).users)) == 5


def test_many_addresses_are_all_different() -> None:
    """Regardless of case, where a lot of people have few names."""
    draw = stream(1, "test")
    addresses = Addresses(stream(1, "addresses"), None)
    slugs = ["", "ann", "ann-lee", "lee", "a"]
    found = {fold(addresses.make(pick(draw, slugs), pick(draw, slugs))) for _ in range(MANY)}
    assert len(found) == MANY


@given(st.integers(0, 400), st.integers(0), LOCALES)
@EXAMPLES
def test_addresses(count: int, seed: int, locales: list[str]) -> None:
    """From wherever people come, addresses are different ones of small letters, and nobody's."""
    found = [user["email"] for user in crowd(count, seed=seed, now=NOW, locales=locales).users]
    assert len(set(map(fold, found))) == count
    assert {email.partition("@")[2] for email in found} <= set(DOMAINS)
    assert all(email.isascii() and email == email.lower() for email in found)


@given(st.integers(0), LOCALES)
@EXAMPLES
def test_tags_are_within_the_limits(seed: int, locales: list[str]) -> None:
    """Keys and values are those that the API takes: short, and keys of plain letters."""
    users = crowd(200, seed=seed, now=NOW, locales=locales).users
    for key, value in chain.from_iterable(user.get("userTags", {}).items() for user in users):
        assert key.isalnum()
        assert key.isascii()
        assert 0 < len(value) <= 255


@given(st.integers(0))
@EXAMPLES
def test_groups_are_of_very_different_sizes(seed: int) -> None:
    """Whatever the seed, the largest fifth of the groups has more than half of the members."""
    sizes = Counter(path for user in made(2000, seed).users for path in user["groups"])
    largest = sorted(sizes.values(), reverse=True)
    assert sum(largest[: len(largest) // 5]) > sum(largest) / 2


@given(st.integers(0))
@EXAMPLES
def test_somebody_lacks_something(seed: int) -> None:
    """Whatever the seed, some have no name, no login, no tags or no group; most have all."""
    users = list(made(2000, seed).users)
    for lacks in ("firstName", "lastName", "lastLogin", "userTags"):
        assert 0 < sum(lacks not in user for user in users) < len(users) / 4, lacks
    assert 0 < sum(not user["groups"] for user in users) < len(users) / 2
