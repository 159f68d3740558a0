"""The page that describes the control plane."""

from __future__ import annotations

import asyncio
import re
import shlex
from html import unescape
from html.parser import HTMLParser
from typing import Any

import httpx2 as httpx
import pytest
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.routing import Mount

from mock_server import MockServer, Settings, create_app
from mock_server.control import page
from tests.control.conftest import Control, MakeControl

VOID = ("meta",)


class Checked(HTMLParser):
    """A page, checked for elements that are not closed, with what it refers to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.names: set[str] = set()
        self.addresses: list[str] = []
        self.ids: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        given = dict(attrs)
        self.addresses += [str(given[name]) for name in ("href", "src") if name in given]
        self.ids += [str(given["id"])] if "id" in given else []
        assert not any(name.startswith("on") for name in given)
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def command_lines(text: str) -> list[list[str]]:
    """Return the command lines of a page, in words."""
    blocks = re.findall(r"<pre><code>(.*?)</code></pre>", text, re.S)
    return [shlex.split(unescape(block)) for block in blocks]


def run(words: list[str], client: httpx.Client) -> httpx.Response:
    """Do what a command line for curl says."""
    assert words[0] == "curl"
    method, url, headers, content = "GET", "", {}, b""
    rest = iter(words[1:])
    for word in rest:
        if word == "-X":
            method = next(rest)
        elif word == "-H":
            name, _, value = next(rest).partition(": ")
            headers[name] = value
        elif word == "-d":
            content = next(rest).encode()
        else:
            url = word
    return client.request(method, url, headers=headers, content=content)


@pytest.fixture
def text(control: Control) -> str:
    """The page."""
    answer = control.get("docs")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return answer.text


def test_all_there_is(control: Control, text: str) -> None:
    """Every operation is on it with its method, path, summary, and what it takes."""
    document = control.get("openapi.json").json()
    plain = unescape(re.sub(r"<[^>]+>", "", text))
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            assert f"{method.upper()} {path}\n" in plain
            assert operation["summary"] in plain
            for parameter in operation.get("parameters", ()):
                assert parameter["name"] in plain
                assert parameter["description"] in plain


def test_properties(text: str) -> None:
    """Properties of bodies have their type, default and description."""
    plain = re.sub(r"<[^>]+>", "|", unescape(text))
    row = r"scope\|+list of text\|+\[\"all.Application\"\]\|+Scopes that the token grants\."
    assert re.search(row, plain)
    assert re.search(r"carryOut\|+true or false\|+false\|+Carry the request out", plain)
    assert re.search(r"kind\|+\"rateLimit\"\|+required", plain)


def test_command_lines(control: Control, text: str) -> None:
    """The command lines work as they stand, one after the other."""
    lines = command_lines(text)
    answers = [(line, run(line, control)) for line in lines]
    assert [(line, answer.text) for line, answer in answers if answer.status_code >= 300] == []
    assert len(lines) > 36


def test_command_lines_in_sandbox(control: Control, server: MockServer) -> None:
    """So do those on the page of a sandbox, in that sandbox."""
    text = control.get(f"{server.url}/_sandbox/mine/_mock/docs").text
    lines = command_lines(text)
    assert {run(line, control).status_code for line in lines} <= {200, 201, 204}
    assert all(f"{server.url}/_sandbox/mine/_mock/" in " ".join(line) for line in lines)


def test_command_lines_with_token(make_control: MakeControl) -> None:
    """Where a token is wanted there is a place for it, and never the token."""
    control = make_control(admin_token="the secret")
    answer = control.get("docs", headers={"Authorization": "Bearer the secret"})
    assert "the secret" not in answer.text
    for line in command_lines(answer.text):
        is_open = line[-1].endswith(("/health", "/ready"))
        assert (f"Authorization: Bearer {page.TOKEN}" in line) is not is_open
        words = [word.replace(page.TOKEN, "the secret") for word in line]
        assert run(words, control).status_code < 300, line


def test_no_token_no_header(text: str) -> None:
    """Where no token is wanted there is no header for it."""
    assert "Authorization" not in text


def test_well_formed(text: str) -> None:
    """Everything that is opened is closed, and every link on the page leads somewhere on it."""
    checked = Checked(text)
    assert checked.open == []
    assert len(checked.ids) == len(set(checked.ids))
    inner = [address[1:] for address in checked.addresses if address.startswith("#")]
    assert sorted(inner) == sorted(checked.ids)


def test_self_contained(text: str, server: MockServer) -> None:
    """Nothing is loaded from anywhere, and nothing runs."""
    checked = Checked(text)
    assert checked.names.isdisjoint({"script", "link", "img", "iframe", "object", "form", "base"})
    assert "url(" not in text
    assert "@import" not in text
    outer = [address for address in checked.addresses if not address.startswith("#")]
    assert outer == [f"{server.url}/_mock/openapi.json"]


def test_headers(control: Control) -> None:
    """The browser is told to load nothing, run nothing, and not to show it in another page."""
    headers = control.get("docs").headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"


@pytest.mark.parametrize("host", ["<script>", "a'b", "$(touch x)"])
def test_host_is_escaped(make_control: MakeControl, host: str) -> None:
    """Nothing that is sent gets onto the page, or into a shell, as it is."""
    control = make_control(host="0.0.0.0")  # noqa: S104 - any host, for a moment
    text = control.get("docs", headers={"Host": host}).text
    assert "<script" not in text
    assert Checked(text).open == []
    assert any(f"http://{host}/_mock/info" in line for line in command_lines(text))


def test_everything_is_escaped() -> None:
    """Whatever the description says is text on the page."""
    odd = "<b>&\"'"
    schema = {"type": "object", "description": odd, "examples": [{odd: odd}]}
    prop = {"type": "string", "default": odd, "description": odd}
    operation: dict[str, Any] = {
        "tags": [odd], "operationId": odd, "summary": odd, "description": odd,
        "parameters": [{"name": odd, "in": "query", "required": False, "schema": prop}],
        "requestBody": {
            "content": {"application/json": {"schema": {**schema, "properties": {odd: prop}}}}
        },
        "responses": {odd: {"description": odd}},
    }  # fmt: skip
    document = {
        "info": {"title": odd, "version": odd, "description": odd},
        "tags": [{"name": odd, "description": odd}],
        "paths": {f"/{odd}": {"post": operation}},
        "components": {"schemas": {}, "responses": {}},
    }
    text = page.render(document, f"http://{odd}")
    assert "<b>" not in text
    assert Checked(text).open == []


@pytest.mark.parametrize("path", ["/_mock", "/_mock/", "/_sandbox/mine/_mock"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_the_way_to_it(control: Control, server: MockServer, method: str, path: str) -> None:
    """The control plane itself leads to its page."""
    answer = control.request(method, f"{server.url}{path}")
    assert answer.status_code == 307
    assert answer.headers["location"] == f"{path.rstrip('/')}/docs"


def test_mounted() -> None:
    """A server that is mounted somewhere says where."""
    app: FastAPI = create_app(Settings())
    transport = httpx.ASGITransport(app=Starlette(routes=[Mount("/losant", app)]))
    assert _asked(transport, "/losant/_mock/openapi.json").json()["servers"] == [
        {"url": "/losant/_mock"}
    ]
    text = _asked(transport, "/losant/_sandbox/mine/_mock/docs").text
    assert "curl http://mock.test/losant/_sandbox/mine/_mock/info" in text


def _asked(transport: httpx.ASGITransport, path: str) -> httpx.Response:
    async def ask() -> httpx.Response:
        async with httpx.AsyncClient(transport=transport, base_url="http://mock.test") as client:
            return await client.get(path)

    return asyncio.run(ask())
