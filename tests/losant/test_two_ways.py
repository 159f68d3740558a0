"""Which of two ways to give one thing counts: tokens, filters, summaries."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

import httpx2 as httpx
import pytest

from mock_server import MockServer
from tests.losant.conftest import Api

TOP, LOW, SIDE, MISSING = "c" * 24, "d" * 24, "e" * 24, "f" * 24
SEED = {
    "applications": [
        {
            "name": "Two ways",
            "groups": [
                {"id": TOP, "name": "Top", "members": ["ann@example.com"]},
                {"id": LOW, "name": "Low", "parent": TOP, "members": ["bob@example.com"]},
                {"id": SIDE, "name": "Side"},
            ],
            "users": [
                {"email": "ann@example.com", "firstName": "Ann"},
                {"email": "bob@example.com", "firstName": "Bob"},
                {"email": "eve@example.com", "firstName": "Eve"},
            ],
        },
    ],
}
ACCEPTED = (200, "")
NO_TOKEN = (403, "Access is forbidden")
INVALID = (401, "Invalid access token")
HAS_EXPIRED = (401, "Access token has expired")
FORBIDDEN = (403, "Access is forbidden")


@pytest.fixture(scope="module")
def api() -> Iterator[Api]:
    """A server with three users, of whom two are in groups; nothing here changes it."""
    with MockServer() as server:
        server.load(SEED)
        api = Api(server)
        yield api
        api.client.close()


@pytest.fixture(scope="module")
def tokens(api: Api) -> Mapping[str, str]:
    """Tokens by what becomes of them."""
    return {
        "GOOD": api.server.token(),
        "WRONG": "not.a.token",
        "POWERLESS": api.server.token("devices.get"),
        "EXPIRED": api.server.token(expires_in=-1),
    }


@pytest.fixture(scope="module")
def client(api: Api) -> Iterator[httpx.Client]:
    """A client that sends no token by itself."""
    with httpx.Client(base_url=api.client.base_url) as bare:
        yield bare


def verdict(client: httpx.Client, header: str | None, query: str = "") -> tuple[int, str]:
    """List users, with an Authorization header or none, and return status and message."""
    headers = {} if header is None else {"Authorization": header}
    response = client.get(f"experience/users{query}", headers=headers)
    return response.status_code, response.json().get("message", "")


@pytest.mark.parametrize(
    ("query", "header", "expected"),
    [
        ("access_token={GOOD}", "WRONG", ACCEPTED),
        ("access_token={WRONG}", "GOOD", INVALID),
        ("access_token={POWERLESS}", "GOOD", FORBIDDEN),
        ("access_token={EXPIRED}", "GOOD", HAS_EXPIRED),
        ("jwt={GOOD}", "WRONG", ACCEPTED),
        ("jwt={WRONG}", "GOOD", INVALID),
        ("jwt={POWERLESS}", "GOOD", FORBIDDEN),
        ("access_token={GOOD}&jwt={WRONG}", None, ACCEPTED),
        ("jwt={WRONG}&access_token={GOOD}", None, ACCEPTED),
        ("access_token={WRONG}&jwt={GOOD}", "GOOD", INVALID),
        ("jwt={GOOD}&access_token={POWERLESS}", "GOOD", FORBIDDEN),
        # One that is empty was not sent.
        ("access_token=", "GOOD", ACCEPTED),
        ("access_token", "GOOD", ACCEPTED),
        ("jwt=", "GOOD", ACCEPTED),
        ("access_token=&jwt=", "GOOD", ACCEPTED),
        ("access_token=", "WRONG", INVALID),
        ("access_token=&jwt={GOOD}", "WRONG", ACCEPTED),
        ("access_token=&jwt={WRONG}", "GOOD", INVALID),
        ("access_token={GOOD}&jwt=", "WRONG", ACCEPTED),
        ("access_token=", None, NO_TOKEN),
        ("jwt=", None, NO_TOKEN),
        ("access_token=&jwt=", None, NO_TOKEN),
        # Names have one spelling.
        ("accessToken={GOOD}", None, NO_TOKEN),
        ("Access_Token={WRONG}", "GOOD", ACCEPTED),
        ("token={WRONG}", "GOOD", ACCEPTED),
    ],
)
def test_two_tokens(
    client: httpx.Client,
    tokens: Mapping[str, str],
    query: str,
    header: str | None,
    expected: tuple[int, str],
) -> None:
    """access_token counts before jwt, and both before the header, unless they are empty."""
    sent = None if header is None else f"Bearer {tokens[header]}"
    assert verdict(client, sent, f"?{query.format_map(tokens)}") == expected


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", NO_TOKEN),
        ("Bearer", NO_TOKEN),
        ("Basic {GOOD}", NO_TOKEN),
        ("{GOOD}", NO_TOKEN),
        ("Bearerx {GOOD}", NO_TOKEN),
        ("Bearer{GOOD}", NO_TOKEN),
        ("Bearer x", INVALID),
        ("bEARER {GOOD}", ACCEPTED),
        ("jWT {GOOD}", ACCEPTED),
    ],
)
def test_schemes(
    client: httpx.Client, tokens: Mapping[str, str], header: str, expected: tuple[int, str]
) -> None:
    """Another scheme, or none, is no token; with a token in the query it does not matter."""
    sent = header.format_map(tokens)
    assert verdict(client, sent) == expected
    assert verdict(client, sent, f"?access_token={tokens['GOOD']}") == ACCEPTED


A, B, E = "ann@example.com", "bob@example.com", "eve@example.com"


@pytest.mark.parametrize(
    ("query", "emails"),
    [
        # The advanced query takes the place of every other filter.
        ({"query": "{}", "filterField": "firstName", "filter": "Bob"}, [A, B, E]),
        ({"query": "{}", "experienceGroupId": TOP}, [A, B, E]),
        ({"query": "{}", "experienceGroupId": "none"}, [A, B, E]),
        ({"query": '{"firstName": "Ann"}', "filterField": "firstName", "filter": "Bob"}, [A]),
        ({"query": '{"firstName": "Ann"}', "experienceGroupId": LOW}, [A]),
        (
            {"query": json.dumps({"experienceGroupId": LOW}), "includeAncestorGroups": "true"},
            [B],
        ),
        # A filter and a group both hold; half a filter is none.
        ({"filterField": "firstName", "filter": "*", "experienceGroupId": LOW}, [B]),
        ({"filterField": "firstName", "filter": "Ann", "experienceGroupId": LOW}, []),
        ({"filterField": "firstName"}, [A, B, E]),
        ({"filter": "Bob"}, [A, B, E]),
        ({"filterField": "", "filter": "Bob"}, [A, B, E]),
        ({"filterField": "firstName", "filter": ""}, [A, B, E]),
        ({"filterField": "", "filter": "Bob", "experienceGroupId": TOP}, [A]),
        # Groups and their ancestors.
        ({"experienceGroupId": LOW}, [B]),
        ({"experienceGroupId": LOW, "includeAncestorGroups": "true"}, [A, B]),
        ({"experienceGroupId": TOP, "includeAncestorGroups": "true"}, [A]),
        ({"experienceGroupId": SIDE, "includeAncestorGroups": "true"}, []),
        ({"experienceGroupId": MISSING, "includeAncestorGroups": "true"}, []),
        ({"experienceGroupId": "any", "includeAncestorGroups": "true"}, [A, B]),
        ({"experienceGroupId": "none", "includeAncestorGroups": "true"}, [E]),
        ({"experienceGroupId": "", "includeAncestorGroups": "true"}, [A, B, E]),
        ({"includeAncestorGroups": "true"}, [A, B, E]),
    ],
)
def test_two_filters(api: Api, query: dict[str, str], emails: list[str]) -> None:
    """What is found when users are filtered in several ways; sorting and paging hold for all."""
    page = api("GET", "experience/users", **query).json()
    assert [user["email"] for user in page["items"]] == emails
    sorted_by = {"sortField": "firstName", "sortDirection": "desc", "perPage": "1"}
    page = api("GET", "experience/users", **query, **sorted_by).json()
    assert [user["email"] for user in page["items"]] == emails[-1:]
    assert page["totalCount"] == len(emails)


@pytest.mark.parametrize("wrong", ["filterField", "experienceGroupId", "sortField", "page"])
def test_what_is_overridden_is_still_checked(api: Api, wrong: str) -> None:
    """A parameter that the query overrides must be right all the same."""
    response = api("GET", "experience/users", **{"query": "{}", wrong: "zz"})
    assert response.status_code == 400
    assert response.json()["message"].startswith(f"{wrong} ")


@pytest.mark.parametrize(
    ("include", "exclude", "names"),
    [
        ("experienceUserCount,deviceCount", "deviceCount", {"experienceUserCount"}),
        ("deviceCount", "deviceCount", set()),
        ("deviceCount", "experienceUserCount", {"deviceCount"}),
        ("deviceCount", "", {"deviceCount"}),
        ("deviceCount,,deviceCount,nothing", "nothing", {"deviceCount"}),
        ("nothing", "", set()),
    ],
)
def test_include_and_exclude(api: Api, include: str, exclude: str, names: set[str]) -> None:
    """What is included and excluded is left out."""
    query = {"summaryInclude": include, "summaryExclude": exclude}
    assert api("GET", "", **query).json()["summary"].keys() == names
