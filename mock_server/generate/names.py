"""People's names, from Faker's lists.

This module imports Faker, which takes a while: import it when a crowd is made, not before.
"""

from __future__ import annotations

import locale as system_locale
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

from faker.config import AVAILABLE_LOCALES, DEFAULT_LOCALE
from faker.providers import person

from mock_server.generate.random_source import Draw, WeightedChoice
from mock_server.generate.spelling import slug
from mock_server.text import did_you_mean

# What Faker calls its lists; the first that a locale has is taken.
_FIRST_NAMES = ("first_name_{}_pairs", "first_names_{}", "first_names")
_LAST_NAMES = (
    "last_name_pairs",
    "last_names_{}",
    "last_names",
    "unisex_last_names",
    "last_names_without_suffix",
)
# What Faker's Icelandic class puts behind its last names.
_SUFFIXES = {("is_IS", "female"): "dóttir", ("is_IS", "male"): "son"}
# Lists have entries such as "Hans D." and "Bourgondië, van" too.
_NOT_IN_NAMES = frozenset(".,;:()0123456789")


@dataclass(frozen=True, order=True)
class Name:
    """A name as its bearer writes it, and in the letters of addresses (maybe none)."""

    text: str
    slug: str


class Names:
    """The names of a locale: women's first names go with women's last names, men's with men's."""

    def __init__(self, locale: str, provider: type) -> None:
        self.locale = locale
        self._women, self._men = (_names(provider, gender) for gender in ("female", "male"))

    def pick(self, draw: Draw) -> tuple[Name, Name]:
        """Return a first name and a last name."""
        first_names, last_names = self._women if draw() < 0.5 else self._men
        return first_names.pick(draw), last_names.pick(draw)


def names_of(locales: Iterable[str]) -> list[Names]:
    """Return the names of each locale; one that has none takes those of its language, or English.

    :raises ValueError: when Faker knows no such locale
    """
    return [_names_of(known) for known in known_locales(locales)]


def known_locales(locales: Iterable[str]) -> list[str]:
    """Return locales as Faker calls them: ``de_DE`` for ``de-de``, ``fr_FR`` for ``fr``.

    :raises ValueError: when Faker knows no such locale
    """
    return list(map(_known, locales))


@cache
def _names_of(locale: str) -> Names:
    """Return the names of a locale that Faker knows.

    They never change, and putting them in order takes much longer than making a small crowd, of
    which tests make many.
    """
    return Names(locale, _provider(locale))


def _known(locale: str) -> str:
    wanted = locale.replace("-", "_")
    for name in (wanted, system_locale.normalize(wanted).split(".")[0]):
        if name in AVAILABLE_LOCALES:
            return name
    near = did_you_mean(wanted, AVAILABLE_LOCALES, most=3, ignore_case=True)
    hint = near or f"; {DEFAULT_LOCALE} is one"
    raise ValueError(f'"{locale}" is no locale that Faker knows{hint}')


def _provider(locale: str) -> type:
    """Return the class that has the names of a locale, or else of its language, or English ones."""
    language = _language(locale)
    relatives = [name for name in AVAILABLE_LOCALES if _language(name) == language]
    candidates = (locale, f"{language}_{language.upper()}", *relatives)
    return next(
        filter(_has_names, map(_provider_class, candidates)), _provider_class(DEFAULT_LOCALE)
    )


def _language(locale: str) -> str:
    return locale.split("_")[0]


def _provider_class(locale: str) -> type:
    """Return Faker's class of names for a locale: the one without names if there is no other."""
    module = f"{person.__name__}.{locale}"
    try:
        provider: type = import_module(module).Provider
    except ModuleNotFoundError as error:
        if error.name != module:
            raise
        return person.Provider
    return provider


def _has_names(provider: type) -> bool:
    return all(_entries(provider, lists, "female") for lists in (_FIRST_NAMES, _LAST_NAMES))


def _names(provider: type, gender: str) -> tuple[WeightedChoice[Name], WeightedChoice[Name]]:
    """Return the first names and the last names of one gender."""
    locale = provider.__module__.rpartition(".")[2]
    suffix = _SUFFIXES.get((locale, gender), "")
    first_names = _entries(provider, _FIRST_NAMES, gender)
    last_names = _entries(provider, _LAST_NAMES, gender)
    return _lottery(first_names, _language(locale)), _lottery(last_names, _language(locale), suffix)


def _entries(provider: type, attributes: Iterable[str], gender: str) -> Mapping[Any, float]:
    """Return the first list that a locale has, as entry → how often; empty if it has none."""
    for attribute in attributes:
        name = attribute.format(gender)
        entries = getattr(provider, name, None)
        # What the locale does not have itself, it has from the class of no locale: Jane Doe.
        if isinstance(entries, list | tuple | dict) and entries is not getattr(
            person.Provider, name, None
        ):
            return entries if isinstance(entries, dict) else Counter(entries)
    return {}


def _lottery(entries: Mapping[Any, float], language: str, suffix: str = "") -> WeightedChoice[Name]:
    """Return the names in Faker's entries, each text or (text, reading, Latin letters)."""
    weights: dict[Name, float] = {}
    for entry, weight in entries.items():
        text, spelled = (entry[0], entry[2]) if isinstance(entry, tuple) else (entry, entry)
        if _NOT_IN_NAMES.isdisjoint(text):
            name = Name(text.strip() + suffix, slug(spelled + suffix, language))
            weights[name] = weights.get(name, 0) + weight
    return WeightedChoice({name: weights[name] for name in sorted(weights)})
