"""Random bodies and list parameters, from small alphabets and from what exists.

Small alphabets make twins that differ by case, ties and matches frequent. Left out is what the
contract does not settle: texts of white space only, and letters whose lower case is two, as how
they are ordered without regard to case depends on how case is taken away.

The strategies are built once and look at what exists when they are drawn from, as building them
takes longer than drawing.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from hypothesis import strategies as st

from tests.model.naive import NaiveApplication
from tests.model.naive_lists import DIRECTIONS, GROUPS, USERS, Listing
from tests.model.naive_query import DATES, EPOCH, ORDERINGS

Strategy = st.SearchStrategy[Any]

# Beyond ASCII: a letter of two cases, one that would be two in upper case, and a pair whose order
# by code point (\ufffd, 😀) is not their order in UTF-16
LETTERS = "aAbBéÉß\ufffd😀"
SIGNS = "*?\\.[\n "
UNKNOWN_IDS = ("0" * 24, "f" * 24)
ENDPOINT_IDS = ("a" * 24, "b" * 24)
TAG_TEXTS = ("a", "A", "b", "-")


class Known:
    """What exists now, for values that hit something."""

    def __init__(self, model: Callable[[], NaiveApplication]) -> None:
        self._model = model

    def user_ids(self) -> list[str]:
        return [user["id"] for user in self._model().users]

    def group_ids(self) -> list[str]:
        return [group["id"] for group in self._model().groups]

    def texts(self) -> list[str]:
        names = ("email", "firstName", "lastName", "name")
        return self._values(names) or ["a"]

    def instants(self) -> list[str]:
        return self._values(DATES) or ["2020-01-01T00:00:00.000Z"]

    def _values(self, names: tuple[str, ...]) -> list[str]:
        entities = [*self._model().users, *self._model().groups]
        return [entity[name] for entity in entities for name in names if entity.get(name)]


def weighted(*parts: tuple[int, Strategy]) -> Strategy:
    """Choose one as often as its number says; ``one_of`` takes repeated ones for one."""
    choices = [strategy for weight, strategy in parts for _ in range(weight)]
    return st.integers(0, len(choices) - 1).flatmap(lambda number: choices[number])


def mostly(good: Strategy, *bad: str) -> Strategy:
    """Return what is good, and now and then what is bad."""
    return weighted((19, good), (1, st.sampled_from(bad)))


def one_of_these(pool: Callable[[], list[str]]) -> Strategy:
    """Return one of what is in the pool at that moment."""
    return st.integers(0, 999).map(lambda number: pool()[number % len(pool())])


def ids(existing: Callable[[], list[str]], others: Callable[[], list[str]]) -> Strategy:
    """Return mostly the id of something that exists, in either case."""

    def chosen(numbers: tuple[int, bool]) -> str:
        number, is_upper = numbers
        pool = existing()
        if number > 950 or not pool:
            pool = [*UNKNOWN_IDS, *others()[:1]]
        found = pool[number % len(pool)]
        return found.upper() if is_upper else found

    return st.tuples(st.integers(0, 999), st.booleans()).map(chosen)


def some_ids(existing: Callable[[], list[str]], one: Strategy) -> Strategy:
    """Return a few ids, perhaps repeated; seldom any when nothing exists."""
    few = st.lists(one, max_size=3)
    return few.map(lambda found: found if existing() else found[2:])


def texts(min_size: int, max_size: int) -> Strategy:
    """Return short texts, none of them of white space only."""
    letters = st.sampled_from(LETTERS + SIGNS)
    found = st.lists(letters, min_size=min_size, max_size=max_size).map("".join)
    return found.filter(lambda text: not text.isspace())


NAMES = st.one_of(texts(0, 3), st.sampled_from(("", "a", "A", "a*", "ab", "aB", "2020-01-01")))
EMAILS = st.builds(
    "{}@{}".format,
    st.lists(st.sampled_from(LETTERS + "*?\\."), max_size=2).map("".join),
    st.sampled_from("xX"),
)
PASSWORDS = st.sampled_from(("password", "PASSWORD"))
CUTOFFS = st.sampled_from(("2020-01-01T00:00:00.000Z", "2030-01-01T00:00:00.000Z"))
TAG_OBJECTS = st.dictionaries(st.sampled_from(TAG_TEXTS), st.sampled_from(TAG_TEXTS), max_size=3)
SOME_ENDPOINT_IDS = st.lists(st.sampled_from(ENDPOINT_IDS), max_size=2, unique=True)
DEVICE_TAGS = st.lists(st.sampled_from(({}, {"key": "a"}, {"key": "a", "value": "b"})), max_size=2)
DEVICE_COUNTS = st.fixed_dictionaries(
    {},
    optional={
        "includeDirectDeviceCount": st.sampled_from(("true", "1", "yes", "no")),
        "includeTotalDeviceCount": st.sampled_from(("true", "0")),
    },
)


class Draws:
    """Everything that requests are made of."""

    def __init__(self, known: Known) -> None:
        self.user_ids = ids(known.user_ids, known.group_ids)
        self.group_ids = ids(known.group_ids, known.user_ids)
        self.parents = st.fixed_dictionaries({"parentId": self._parent_ids(known)})
        self.members = st.fixed_dictionaries(
            {"experienceUserIds": some_ids(known.user_ids, self.user_ids)}
        )
        required, optional = self._user_properties(known)
        self.new_users = st.fixed_dictionaries(required, optional=optional)
        self.user_patches = st.fixed_dictionaries({}, optional={**required, **optional})
        required, optional = self._group_properties(known)
        self.new_groups = st.fixed_dictionaries(required, optional=optional)
        self.group_patches = st.fixed_dictionaries({}, optional={**required, **optional})
        by_ids = _id_conditions(self.user_ids), _id_conditions(self.group_ids)
        self.user_lists = _lists(USERS, known, _user_queries(known, *by_ids), self._in_group())
        self.group_lists = _lists(GROUPS, known, _group_queries(known, *by_ids), st.just({}))

    def _user_properties(self, known: Known) -> tuple[dict[str, Strategy], dict[str, Strategy]]:
        return {"email": EMAILS, "password": PASSWORDS}, {
            "firstName": NAMES,
            "lastName": NAMES,
            "tokenCutoff": CUTOFFS,
            "userTags": TAG_OBJECTS,
            "experienceGroupIds": some_ids(known.group_ids, self.group_ids),
        }

    def _group_properties(self, known: Known) -> tuple[dict[str, Strategy], dict[str, Strategy]]:
        return {"name": NAMES.filter(bool)}, {
            "description": NAMES,
            "experienceUserIds": some_ids(known.user_ids, self.user_ids),
            "experienceEndpointIds": SOME_ENDPOINT_IDS,
            "groupTags": TAG_OBJECTS,
            "deviceIds": SOME_ENDPOINT_IDS,
            "deviceTags": DEVICE_TAGS,
            "deviceQueryJson": st.sampled_from((None, "{}")),
            "parentId": self._parent_ids(known),
        }

    def _parent_ids(self, known: Known) -> Strategy:
        some = some_ids(known.group_ids, self.group_ids)
        return some.map(lambda found: found[0] if found else None)

    def _in_group(self) -> Strategy:
        groups = weighted((2, self.group_ids), (1, st.sampled_from(("any", "none", ""))))
        ancestors = st.sampled_from(("true", "1", "yes", "false", "0", ""))
        return st.fixed_dictionaries(
            {"experienceGroupId": mostly(groups, "ANY")},
            optional={"includeAncestorGroups": ancestors},
        )


def _lists(listing: Listing, known: Known, query: Strategy, more: Strategy) -> Strategy:
    by_query = st.fixed_dictionaries({"query": query.map(json.dumps)})
    by_filter = st.fixed_dictionaries(
        {
            "filterField": mostly(st.sampled_from(listing.filter_fields), "", "id"),
            "filter": _globs(known),
        }
    )
    chosen = weighted(
        (8, by_query),
        (4, by_filter),
        (2, more),
        (1, _merged(by_filter, more)),
        # the query overrides all the others
        (1, _merged(by_query, by_filter, more)),
        (1, st.sampled_from(({}, {"filterField": listing.filter_fields[0]}, {"filter": "a*"}))),
    )
    return _merged(chosen, _orders(listing), _pages())


def _merged(*parts: Strategy) -> Strategy:
    return st.tuples(*parts).map(lambda found: {k: v for part in found for k, v in part.items()})


def _orders(listing: Listing) -> Strategy:
    fields = mostly(st.sampled_from((*listing.sort_fields, "")), "password")
    directions = mostly(st.sampled_from((*DIRECTIONS, "")), "up")
    return st.fixed_dictionaries({}, optional={"sortField": fields, "sortDirection": directions})


def _pages() -> Strategy:
    pages = mostly(st.sampled_from(("0", "0", "1", "2", "")), "50", "-1", "x", "1.5")
    sizes = mostly(st.sampled_from(("2", "3", "5", "7", "")), "1", "1000", "1001", "0", "-1", "x")
    paged = st.fixed_dictionaries({}, optional={"page": pages, "perPage": sizes})
    return weighted((2, st.just({})), (1, paged))


def _globs(known: Known) -> Strategy:
    """Return patterns at random, and such as come from a text that exists."""
    changes = st.lists(st.sampled_from(GLOB_CHANGES), max_size=2)
    found = st.tuples(one_of_these(known.texts), changes).map(_changed)
    return weighted((3, found), (1, texts(0, 4))).filter(lambda pattern: not pattern.isspace())


def _changed(text_and_changes: tuple[str, list[Callable[[str], str]]]) -> str:
    text, changes = text_and_changes
    for change in changes:
        text = change(text)
    return text


def _in_other_case(text: str) -> str:
    # ß would become two letters, and what those equal is not settled
    return "".join(one.swapcase() if len(one.swapcase()) == 1 else one for one in text)


GLOB_CHANGES: tuple[Callable[[str], str], ...] = (
    lambda text: text[:1] + "*",
    lambda text: "*" + text[1:],
    lambda text: text[:1] + "?" + text[2:],
    lambda text: text[:1] + "*" + text[1:],
    lambda text: "".join("\\" + letter for letter in text),
    lambda text: text.replace("\\", "\\\\").replace("*", "\\*").replace("?", "\\?"),
    _in_other_case,
)
CUTS: tuple[Callable[[str], str], ...] = (
    _in_other_case,
    lambda text: text[:1],
    lambda text: text[-1:],
    lambda text: text[1:],
)


def _user_queries(known: Known, by_user: Strategy, by_group: Strategy) -> Strategy:
    text, date = _text_conditions(known), _date_conditions(known)
    return _queries(
        (3, "firstName", text),
        (1, "lastName", text),
        (2, "email", text),
        (3, "userTags", TAG_CONDITIONS),
        (1, "id", by_user),
        (2, "experienceGroupId", by_group),
        *((1, name, date) for name in DATES),
    )


def _group_queries(known: Known, by_user: Strategy, by_group: Strategy) -> Strategy:
    text, date = _text_conditions(known), _date_conditions(known)
    return _queries(
        (3, "name", text),
        (2, "groupTags", TAG_CONDITIONS),
        (1, "id", by_group),
        (2, "parentId", by_group),
        (2, "ancestorId", by_group),
        (2, "experienceUserId", by_user),
        (1, "experienceEndpointId", _id_conditions(ids(lambda: [*ENDPOINT_IDS], list))),
        (1, "creationDate", date),
        (1, "lastUpdated", date),
    )


def _queries(*fields: tuple[int, str, Strategy]) -> Strategy:
    leaf = weighted(
        *((weight, st.fixed_dictionaries({name: found})) for weight, name, found in fields)
    )
    leaves = weighted((6, leaf), (2, _merged(leaf, leaf)), (1, st.just({})))
    return weighted((2, leaf), (1, st.recursive(leaves, _combined, max_leaves=4)))


def _combined(parts: Strategy) -> Strategy:
    return st.builds(
        lambda name, several, more: {name: several, **more},
        st.sampled_from(("$and", "$or", "$nor")),
        st.lists(parts, max_size=3),
        st.one_of(st.just({}), parts),
    )


def _text_conditions(known: Known) -> Strategy:
    cuts = st.lists(st.sampled_from(CUTS), max_size=2)
    found = st.tuples(one_of_these(known.texts), cuts).map(_changed)
    values = weighted((4, found), (1, st.one_of(texts(1, 2), st.just("2020-01-01T00:00:00Z"))))
    return _scalar_conditions(values, values.filter(bool))


def _date_conditions(known: Known) -> Strategy:
    """Return the instants that exist and their neighbours in several notations, and no dates."""
    moved = st.builds(
        lambda text, milliseconds: _moment(text) + timedelta(milliseconds=milliseconds),
        one_of_these(known.instants),
        st.sampled_from((0, 0, 0, 1, -1)),
    )
    noted = st.builds(lambda moment, note: note(moment), moved, st.sampled_from(NOTATIONS))
    values = weighted((5, noted), (1, st.sampled_from(("x", "a-b-cT", "1970-01-01", 0))))
    return _scalar_conditions(values, st.sampled_from(("2", "T", "Z")))


def _scalar_conditions(values: Strategy, parts: Strategy) -> Strategy:
    scalars = weighted((3, values), (1, st.sampled_from((None, None, None, True, 1, ""))))
    lists = st.lists(weighted((4, values), (1, st.sampled_from((False, 0, "")))), max_size=3)
    operands = {
        **dict.fromkeys(("$eq", "$ne", *ORDERINGS), scalars),
        **dict.fromkeys(("$in", "$nin"), lists),
        **dict.fromkeys(("$startsWith", "$endsWith", "$contains"), parts),
    }
    any_case = {"$ci": st.sampled_from((True, True, False))}
    one = st.one_of(
        *(
            st.fixed_dictionaries({name: found}, optional=any_case)
            for name, found in operands.items()
        )
    )
    neither = st.sampled_from(({}, {"$ci": True}))
    return weighted((4, scalars), (12, one), (4, _merged(one, one)), (1, neither))


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")


NOTATIONS: tuple[Callable[[datetime], str | int], ...] = (
    lambda moment: _iso(moment.astimezone(UTC)).replace("+00:00", "Z"),
    lambda moment: _iso(moment.astimezone(timezone(timedelta(hours=5, minutes=30)))),
    lambda moment: _iso(moment.astimezone(timezone(timedelta(hours=-8)))),
    lambda moment: (moment - EPOCH) // timedelta(milliseconds=1),
    lambda moment: moment.date().isoformat(),
)


def _id_conditions(one: Strategy) -> Strategy:
    operand = weighted((4, one), (1, st.none()))
    some = st.lists(one, max_size=3)
    operands = {
        **dict.fromkeys(("$eq", "$ne", *ORDERINGS), operand),
        **dict.fromkeys(("$in", "$nin"), some),
    }
    operators = (st.fixed_dictionaries({name: found}) for name, found in operands.items())
    return weighted((1, operand), (4, st.one_of(*operators)))


def _tag_conditions() -> Strategy:
    words = st.sampled_from(TAG_TEXTS)
    lists = st.lists(words, max_size=2)
    values = weighted(
        (3, words),
        (1, st.none()),
        (1, st.fixed_dictionaries({"$in": lists})),
        (1, st.fixed_dictionaries({"$nin": lists})),
    )
    by_key = st.dictionaries(words, values, max_size=2)
    parts = st.sampled_from(("$tagKey", "$tagValue"))
    by_either = st.dictionaries(parts, values, min_size=1, max_size=2)
    forms = st.one_of(by_key, by_either, st.none())
    wrapped = (st.fixed_dictionaries({name: forms}) for name in ("$eq", "$ne"))
    return st.one_of(forms, *wrapped)


TAG_CONDITIONS = _tag_conditions()
