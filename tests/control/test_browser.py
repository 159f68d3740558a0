"""The documentation page in a browser that reaches no host but this machine."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from mock_server import MockServer, Settings, create_app
from mock_server.server import listen, url_of
from mock_server.server.uvicorn_server import UvicornServer
from tests.control.conftest import control_of
from tests.tools import needs, path_of

pytestmark = [needs("chromium"), pytest.mark.heavy]

FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]  # fmt: skip
LIST_USERS = "/applications/{applicationId}/experience/users"
NO_TOKEN = "status of 401"
"""What the browser itself writes to the console when a document needs the admin token."""

Open = Callable[..., Page]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The browser."""
    expect.set_options(timeout=20_000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path_of("chromium"), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Open]:
    """Open a page; in the end its console must be empty, and its requests for its own host."""
    page = browser.new_page()
    page.set_default_timeout(20_000)
    told: list[str] = []
    asked: list[str] = []
    expected: list[str] = []

    def console(message: ConsoleMessage) -> None:
        told.append(f"{message.type}: {message.text}")

    page.on("console", console)
    page.on("pageerror", lambda error: told.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))

    def open_(url: str, *, expect_in_console: str = "") -> Page:
        expected[:] = [url, expect_in_console]
        page.goto(f"{url}/_mock/docs")
        return page

    yield open_
    page.close()
    url, known = expected
    assert [one for one in told if not known or known not in one] == []
    origin = "/".join(url.split("/")[:3])
    assert [one for one in asked if not one.startswith((f"{origin}/", "data:"))] == []
    assert len(asked) >= 6


@pytest.fixture(scope="module")
def server() -> Iterator[MockServer]:
    """The server."""
    with MockServer(fixtures=["demo"]) as server:
        yield server


def operation(page: Page, method: str, path: str) -> Any:
    """Return the block of an operation."""
    return page.locator(f".opblock-{method}").filter(has=page.locator(f'[data-path="{path}"]'))


def listed(page: Page) -> set[tuple[str, str]]:
    """Return method and path of all operations on the page."""
    blocks = page.locator(".opblock").all()
    return {
        (
            block.locator(".opblock-summary-method").inner_text().lower(),
            str(block.locator("[data-path]").get_attribute("data-path")),
        )
        for block in blocks
    }


def described(server: MockServer, document: str, token: str = "") -> set[tuple[str, str]]:
    """Return method and path of all operations in a document."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    with control_of(server, headers=headers) as control:
        paths = control.get(document).json()["paths"]
    return {(method, path) for path, methods in paths.items() for method in methods}


def try_it(block: Any, **parameters: str) -> tuple[str, str, str]:
    """Execute an operation; return the URL that was asked, and status and body of the answer."""
    block.locator(".opblock-summary-control").click()
    for name, value in parameters.items():
        block.locator(f'input[placeholder="{name}"]').fill(value)
    block.locator(".execute").click()
    answer = block.locator(".live-responses-table")
    status = answer.locator(".response .response-col_status").first
    expect(status).to_have_text(re.compile(r"\d{3}"))
    body = answer.locator(".highlight-code").first.inner_text()
    return block.locator(".request-url pre").inner_text(), status.inner_text().strip(), body


def show_control_plane(page: Page) -> None:
    """Choose the other document."""
    page.select_option("#document", "openapi.json")
    expect(operation(page, "get", "/info")).to_be_visible()


def test_mocked_api(server: MockServer, open_page: Open) -> None:
    """The page lists the actions of the mocked API, and lists users with a token it is given."""
    page = open_page(server.url)
    block = operation(page, "get", LIST_USERS)
    expect(block).to_be_visible()
    assert listed(page) == described(server, "losant/openapi.json")
    page.locator(".auth-wrapper .authorize").first.click()
    page.locator(".auth-container input").first.fill(server.token("experienceUsers.get"))
    page.locator(".auth-btn-wrapper .authorize").first.click()
    page.locator(".auth-btn-wrapper .btn-done").first.click()
    url, status, body = try_it(block, applicationId=server.application_id)
    assert url.startswith(f"{server.url}/applications/{server.application_id}/experience/users")
    assert status == "200"
    assert next(iter(server.users)).email in body


def test_control_plane(server: MockServer, open_page: Open) -> None:
    """The other document is a choice away, with its operations."""
    page = open_page(server.url)
    show_control_plane(page)
    assert listed(page) == described(server, "openapi.json")
    url, status, body = try_it(operation(page, "get", "/info"))
    assert (url, status) == (f"{server.url}/_mock/info", "200")
    assert server.application_id in body


def test_new_token_in_a_sandbox(server: MockServer, open_page: Open) -> None:
    """In a sandbox the page makes a token, and lists the users of that sandbox."""
    with server.sandbox(fixtures={"users": [{"email": "only@example.com"}]}) as sandbox:
        page = open_page(sandbox.url)
        block = operation(page, "get", LIST_USERS)
        expect(block).to_be_visible()
        with page.expect_response("**/tokens"):
            page.click("#create-token")
        expect(page.locator('[aria-label="authorization button locked"]').first).to_be_visible()
        url, status, body = try_it(block, applicationId=sandbox.application_id)
        assert url.startswith(f"{sandbox.url}/applications/")
        assert status == "200"
        assert "only@example.com" in body


def test_admin_token(open_page: Open) -> None:
    """Where the server requires the admin token the page asks for it, and uses it."""
    with MockServer(admin_token="the secret") as server:
        page = open_page(server.url, expect_in_console=NO_TOKEN)
        expect(page.locator("#message")).to_contain_text("requires the admin token")
        page.fill("#admin-token", "the secret")
        page.click("#show")
        expect(operation(page, "get", LIST_USERS)).to_be_visible()
        expect(page.locator("#message")).to_be_empty()
        show_control_plane(page)
        assert listed(page) == described(server, "openapi.json", "the secret")
        _, status, body = try_it(operation(page, "get", "/info"))
        assert status == "200"
        assert server.application_id in body


def test_mounted(open_page: Open) -> None:
    """The page works below the place where the app is mounted."""
    with _mounted("/losant") as url:
        page = open_page(url)
        expect(operation(page, "get", LIST_USERS)).to_be_visible()
        show_control_plane(page)
        asked, status, _ = try_it(operation(page, "get", "/info"))
        assert (asked, status) == (f"{url}/_mock/info", "200")


@contextmanager
def _mounted(prefix: str) -> Iterator[str]:
    """Serve the app below a prefix, and return its URL."""
    outer = FastAPI(openapi_url=None)
    outer.mount(prefix, create_app(Settings()))
    listener = listen("127.0.0.1", 0)
    started = threading.Event()
    server = UvicornServer(outer, started.set)
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    try:
        assert started.wait(10)
        yield f"{url_of(listener)}{prefix}"
    finally:
        server.stop()
        thread.join()
