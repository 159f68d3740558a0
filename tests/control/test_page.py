"""The documentation page and what it loads, as a client gets them; test_browser.py opens it."""

from __future__ import annotations

import asyncio
import re
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin

import httpx2 as httpx
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator
from starlette.applications import Starlette
from starlette.routing import Mount

from mock_server import MockServer, Settings, create_app
from tests.control.conftest import Control

DOCUMENTS = {"openapi.json", "losant/openapi.json"}


class Page(HTMLParser):
    """The addresses on a page, and its elements."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.documents: list[str] = []
        self.scripts = 0
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        assert not any(name.startswith("on") or name == "style" for name in given)
        assert tag not in {"style", "base", "iframe"}
        self.scripts += tag == "script" and "src" in given
        assert tag != "script" or "src" in given
        self.addresses += [str(given[name]) for name in ("href", "src") if name in given]
        self.documents += [str(given["value"])] if tag == "option" else []


@pytest.fixture
def page(control: Control) -> Page:
    """The page."""
    answer = control.get("docs")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return Page(answer.text)


def test_files(control: Control, page: Page) -> None:
    """Everything that the page loads is there, and said to be what it is."""
    kinds = {"js": "text/javascript; charset=utf-8", "css": "text/css; charset=utf-8"}
    loaded = [address for address in page.addresses if not address.startswith("data:")]
    assert len(loaded) == 4
    for address in loaded:
        answer = control.get(address)
        assert answer.status_code == 200
        assert answer.headers["content-type"] == kinds[address.rpartition(".")[2]]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert len(answer.content) > 100


def test_documents(control: Control, page: Page) -> None:
    """The page offers both documents, which are OpenAPI 3.1."""
    assert set(page.documents) == DOCUMENTS
    for address in page.documents:
        answer = control.get(address)
        assert answer.headers["content-type"] == "application/json"
        assert answer.json()["openapi"].startswith("3.1.")
        OpenAPIV31SpecValidator(answer.json()).validate()


def test_addresses_are_relative(page: Page) -> None:
    """So that the page works below every prefix."""
    for address in [*page.addresses, *page.documents]:
        assert re.match(r"docs/[\w.-]+$|(losant/)?openapi\.json$|data:,$", address), address


def test_files_of_ours_name_no_host(control: Control) -> None:
    """Nothing is loaded from anywhere else."""
    for name in ("docs", "docs/page.js", "docs/page.css"):
        assert "//" not in re.sub(r"^//.*", "", control.get(name).text, flags=re.M)


def test_headers(control: Control) -> None:
    """The browser is told to run and load only the page's files, and not to embed the page."""
    headers = control.get("docs").headers
    policy = dict(
        part.strip().split(" ", 1) for part in headers["content-security-policy"].split(";")
    )
    assert policy == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "connect-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"


@pytest.mark.parametrize("name", ["x.js", "%2e%2e", "%2e%2e%2fdocs.py", "a/b", ""])
def test_no_other_file(control: Control, name: str) -> None:
    """Nothing else of the packages can be had."""
    answer = control.get(f"{control.base_url}docs/{name}")
    assert answer.status_code == 404
    assert answer.json()["message"].endswith("; GET /_mock/docs lists all operations")


@pytest.mark.parametrize("path", ["/_mock", "/_mock/", "/_sandbox/mine/_mock"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_the_way_to_it(control: Control, server: MockServer, method: str, path: str) -> None:
    """The control plane itself leads to its page."""
    answer = control.request(method, f"{server.url}{path}")
    assert answer.status_code == 307
    assert answer.headers["location"] == f"{path.rstrip('/')}/docs"


@pytest.mark.parametrize("prefix", ["", "/_sandbox/mine"])
def test_servers(control: Control, server: MockServer, prefix: str) -> None:
    """Each document names the world that it was found in, so that "try it" calls that world."""
    control.get(f"{server.url}/_sandbox/other/_mock/losant/openapi.json")
    document = control.get(f"{server.url}{prefix}/_mock/losant/openapi.json").json()
    assert document["servers"] == [{"url": prefix or "/"}]


def test_mounted() -> None:
    """A server that is mounted somewhere says where."""
    app = Starlette(routes=[Mount("/losant", create_app(Settings()))])
    root = "/losant/_sandbox/mine/_mock"
    assert _asked(app, "/losant/_mock/openapi.json").json()["servers"] == [{"url": "/losant/_mock"}]
    assert _asked(app, f"{root}/openapi.json").json()["servers"] == [{"url": root}]
    for prefix in ("/losant", "/losant/_sandbox/mine"):
        document = _asked(app, f"{prefix}/_mock/losant/openapi.json").json()
        assert document["servers"] == [{"url": prefix}]
    page = Page(_asked(app, f"{root}/docs").text)
    for address in [*page.addresses, *page.documents]:
        if not address.startswith("data:"):
            assert _asked(app, urljoin(f"{root}/docs", address)).status_code == 200


def _asked(app: Any, path: str) -> httpx.Response:
    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://mock.test") as client:
            return await client.get(path)

    return asyncio.run(ask())
