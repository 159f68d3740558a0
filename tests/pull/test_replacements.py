# ruff: noqa: RUF001 - letters of many scripts
"""The replacements of texts, codes, addresses, ids, dates and queries."""

from __future__ import annotations

import json
import re
import time
import unicodedata
from itertools import islice
from unicodedata import ucd_3_2_0

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mock_server.pull.anonymiser import (
    USER,
    Anonymiser,
    Ids,
    moved_back,
    replaced_query,
    with_unknown,
)
from mock_server.pull.key import Key
from mock_server.pull.letters import DIGIT, LATIN, LETTER, another, kind_of, kinds_of
from mock_server.pull.texts import (
    Codes,
    EmailAddresses,
    Texts,
    UniqueEmailAddresses,
    is_capital,
)
from mock_server.text import fold, utf16_length

KEY = Key("one")
OTHER_KEY = Key("two")
TEXTS = Texts(KEY)
CODES = Codes(KEY)
ADDRESSES = EmailAddresses(KEY)
IDS = Ids(KEY, 5_000_000)

NAMES = [
    "Ann", "ANN", "Zoë", "Łukasz", "Ångström", "Strauß", "McDonald", "d'Arc", "Jean-Luc", "Ngọc",
    "Дмитрий", "ΣΊΣΥΦΟΣ", "נועה", "محمد", "अनीता", "สมชาย", "さくら", "サクラ", "王小明", "김철수",
    "Անի", "ნინო", "ﾊﾅｺ", "Ｔｏｋｙｏ", "𐐨𐐩", "𠀋𠮟", "𝔄𝔫𝔫", "Jose\u0301", "İzmir", "🎉🤖",
    "王", "Ö", "X", "true", "12", "1984-11-23", "+41 44 555 01 23", "B7", "E000123", "१२३", "v2.10",
    "★★★", "②", "Ⅳ", "ⓐ", "☀️", "", "-", "  ", "\ud83d", "a\x00b", "sales_north/2",
    "⭐", "⚽⭐", "⭐⭐⭐", "½", "፲፪", "\ue000",
]  # fmt: skip

many = settings(max_examples=150)
some_text = st.one_of(st.sampled_from(NAMES), st.text(max_size=30))
addresses = st.builds(
    "{}@{}".format,
    st.text("abcXYZ019.+_-éж", max_size=12),
    st.sampled_from(
        [
            "example.com",
            "EXAMPLE.com",
            "b",
            "",
            "a.b.c.de",
            "münchen.de",
            "x-.y.com",
            "x🎉.ws",
            "🎉🎉🎉🎉🎉🎉.ws",
            "firma.cz🎉",
            "𝄞.𝅥",
            "𝄞",
        ]
    ),
)


def scripts(text: str) -> list[str]:
    """Return the first word of each letter's Unicode name, which is its script."""
    return [unicodedata.name(one, "?").split()[0] for one in text if one.isalpha()]


def has_no_case(letter: str) -> bool:
    """Return whether a letter has no capital, or none that Unicode 3.2 knows."""
    is_known = all(ucd_3_2_0.category(one) != "Cn" for one in (letter, fold(letter)))
    return letter.lower() == letter.upper() or not is_known


@many
@given(some_text)
def test_length_and_spelling_stay(text: str) -> None:
    """Length, capitals, spaces and punctuation stay, and letters stay letters."""
    made = TEXTS.replaced(text)
    assert len(made) == len(text)
    assert utf16_length(made) == utf16_length(text)
    kinds = kinds_of(text)
    for one, other, kind in zip(text, made, kinds, strict=True):
        if kind in (LATIN, LETTER):
            assert is_capital(one) == is_capital(other) or has_no_case(one)
        elif kind != "d":
            assert one == other


@pytest.mark.parametrize("name", NAMES[:20])
def test_scripts_stay(name: str) -> None:
    """A name stays in its script."""
    assert scripts(TEXTS.replaced(name))[:1] == scripts(name)[:1] or name == "さくら"
    assert {*scripts(TEXTS.replaced(name))} <= {*scripts(name)}


@many
@given(some_text)
def test_no_letter_stays_in_its_place(text: str) -> None:
    """Each letter of a word changes, and each code changes; punctuation stays."""
    made = TEXTS.replaced(text)
    kinds = kinds_of(text)
    for found in re.finditer("[lL][lLm]+", kinds):
        pairs = zip(
            text[found.start() : found.end()], made[found.start() : found.end()], strict=True
        )
        letters = [pair for pair, kind in zip(pairs, found[0], strict=True) if kind != "m"]
        assert all(fold(one) != fold(other) for one, other in letters)
    if any(kind in "lLd" for kind in kinds):
        assert made != text
    else:
        assert made == text


