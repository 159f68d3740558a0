"""The application below a prefix, and what it is asked that is not HTTP."""

from __future__ import annotations

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from mock_server import Settings, create_app


@pytest.mark.parametrize("path", ["/applications", "/_mock/health", "/_sandbox/a/applications"])
def test_websockets_are_closed(path: str) -> None:
    """No path has a websocket."""
    with TestClient(create_app(Settings())) as client, pytest.raises(WebSocketDisconnect):
        client.websocket_connect(path).__enter__()


@pytest.mark.parametrize("prefix", ["/m%20x", "/%6d%20x", "/%6D%20%78"])
def test_a_prefix_in_any_spelling(prefix: str) -> None:
    """A client may write the prefix of a mounted application in any way."""
    outer = FastAPI()
    inner = create_app(Settings())
    outer.mount("/m x", inner)
    token = inner.state.worlds.main.token(("all.User",))
    headers = {"Authorization": f"Bearer {token}"}
    with TestClient(inner), TestClient(outer) as client:
        for below in ("/applications", "/_sandbox/a/applications"):
            assert client.get(prefix + below, headers=headers).status_code == 200
        assert client.get(f"{prefix}/_mock/health").status_code == 200


def test_a_long_preflight_is_no_error() -> None:
    """The journal has no error for a preflight, because it is answered whatever its size."""
    app = create_app(Settings())
    with TestClient(app) as client:
        assert client.options("/" + "a" * 40_000).status_code == 204
        [recorded] = client.get("/_mock/requests").json()["items"]
        assert (recorded["status"], recorded["error"]) == (204, None)
