"""Names of people, from Faker.

Importing Faker takes longer than starting a server, so import this module only to generate users.
"""

from __future__ import annotations

import locale as system_locale
import pkgutil
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache

from faker import Factory, Generator
from faker.config import AVAILABLE_LOCALES, DEFAULT_LOCALE
from faker.decode import unidecode
from faker.providers import person

from mock_server.generate.random_source import RandomSource, portable_random
from mock_server.text import did_you_mean

Entry = str | tuple[str, str, str]
"""A name as Faker returns it: its text, or the text, its reading and its spelling in Latin letters.
"""

# Faker also has entries such as "Hans D." and "Bourgondië, van".
_NOT_IN_NAMES = frozenset(".,;:()0123456789")

_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz-")
# Characters that Faker's table lacks, or spells in an unusual way.
_SPELLINGS = str.maketrans(
    {
        "\N{LATIN SMALL LETTER SCHWA}": "e",
        "\N{ARABIC LETTER ALEF}": "a",
        "\N{ARABIC LETTER ALEF WITH HAMZA ABOVE}": "a",
        "\N{ARABIC LETTER ALEF WITH MADDA ABOVE}": "a",
        "\N{ARABIC LETTER ALEF WITH HAMZA BELOW}": "i",
        "\N{ARABIC LETTER ALEF MAKSURA}": "a",
        "\N{ARABIC LETTER TEH MARBUTA}": "a",
        "\N{ARABIC LETTER AIN}": "a",
        "\N{HEBREW LETTER ALEF}": "a",
        "\N{HEBREW LETTER AYIN}": "a",
    }
)
_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})


@dataclass(frozen=True)
class Name:
    """A first or last name; ``slug`` is its spelling in an email address, which may be empty."""

    text: str
    slug: str


class Names:
    """Generates names of one locale. Women get women's first and last names, men get men's."""

    def __init__(self, locale: str, faker: Generator) -> None:
        """Take the names from ``faker``, which draws from its own random numbers."""
        self.locale = locale
        self._language = _language(locale)
        self._women, self._men = (
            (_generator(faker, "first_name", gender), _generator(faker, "last_name", gender))
            for gender in ("female", "male")
        )
        self._name = cache(self._checked)

    def generate(self, random: RandomSource) -> tuple[Name, Name]:
        """Return a first name and a last name."""
        first_names, last_names = self._women if random() < 0.5 else self._men
        return self._usable(first_names), self._usable(last_names)

    def _usable(self, entries: Callable[[], Entry]) -> Name:
        while True:
            name = self._name(entries())
            if name is not None:
                return name

    def _checked(self, entry: Entry) -> Name | None:
        """Return the name for an entry; None if the entry is not simply a name."""
        text, spelling = (entry, entry) if isinstance(entry, str) else (entry[0], entry[2])
        if not _NOT_IN_NAMES.isdisjoint(text):
            return None
        return Name(text.strip(), slug(spelling, self._language))


def names_of(locales: Iterable[str], seed: int) -> list[Names]:
    """Return the names of each locale.

    A locale without names of its own has those of another locale of its language, or English ones.

    :raises ValueError: when Faker does not know a locale
    """
    known = list(map(known_locale, locales))
    return [Names(locale, _faker(locale, seed, number)) for number, locale in enumerate(known)]


def known_locale(locale: str) -> str:
    """Return a locale as Faker spells it: ``de_DE`` for ``de-de``, ``fr_FR`` for ``fr``.

    :raises ValueError: when Faker does not know it
    """
    expected = locale.replace("-", "_")
    for name in (expected, system_locale.normalize(expected).split(".")[0]):
        if name in AVAILABLE_LOCALES:
            return name
    near = did_you_mean(expected, AVAILABLE_LOCALES, most=3, ignore_case=True)
    hint = near or f"; {DEFAULT_LOCALE} is one"
    raise ValueError(f'"{locale}" is not a locale that Faker knows{hint}')


def slug(name: str, language: str) -> str:
    """Return a name in the letters a to z with hyphens inside; empty if nothing can be spelled.

    :param language: such as ``de``; some languages spell a letter in their own way
    """
    text = name.lower()
    if not text.isascii():
        if language == "de":
            text = text.translate(_GERMAN)
        text = unidecode(text.translate(_SPELLINGS)).lower()
    if not text.isalpha():
        text = "".join(letter for letter in text if letter in _LETTERS)
    return text.strip("-")


def _faker(locale: str, seed: int, position: int) -> Generator:
    """Return a generator of people's names with random numbers of its own."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a deprecated locale still has names
        # All names are equally likely: weighing them takes up to half a millisecond a name.
        faker = Factory.create(
            _with_names(locale), providers=[person.__name__], use_weighting=False
        )
    faker.random = portable_random(seed, f"names {position}")
    return faker


def _with_names(locale: str) -> str:
    """Return the locale whose names Faker is to use for ``locale``."""
    language = _language(locale)
    relatives = [name for name in AVAILABLE_LOCALES if _language(name) == language]
    have_names = {module.name for module in pkgutil.iter_modules(person.__path__)}
    candidates = (locale, f"{language}_{language.upper()}", *relatives)
    return next((name for name in candidates if name in have_names), DEFAULT_LOCALE)


def _language(locale: str) -> str:
    return locale.split("_")[0]


def _generator(faker: Generator, kind: str, gender: str) -> Callable[[], Entry]:
    """Return Faker's generator of names, the one with Latin spellings if there is one."""
    for name in (f"{kind}_{gender}_pair", f"{kind}_pair", f"{kind}_{gender}"):
        found: Callable[[], Entry] | None = getattr(faker, name, None)
        if found is not None:
            return found
    raise AttributeError(f"Faker has no {kind}")