@many
@given(some_text)
def test_no_word_comes_out(text: str) -> None:
    """Words in Latin letters have no vowels, nor consonants that act as vowels."""
    made = TEXTS.replaced(text)
    for word in re.findall("[A-Za-z]{2,}", made):
        assert not set(word.lower()) & set("aeiouyrlmn")


@given(st.sampled_from(NAMES))
def test_case_does_not_count(name: str) -> None:
    """A name gets the same replacement in any case."""
    for other in (name.upper(), name.lower(), name.title()):
        if fold(other) == fold(name):
            assert fold(TEXTS.replaced(other)) == fold(TEXTS.replaced(name))


PLACES = [
    *range(0x80, 0x3500), *range(0xA000, 0xAD00), *range(0xE000, 0xE100), *range(0xF900, 0x10500),
    *range(0x1D000, 0x20100), *range(0xE0000, 0xE0200), *range(0x10FF00, 0x110000),
]  # fmt: skip
"""Code points of all kinds, without many rare scripts and private characters."""


def test_all_letters_and_symbols_are_replaced() -> None:
    """A letter or symbol of any Unicode version becomes another one of the same length."""
    for character in map(chr, PLACES):
        if kind_of(character) == LETTER:
            made = another(fold(character), ord(character), 1)
            assert made not in {character, fold(character)}, hex(ord(character))
            assert utf16_length(made) == utf16_length(character), hex(ord(character))
            assert kind_of(made) in (LATIN, LETTER), hex(ord(character))


def test_only_punctuation_stays() -> None:
    """All present letters, numbers and symbols are replaced; punctuation stays."""
    for character in map(chr, PLACES):
        category = unicodedata.category(character)
        is_picture = category in ("So", "Sm", "Co") and ord(character) in range(0x2100, 0xF900)
        if (category[0] in "LN" and category != "Lm") or is_picture:
            is_bracket = unicodedata.name(character, "").endswith("SQUARE BRACKET")
            assert kind_of(character) in (LETTER, DIGIT) or is_bracket, hex(ord(character))
    assert not any(kind_of(sign) in (LETTER, DIGIT) for sign in "§©®°¶¬±×÷€₿₹«»⟬⟭、。＋ ")


@pytest.mark.parametrize("picture", ["⭐", "⚽", "★", "▷", "♯", "🎉", "☀", "⬆", "♾"])
def test_symbols_become_symbols(picture: str) -> None:
    """A symbol becomes another one, alone and among others."""
    for text in (picture, picture * 3, f"Ann {picture}"):
        made = TEXTS.replaced(text)
        assert picture not in made
        assert all(unicodedata.category(one)[0] == "S" for one in made.removeprefix("Cqx "))


@pytest.mark.parametrize("name", ["X", "7", "Ö", "王", "፩", "½", "⭐", "\ue000"])
def test_values_of_one_character(name: str) -> None:
    """A single letter, digit or symbol is replaced, in an address too."""
    made = TEXTS.replaced(name)
    assert made != name
    assert kind_of(made) == kind_of(name)
    assert name not in ADDRESSES.replaced(f"{name}@example.com")


def test_replacements_stay_the_same() -> None:
    """Replacements are the same in every version, so that files of different years fit together."""
    texts = ("Ann", "Łukasz", "B7", "1984-11-23", "王小明", "★⭐½♯⬆", "A7½②")
    made = ["Cqx", "Ğttfzj", "I3", "1175-44-70", "㖖䥆㵹", "♫☊¼☈☉", "B1²⑶"]
    assert list(map(TEXTS.replaced, texts)) == made
    assert ADDRESSES.replaced("Ann.Smith@example.com") == "Dht.Wxsgb@sjxbvk.test"
    assert IDS.replaced("575ec8687ae143cd83dc4a97") == "57127d28911b3b25d97fa207"


@many
@given(st.text("ab1207-Z", min_size=1, max_size=12))
def test_keys_differ(text: str) -> None:
    """With another key, a text of some length gets another replacement."""
    made = TEXTS.replaced(text), Texts(OTHER_KEY).replaced(text)
    assert made[0] != made[1] or sum(kind in "lLd" for kind in kinds_of(text)) < 5


@pytest.mark.parametrize("shape", ["1", "a", "12", "a1", "1a", "123", "B12", "1a1"])
def test_codes_stay_apart(shape: str) -> None:
    """The replacements of all codes of a shape are all codes of that shape; none is unchanged."""
    alphabet = {"1": "0123456789", "a": "abcdefghijklmnopqrstuvwxyz"}
    codes = [""]
    for character in shape:
        of = alphabet["1" if character.isdigit() else "a"]
        codes = [code + one for code in codes for one in of]
    made = [CODES.replaced(code) for code in codes]
    assert sorted(made) == sorted(codes)
    assert not any(one == other for one, other in zip(codes, made, strict=True))


