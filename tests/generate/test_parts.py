"""The parts of the generator: random sources, names, addresses, dates."""

from __future__ import annotations

from collections import Counter

import pytest
from faker.providers.person.is_IS import Provider as Icelandic
from faker.providers.person.ru_RU import Provider as Russian

from mock_server.generate.names import Name, names_of, slug
from mock_server.generate.random_source import (
    WeightedChoice,
    pick,
    portable_random,
    random_source,
    shuffled,
)
from mock_server.generate.users import EmailAddresses


def people(locale: str, count: int) -> list[tuple[Name, Name]]:
    """Return first and last names of a locale."""
    (names,) = names_of([locale], seed=1)
    random = random_source(1, "people")
    return [names.generate(random) for _ in range(count)]


def test_random_numbers_stay_the_same() -> None:
    """Data that people have generated depends on these numbers."""
    random = random_source(1, "names")
    assert [int(random() * 1000) for _ in range(5)] == [165, 85, 150, 620, 921]


def test_random_choices_stay_the_same() -> None:
    """Names that people have generated depend on these choices, in every version of Python."""
    random = portable_random(1, "names")
    assert [random.choice(range(1000)) for _ in range(5)] == [165, 85, 150, 620, 921]


def test_parts_have_random_numbers_of_their_own() -> None:
    """Each part has other numbers, also for seeds that differ only in the sign."""
    first = {random_source(seed, part)() for seed in (-1, 0, 1) for part in ("names", "dates")}
    assert len(first) == 6


def test_choices_go_by_weight() -> None:
    """An item of three times the weight is picked three times as often."""
    random = random_source(1, "test")
    choice = WeightedChoice({"seldom": 1, "never": 0, "often": 3})
    drawn = Counter(choice.pick(random) for _ in range(4000))
    assert drawn["never"] == 0
    assert drawn["often"] / drawn["seldom"] == pytest.approx(3, rel=0.1)


@pytest.mark.parametrize("drawn", [0.0, 1 - 2**-53])
def test_the_least_and_the_greatest_random_number(drawn: float) -> None:
    """The least number picks the first item, the greatest the last."""
    items = [f"{number}" for number in range(7)]
    end = items[0] if drawn == 0 else items[-1]
    assert pick(lambda: drawn, items) == end
    assert WeightedChoice(dict.fromkeys(items, 0.1)).pick(lambda: drawn) == end


def test_shuffled() -> None:
    """All items are there, in another order."""
    items = shuffled(random_source(1, "test"), range(20))
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
def test_slugs(name: str, language: str, spelled: str) -> None:
    """A slug has lower-case letters from a to z, with hyphens between them."""
    assert slug(name, language) == spelled


def test_people_without_slugs_have_addresses() -> None:
    """An address is made from one name if the other has no slug, and has a number if none has."""
    addresses = EmailAddresses(random_source(1, "addresses"), None)
    made = {addresses.generate("", "") for _ in range(2000)}
    assert len(made) == 2000
    assert all(address.startswith("user-") for address in made)
    assert addresses.generate("ann", "").startswith("ann@")
    assert addresses.generate("", "lee").startswith("lee@")


def test_japanese_addresses_follow_the_reading() -> None:
    """Japanese slugs come from Faker's readings, as the characters do not determine them."""
    slugs = {last_name.text: last_name.slug for _, last_name in people("ja_JP", 500)}
    assert (slugs["佐藤"], slugs["鈴木"]) == ("sato", "suzuki")


def test_last_names_agree_with_first_names() -> None:
    """Russian women have the last names of women."""
    women = set(Russian.first_names_female) - set(Russian.first_names_male)
    for first_name, last_name in people("ru_RU", 500):
        if first_name.text in women:
            assert last_name.text in Russian.last_names_female


def test_icelandic_last_names_have_an_ending() -> None:
    """Icelandic last names end in what says whether somebody is a son or a daughter."""
    fathers = set(Icelandic.last_names_without_suffix)
    for _, last_name in people("is_IS", 50):
        assert last_name.text.removesuffix("son").removesuffix("dóttir") in fathers
        assert last_name.text.endswith(("son", "dóttir"))


def test_entries_that_are_not_simply_names_are_left_out() -> None:
    """Faker also has abbreviations, and names with an article behind a comma."""
    texts = {
        name.text for locale in ("de_DE", "nl_NL") for both in people(locale, 9000) for name in both
    }
    assert not any(set(text) & set(".,") or text != text.strip() for text in texts)


@pytest.mark.parametrize(
    ("locale", "relative"), [("el_CY", "el_GR"), ("es", "es_ES"), ("la", "en_US")]
)
def test_locales_without_names(locale: str, relative: str) -> None:
    """They have the names of another locale of their language, or else English ones."""
    assert people(locale, 20) == people(relative, 20)
