"""Crowds of made-up users: the parts that they are put together from."""

from __future__ import annotations

from collections import Counter

import pytest
from faker.providers.person.is_IS import Provider as Icelandic
from faker.providers.person.ru_RU import Provider as Russian

from mock_server.generate.emails import Addresses
from mock_server.generate.names import Name, names_of
from mock_server.generate.random_source import WeightedChoice, pick, shuffled, stream
from mock_server.generate.spelling import slug


def people(locale: str, count: int) -> list[tuple[Name, Name]]:
    """Return first and last names of a locale."""
    (names,) = names_of([locale])
    draw = stream(1, "people")
    return [names.pick(draw) for _ in range(count)]


def test_draws_stay_what_they_are() -> None:
    """Crowds that people have made already depend on them."""
    draw = stream(1, "names")
    assert [int(draw() * 1000) for _ in range(5)] == [165, 85, 150, 620, 921]


def test_parts_have_draws_of_their_own() -> None:
    """So do seeds that differ in the sign only."""
    first = {stream(seed, part)() for seed in (-1, 0, 1) for part in ("names", "dates")}
    assert len(first) == 6


def test_a_lottery_goes_by_weight() -> None:
    """An item of three times the weight is drawn three times as often."""
    draw = stream(1, "test")
    lottery = WeightedChoice({"seldom": 1, "never": 0, "often": 3})
    drawn = Counter(lottery.pick(draw) for _ in range(4000))
    assert drawn["never"] == 0
    assert drawn["often"] / drawn["seldom"] == pytest.approx(3, rel=0.1)


@pytest.mark.parametrize("drawn", [0.0, 1 - 2**-53])
def test_the_ends_of_what_is_drawn(drawn: float) -> None:
    """The smallest draw takes the first item, the largest the last."""
    items = [f"{number}" for number in range(7)]
    end = items[0] if drawn == 0 else items[-1]
    assert pick(lambda: drawn, items) == end
    assert WeightedChoice(dict.fromkeys(items, 0.1)).pick(lambda: drawn) == end


def test_shuffled() -> None:
    """Everything is there, in another order."""
    items = shuffled(stream(1, "test"), range(20))
    assert items != list(range(20))
    assert sorted(items) == list(range(20))


@pytest.mark.parametrize(
    ("name", "language", "spelled"),
    [
        ("Ann", "en", "ann"),
        ("O'Neill", "en", "oneill"),
        ("Anne-Marie", "fr", "anne-marie"),
        ("de la Cruz", "es", "delacruz"),
        ("Müller-Groß", "de", "mueller-gross"),
        ("Müller", "fr", "muller"),
        ("Łukasz", "pl", "lukasz"),
        ("Þórarinn", "is", "thorarinn"),
        ("Əliyeva", "az", "eliyeva"),
        ("Щербаков", "ru", "shcherbakov"),
        ("عادل", "ar", "aadl"),
        ("王", "zh", "wang"),
        ("-", "en", ""),
        ("\U0001f600", "en", ""),
    ],
)
def test_names_as_addresses_spell_them(name: str, language: str, spelled: str) -> None:
    """In small letters from a to z, and hyphens between them."""
    assert slug(name, language) == spelled


def test_people_without_letters_have_addresses() -> None:
    """Where no name can be spelled, a number stands for it; where one can, that one does."""
    addresses = Addresses(stream(1, "addresses"), None)
    made = {addresses.make("", "") for _ in range(2000)}
    assert len(made) == 2000
    assert all(address.startswith("user-") for address in made)
    assert addresses.make("ann", "").startswith("ann@")
    assert addresses.make("", "lee").startswith("lee@")


def test_japanese_addresses_follow_the_reading() -> None:
    """How characters are read in a name can not be told from them alone."""
    slugs = {last_name.text: last_name.slug for _, last_name in people("ja_JP", 500)}
    assert (slugs["佐藤"], slugs["鈴木"]) == ("sato", "suzuki")


def test_last_names_agree_with_first_names() -> None:
    """A Russian woman has a last name that Russian women have."""
    women = set(Russian.first_names_female) - set(Russian.first_names_male)
    for first_name, last_name in people("ru_RU", 500):
        if first_name.text in women:
            assert last_name.text in Russian.last_names_female


def test_icelandic_last_names_say_whose_child_it_is() -> None:
    """Faker's list has them without their ends."""
    fathers = set(Icelandic.last_names_without_suffix)
    for _, last_name in people("is_IS", 50):
        assert last_name.text.removesuffix("son").removesuffix("dóttir") in fathers
        assert last_name.text.endswith(("son", "dóttir"))


def test_entries_that_are_no_names_are_left_out() -> None:
    """Some lists have abbreviations, or an article behind a comma."""
    texts = {
        name.text for locale in ("de_DE", "nl_NL") for both in people(locale, 9000) for name in both
    }
    assert not any(set(text) & set(".,") or text != text.strip() for text in texts)


@pytest.mark.parametrize(
    ("locale", "relative"), [("el_CY", "el_GR"), ("es", "es_ES"), ("la", "en_US")]
)
def test_locales_without_names(locale: str, relative: str) -> None:
    """They take the names of another locale of their language, or else English ones."""
    assert people(locale, 20) == people(relative, 20)