@many
@given(st.integers(0, 10**9), st.integers(0, 10**9), st.integers(10, 80))
def test_long_codes_stay_apart(one: int, other: int, length: int) -> None:
    """Different codes get different replacements, at any length."""
    codes = [f"{number:0{length}}" for number in (one, other)]
    made = list(map(CODES.replaced, codes))
    assert (made[0] == made[1]) == (one == other)
    assert made[0] != codes[0]
    assert all(len(code) == length and code.isdecimal() for code in made)


@many
@given(addresses)
@example("@")
def test_addresses(address: str) -> None:
    """An address keeps its length and capitals, and gets a reserved domain."""
    made = ADDRESSES.replaced(address)
    assert utf16_length(made) == utf16_length(address)
    assert made.count("@") == address.count("@")
    domain = made.rpartition("@")[2]
    has_room = len(domain) >= 7 and sum(utf16_length(one) == 1 for one in domain) >= 5
    assert domain.lower().endswith(".test") if has_room else "." not in domain
    assert ".." not in domain
    assert fold(ADDRESSES.replaced(address.swapcase())) == fold(made)
    if set(kinds_of(address)) & set("lLd"):
        assert fold(made) != fold(address)


def test_addresses_with_new_letters() -> None:
    """A letter that this version of Python may not know counts as a letter without case."""
    assert ADDRESSES.replaced("a@X\U00031350.b")[4].islower()


BARE_DOMAIN = re.compile(r"[^\s@<>,:/'+]*\.(?!test)[^\s@<>,:/'+.0-9_-]{2,3}(?![^\s@<>,:/'+._-])")
"""Anything like a domain with a top-level domain of two or three letters, except .test."""


@many
@given(st.text("abzCZ19é★🎉𝅥.@-_+ <>,:/'", max_size=40))
@example("Ann <ann@firma.cz>")
@example("mail:a@b.cz, a@b@firma.cz; ann@firma.cz.")
def test_addresses_within_texts(text: str) -> None:
    """Anything like an address or a domain in a text gets a reserved domain."""
    made = ADDRESSES.replaced_in(text, TEXTS.replaced)
    assert utf16_length(made) == utf16_length(text)
    for domain in re.findall(r"@([A-Za-z0-9.-]+)", made):
        assert "." not in domain.strip(".-") or domain.strip(".-").lower().endswith(".test")
    for domain in BARE_DOMAIN.findall(made):
        assert domain.lower().endswith(".test")
    if "@" not in text and not BARE_DOMAIN.search(text):
        assert made == TEXTS.replaced(text)


@pytest.mark.parametrize(
    "text",
    [
        "firma.cz",
        "see firma.cz.",
        "https://firma.cz/x?y=1",
        "*firma.cz*",
        "(firma.cz)",
        "firma.cz-Ann",
    ],
)
def test_domains_in_texts(text: str) -> None:
    """A domain on its own gets the same replacement as in an address."""
    domain = ADDRESSES.replaced("ann@firma.cz").rpartition("@")[2]
    made = ADDRESSES.replaced_in(text, TEXTS.replaced)
    assert domain in made
    assert len(made) == len(text)
    assert ADDRESSES.replaced_in(text.upper(), TEXTS.replaced) == made.upper()


@pytest.mark.parametrize("text", ["x.com", "t.co", "a.b.cz", "J.Lee", "x🎉.ws", "почта.рф", "..cz"])
def test_short_and_foreign_domains(text: str) -> None:
    """The replacement of a domain that is too short for .test has no dot."""
    made = ADDRESSES.replaced_in(text, TEXTS.replaced)
    assert made.endswith(".test") if len(text) > 6 else "." not in made
    assert utf16_length(made) == utf16_length(text)


@pytest.mark.parametrize(
    "text", ["ann.smith", "St.Gallen", "v2.10", "10.0.0.12", "z.B.", "1.000,50"]
)
def test_other_texts_with_dots(text: str) -> None:
    """A text that cannot become a real domain is replaced word by word."""
    assert ADDRESSES.replaced_in(text, TEXTS.replaced) == TEXTS.replaced(text)


@pytest.mark.parametrize(
    "text", ["a" * 32_767, "a." * 16_383, "a.b" * 10_000, "." * 32_767, "@." * 9_999]
)
def test_long_texts_are_searched_quickly(text: str) -> None:
    """Even the longest description is searched in less than a second."""
    begun = time.process_time()
    assert utf16_length(ADDRESSES.replaced_in(text, TEXTS.replaced)) == len(text)
    assert time.process_time() - begun < 1


