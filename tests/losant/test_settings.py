"""Settings that are no quirks: each does what it says, to the very number."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import httpx2 as httpx
import jwt
import pytest

from mock_server import ControlPlaneError, MockServer, Settings
from tests.losant.conftest import MakeApi

LARGE = "x" * 100_000


@pytest.fixture
def make_server() -> Iterator[Callable[..., MockServer]]:
    """Make servers that nobody has a token for."""
    with ExitStack() as stack:
        yield lambda **settings: stack.enter_context(MockServer(**settings))


@pytest.mark.parametrize("limit", [0, 1, 2, 3, 4])
def test_journal_requests(make_api: MakeApi, limit: int) -> None:
    """The journal keeps so many of the newest requests, in each sandbox, and counts all."""
    api = make_api(journal_requests=limit)
    with api.server.sandbox() as sandbox:
        for losant in (api.server, sandbox):
            for number in range(3):
                api("GET", f"{losant.url}/{number}")
            kept = [request.path for request in losant.requests]
            assert kept == ["/0", "/1", "/2"][max(0, 3 - limit) :]
            assert losant.requests.count() == 3


@pytest.mark.parametrize(("limit", "kept"), [(0, 0), (150_000, 1), (250_000, 2), (350_000, 3)])
def test_journal_bytes(make_api: MakeApi, limit: int, kept: int) -> None:
    """The journal keeps so many bytes of the newest requests, and counts all."""
    api = make_api(journal_bytes=limit)
    for number in range(3):
        api("POST", f"{api.server.url}/{number}", LARGE)
    assert [one.path for one in api.server.requests] == ["/0", "/1", "/2"][3 - kept :]
    assert api.server.requests.count() == 3


def test_jwt_secret(make_api: MakeApi) -> None:
    """Tokens are signed with the secret, and those that are not are refused."""
    api = make_api(jwt_secret="a secret that is long enough for HS256")
    claims = jwt.decode(api.server.token(), options={"verify_signature": False})
    for secret, status in (
        ("a secret that is long enough for HS256", 200),
        (Settings.model_fields["jwt_secret"].default, 401),
    ):
        token = jwt.encode(claims, secret, "HS256")
        assert api("GET", "experience/users", token=token).status_code == status


def test_fixtures_generate_and_locales(make_server: Callable[..., MockServer]) -> None:
    """A server begins with what is asked for; whoever is made up later is from there too."""
    server = make_server(fixtures=["demo"], generate=5, locales=["ja_JP"])
    assert len(server.users) == 13
    server.generate(5)
    made = list(server.users)[8:]
    assert len(made) == 10
    names = [name for user in made for name in (user.first_name, user.last_name) if name]
    assert names
    assert not any(name.isascii() for name in names)


@pytest.mark.parametrize(
    ("seeds", "are_same"), [((1, 1), True), ((1, 2), False), ((None, None), False)]
)
def test_seed(
    make_server: Callable[..., MockServer], seeds: tuple[int | None, ...], are_same: bool
) -> None:
    """Servers with the same seed make the same ids; others make others."""
    ids = [make_server(seed=seed).users.add("ann@example.com").id for seed in seeds]
    assert (ids[0] == ids[1]) is are_same


def test_control_plane_off(make_server: Callable[..., MockServer]) -> None:
    """Without a control plane the mocked API works all the same, in sandboxes too."""
    server = make_server(control_plane="off", jwt_secret="x" * 32)
    token = jwt.encode({"scope": ["all.Application", "all.User"]}, "x" * 32, "HS256")
    with httpx.Client(headers={"Authorization": f"Bearer {token}"}) as client:
        for base in (server.url, f"{server.url}/_sandbox/mine"):
            assert client.get(f"{base}/_mock/state").status_code == 404
            assert client.put(f"{base}/_mock/state", json={}).status_code == 404
            assert client.get(f"{base}/_mock/health").status_code == 200
            assert client.get(f"{base}/applications").status_code != 404
    with pytest.raises(ControlPlaneError, match="switched off"):
        server.reset()


def test_host_and_port(make_server: Callable[..., MockServer]) -> None:
    """A server listens where it is told to, and nowhere else."""
    with socket.create_server(("127.0.0.2", 0)) as free:
        port = free.getsockname()[1]
    server = make_server(host="127.0.0.2", port=port)
    assert server.url == f"http://127.0.0.2:{port}"
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", port), timeout=5)


def test_every_setting_is_flipped_somewhere() -> None:
    """A setting that is new needs a test that fails when it is ignored."""
    tested = {
        *("host", "port", "fixtures", "generate", "locales", "seed", "jwt_secret"),
        *("control_plane", "journal_requests", "journal_bytes"),  # here
        *("filter_case", "duplicate_email_status", "missing_token_status"),
        *("foreign_application_status", "unknown_group_ids", "max_per_page"),  # test_quirks.py
        "log_format",  # tests/cli/test_serve.py
        "admin_token",  # tests/control/test_security.py
    }
    assert set(Settings.model_fields) == tested
