"""Whatever comes, the server answers it as the API would answer something."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

import httpx2 as httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

EXAMPLES = 35

steady = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)

# Unpaired surrogates are among the characters, as they are in JSON.
any_text = st.text(st.characters(), max_size=12) | st.sampled_from(
    ["", "\ud800", "\x00", "a" * 2_000, "😀", "__proto__", "null", "1e999"]
)
any_number = (
    st.integers()
    | st.sampled_from([10**30, -(10**400), 2**53, 2**63, 2**64])
    | st.floats(allow_nan=False)
)
any_scalar = st.none() | st.booleans() | any_number | any_text
any_json: st.SearchStrategy[Any] = st.recursive(
    any_scalar,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(any_text, inner, max_size=4),
    max_leaves=12,
)

ids = st.sampled_from(["a" * 24, "b" * 24, "B" * 24, "f" * 24, "a" * 23, ""])
dates = st.sampled_from(
    ["2024-01-01T00:00:00Z", "2024-02-30t25:61:61.5+99:99", "0001-01-01T00:00:00+23:59",
     "9999-12-31T23:59:59-23:59", "2024-01-01", "0000-00-00 00:00:00Z"]
)  # fmt: skip
emails = any_text.map(lambda text: f"{text}@example.com") | st.sampled_from(
    ["ann@example.com", "@"]
)
passwords = st.sampled_from(["12345678", "\ud800" * 8, "\x00" * 2048, "a" * 2049, "1234567"])
tags = st.dictionaries(st.sampled_from(["a", "A-b_9", "", "é", "\ud800"]), any_text, max_size=3)
scopes = st.lists(st.sampled_from(["all.Application", "devices.*", "all.User"]), max_size=3)

USER = {
    "email": emails,
    "firstName": any_text,
    "lastName": any_text,
    "password": passwords,
    "tokenCutoff": dates,
    "userTags": tags,
    "experienceGroupIds": st.lists(ids, max_size=3),
}
GROUP = {
    "name": any_text,
    "description": any_text,
    "experienceUserIds": st.lists(ids, max_size=3),
    "experienceEndpointIds": st.lists(ids, max_size=3),
    "groupTags": tags,
    "deviceIds": st.lists(ids, max_size=3),
    "deviceTags": st.lists(
        st.fixed_dictionaries({}, optional={"key": any_text, "value": any_text})
    ),
    "deviceQueryJson": any_text | st.none(),
    "parentId": ids | st.none(),
}
APPLICATION = {
    "name": any_text,
    "description": any_text,
    "endpointSlug": st.sampled_from(["abc", "ab", "ABC", "a\n"]),
    "orgId": ids,
    "globals": st.lists(st.dictionaries(any_text, any_json, max_size=2), max_size=2),
    "ftueTracking": st.lists(st.dictionaries(any_text, any_json, max_size=2), max_size=2),
    "archiveConfig": st.dictionaries(any_text, any_json, max_size=3) | st.none(),
    "expUserTokenCutoff": dates,
    "endpointDefaultCors": st.booleans(),
    "blobUrlTTL": any_number,
}
API_TOKEN = {
    "name": any_text,
    "description": any_text,
    "expirationDate": dates,
    "scope": scopes,
    "status": st.sampled_from(["active", "inactive", "Active"]),
}
CREDENTIALS = {
    "email": emails,
    "password": passwords,
    "twoFactorCode": any_text,
    "requestedScopes": scopes,
}


def bodies(
    properties: Mapping[str, st.SearchStrategy[Any]], *required: str
) -> st.SearchStrategy[Any]:
    """Return any JSON, objects with the properties of an action, and some that are nearly right."""
    right = st.fixed_dictionaries(
        {name: properties[name] for name in required},
        optional={name: value for name, value in properties.items() if name not in required},
    )
    odd = st.dictionaries(st.sampled_from([*properties]) | any_text, any_json, max_size=3)
    return any_json | right | right | st.tuples(right, odd).map(lambda both: {**both[0], **both[1]})


WRITERS = {
    "login": ("POST", bodies(CREDENTIALS, "email", "password")),
    "applications": ("POST", bodies(APPLICATION, "name")),
    "application": ("PATCH", bodies(APPLICATION)),
    "tokens": ("POST", bodies(API_TOKEN, "name")),
    "token": ("PATCH", bodies(API_TOKEN)),
    "users": ("POST", bodies(USER, "email", "password")),
    "user": ("PATCH", bodies(USER)),
    "groups": ("POST", bodies(GROUP, "name")),
    "group": ("PATCH", bodies(GROUP)),
}


def spelled(value: object) -> bytes:
    """Return JSON in ASCII, with what Python calls infinite as a number that is too large."""
    return json.dumps(value).replace("Infinity", "1e999").encode()


@pytest.fixture(scope="session")
def answer_of(
    talk: Callable[..., list[httpx.Response]],
    request_of: Callable[..., bytes],
    parsed: Callable[[httpx.Response], Any],
    is_error: Callable[[object], None],
) -> Callable[..., httpx.Response]:
    """Send a request, and check that the answer is one that the API could give."""

    def send(method: str, target: str, body: bytes = b"") -> httpx.Response:
        (answer,) = talk(request_of(method, target, body))
        assert answer.status_code < 500, answer.text
        document = parsed(answer)
        if answer.status_code >= 400:
            is_error(document)
        return answer

    return send


@pytest.mark.parametrize("kind", WRITERS)
@steady
@given(data=st.data())
def test_random_bodies(
    answer_of: Callable[..., httpx.Response],
    parsed: Callable[[httpx.Response], Any],
    paths: Mapping[str, str],
    kind: str,
    data: st.DataObject,
) -> None:
    """Any JSON is taken or refused, and what is taken can be fetched."""
    method, strategy = WRITERS[kind]
    answer = answer_of(method, paths[kind], spelled(data.draw(strategy)))
    if answer.status_code in (200, 201) and kind != "login":
        stored = parsed(answer)
        stored.pop("token", None)
        assert parsed(answer_of("GET", stored["_links"]["self"]["href"])) == stored


@pytest.mark.parametrize("kind", WRITERS)
@steady
@given(data=st.data())
def test_random_bytes(
    answer_of: Callable[..., httpx.Response],
    paths: Mapping[str, str],
    kind: str,
    data: st.DataObject,
) -> None:
    """Any bytes are taken or refused."""
    method, strategy = WRITERS[kind]
    body = bytearray(spelled(data.draw(strategy)))
    for place, byte in data.draw(st.lists(st.tuples(st.integers(0, 200), st.integers(0, 255)))):
        body[place : place + 1] = bytes([byte])
    answer_of(method, paths[kind], bytes(body))


fields = st.sampled_from(
    ["id", "creationDate", "lastUpdated", "firstName", "lastName", "email", "lastLogin", "name",
     "passwordLastUpdated", "userTags", "groupTags", "experienceGroupId", "parentId", "ancestorId",
     "experienceUserId", "experienceEndpointId", "password", "\ud800"]
)  # fmt: skip
operators = st.sampled_from(
    ["$eq", "$ne", "$gt", "$lt", "$gte", "$lte", "$in", "$nin", "$startsWith", "$endsWith",
     "$contains", "$ci", "$tagKey", "$tagValue", "$and", "$where", ""]
)  # fmt: skip
operands = any_scalar | ids | dates | st.lists(any_scalar | ids, max_size=3)
tests = operands | st.dictionaries(operators | any_text, operands, max_size=3)
conjunctions = st.dictionaries(
    fields, tests | st.dictionaries(operators, tests, max_size=2), max_size=3
)
queries: st.SearchStrategy[Any] = st.recursive(
    conjunctions,
    lambda inner: st.dictionaries(
        st.sampled_from(["$and", "$or", "$nor"]), st.lists(inner, max_size=3), max_size=2
    ),
    max_leaves=6,
)

words = st.sampled_from(
    ["", "asc", "desc", "email", "name", "id", "creationDate", "firstName", "any", "none", "true",
     "0", "1", "1000", "-1", "1e9", "9" * 15, "9" * 16, "*", "a?*", "\\", "b" * 24]
)  # fmt: skip
values = (
    words
    | any_text
    | st.binary(max_size=8)
    | queries.map(lambda query: spelled(query).decode())
    | any_json.map(lambda value: spelled(value).decode())
)
names = st.sampled_from(
    ["sortField", "sortDirection", "page", "perPage", "filterField", "filter", "query",
     "experienceGroupId", "includeAncestorGroups", "orgId", "summaryInclude", "summaryExclude",
     "_actions", "_links", "_embedded", "filter[a]", "page[]"]
)  # fmt: skip


def escaped(value: str | bytes) -> str:
    """Return what stands in a URL, unpaired surrogates as the bytes that they would be."""
    return quote(value.encode("utf-8", "surrogatepass") if isinstance(value, str) else value)


LISTS = ("applications", "tokens", "users", "groups")


@pytest.mark.parametrize("kind", LISTS)
@steady
@given(pairs=st.dictionaries(names | any_text, values, max_size=5))
def test_random_parameters(
    answer_of: Callable[..., httpx.Response],
    parsed: Callable[[httpx.Response], Any],
    paths: Mapping[str, str],
    kind: str,
    pairs: Mapping[str, str | bytes],
) -> None:
    """Any parameters list something or are refused."""
    query = "&".join(f"{escaped(name)}={escaped(value)}" for name, value in pairs.items())
    answer = answer_of("GET", f"{paths[kind]}?{query}")
    if answer.status_code == 200:
        page = parsed(answer)
        assert len(page["items"]) == page["count"] <= page["totalCount"]


@pytest.mark.parametrize("kind", ["users", "groups"])
@steady
@given(query=queries)
def test_random_queries(
    answer_of: Callable[..., httpx.Response],
    paths: Mapping[str, str],
    kind: str,
    query: object,
) -> None:
    """Any advanced query finds something or is refused."""
    answer = answer_of("GET", f"{paths[kind]}?query={escaped(spelled(query))}")
    assert answer.status_code in (200, 400, 414)


@pytest.mark.parametrize("kind", LISTS)
@steady
@given(soup=st.text("&=[]%+;:,.?/@!$'()*~-_{}|^`\"<>\\0aF", max_size=60))
def test_random_query_strings(
    answer_of: Callable[..., httpx.Response], paths: Mapping[str, str], kind: str, soup: str
) -> None:
    """Any characters after the question mark are a query string."""
    assert answer_of("GET", f"{paths[kind]}?{soup}").status_code in (200, 400)


@steady
@given(soup=st.text("/.%{}[]:;~+-_aA0*?\\|^`'()@!$&=", max_size=60))
def test_random_paths(answer_of: Callable[..., httpx.Response], soup: str) -> None:
    """Any path names something, or is not allowed or not real."""
    assert answer_of("GET", f"/{soup}").status_code in (200, 400, 403, 404, 405)


@pytest.mark.parametrize("field", ["firstName", "lastName"])
@steady
@given(text=st.text(st.characters(), max_size=100))
def test_random_text(
    answer_of: Callable[..., httpx.Response],
    parsed: Callable[[httpx.Response], Any],
    paths: Mapping[str, str],
    field: str,
    text: str,
) -> None:
    """Any text is kept as it was sent, and found by it."""
    answer = answer_of("PATCH", paths["user"], spelled({field: text.replace("Infinity", "")}))
    kept = parsed(answer)[field]
    assert kept == text.replace("Infinity", "")
    query = escaped(json.dumps({field: {"$eq": kept}}))
    found = parsed(answer_of("GET", f"{paths['users']}?query={query}"))
    assert kept in [user.get(field) for user in found["items"]]