def test_addresses_are_the_same_within_texts() -> None:
    """An address within a name, tag, description or query gets its usual replacement."""
    made = ADDRESSES.replaced("ann@firma.cz")
    assert made.endswith(".test")
    anonymiser = Anonymiser(KEY)
    text = "Ann <ann@firma.cz>."
    user = anonymiser.user(
        {"id": "6" * 24, "email": "x@y", "firstName": text, "userTags": {"mail": text}}, ()
    )
    group = anonymiser.group(
        {
            "id": "6" * 24,
            "name": text,
            "description": text,
            "deviceQueryJson": json.dumps({"owner": text}),
        }
    )
    texts = [user.document["firstName"], user.document["userTags"]["mail"], group["name"],
             group["description"], json.loads(group["deviceQueryJson"])["owner"]]  # fmt: skip
    assert texts == [f"Cqx <{made}>."] * 5
    keeping = Anonymiser(KEY, ["email"])
    tags = {"mail": text, "other": "ann@firma.cz"}
    user = keeping.user({"id": "6" * 24, "email": "x@y", "userTags": tags}, ())
    assert user.document["userTags"] == {"mail": f"Cqx <{made}>.", "other": "ann@firma.cz"}


@many
@given(st.lists(addresses, unique=True, max_size=60))
@example([f"{letter}@" for letter in "abcdefghijklmnopqrstuvwxyz0123456789"])
@example(["a@example.com", "A@example.com", "a@Example.com", "a@examplE.com", "a@exampLE.com"])
def test_addresses_stay_apart(given_addresses: list[str]) -> None:
    """Different addresses stay different, and differ only by case if they did before."""
    unique = UniqueEmailAddresses(ADDRESSES)
    made = [unique.replaced(address) for address in given_addresses]
    assert len(set(made)) == len(made)
    apart = {fold(address) for address in given_addresses}
    assert len({fold(address) for address in made}) == len(apart)
    assert unique.twins == len(made) - len(apart)


@many
@given(st.lists(st.text("0123456789abcdef", min_size=24, max_size=24), unique=True))
def test_ids_stay_apart(ids: list[str]) -> None:
    """Different ids stay different, and the time in the first digits is moved back."""
    made = list(map(IDS.replaced, ids))
    assert len(set(made)) == len(ids)
    for one, other in zip(ids, made, strict=True):
        assert (int(one[:8], 16) - int(other[:8], 16)) % (1 << 32) == 5_000_000
        assert IDS.replaced(one.upper()) == other


def test_dates() -> None:
    """Milliseconds stay; invalid dates and those before the earliest become the earliest."""
    month = 86_400 * 31
    assert moved_back("2024-02-01T00:00:00.123Z", month) == "2024-01-01T00:00:00.123Z"
    assert moved_back("2024-02-01", month) == "2024-01-01T00:00:00.000Z"
    assert moved_back("0001-01-03T00:00:00Z", month) == "0001-01-01T00:00:00.000Z"
    assert moved_back("2016-02-30T25:00:00Z", month) == "0001-01-01T00:00:00.000Z"


def test_numbers_go_on() -> None:
    """The numbers do not end and hardly repeat."""
    assert len(set(islice(KEY.numbers("x", "text"), 1000))) == 1000


def test_queries() -> None:
    """The names and spaces of a query stay, and its values are replaced."""
    text = (
        '{ "$or": [{"tags": {"owner":"Beatrix \\"B\\" Ö"}}, {"n": {"$gt": 120.5}}, {"on": true}] }'
    )
    made = replaced_query(text, TEXTS.replaced)
    assert len(made) == len(text)
    assert made.startswith('{ "$or": [{"tags": {"owner":"')
    query = json.loads(made)
    assert query["$or"][0]["tags"]["owner"] == TEXTS.replaced('Beatrix "B" Ö')
    assert query["$or"][1]["n"]["$gt"] != 120.5
    assert query["$or"][2] == {"on": True}
    assert replaced_query("Beatrix {", TEXTS.replaced) == TEXTS.replaced("Beatrix {")
    assert replaced_query('"\\u00e4b"', TEXTS.replaced).isascii()


def test_unknown_properties() -> None:
    """A property that only seed files know is replaced if it is text, and dropped otherwise."""
    properties = with_unknown(USER, ["email", "phone", "height"])
    assert properties["email"] == USER["email"]
    replace = {properties[name].replace for name in ("phone", "height")}
    assert replace == {Anonymiser.replace_unknown}
    anonymiser = Anonymiser(KEY, ["email", "ids", "dates"], properties)
    original = {"id": "6" * 24, "email": "x@y", "phone": "+41 44", "height": 3, "shoes": "red"}
    document = anonymiser.user(original, ()).document
    assert document == {"id": "6" * 24, "email": "x@y", "phone": TEXTS.replaced("+41 44")}


def test_passwords_are_dropped() -> None:
    """Passwords and their hashes are never copied, though seed files can have them."""
    user = {"id": "6" * 24, "email": "x@y", "password": "secret", "passwordHash": "0:0"}
    assert Anonymiser(KEY).user(user, ()).document.keys() == {"id", "email"}
