"""The description of the control plane: for people, and for programs."""

from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from mock_server.control import page
from mock_server.control.description import description_of
from mock_server.control.models import WORLD
from mock_server.jsonio import encode

# The page is all there is: it loads nothing, runs nothing and stands in no other.
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none';"
    " form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
}


async def _index(request: Request) -> Response:
    return RedirectResponse(f"{request.scope['root_path']}/docs")


async def _page(request: Request) -> Response:
    """Answer the description as a page."""
    text = page.render(_description(request), _url(request))
    return HTMLResponse(text, headers=_HEADERS)


async def _openapi(request: Request) -> Response:
    """Answer the description for programs, OpenAPI."""
    return Response(encode(_description(request)), media_type="application/json")


def _description(request: Request) -> dict[str, Any]:
    """Return the description, which says where the control plane was found."""
    state = request.app.state
    if not hasattr(state, "description"):
        wants_token = request.scope[WORLD].settings.admin_token is not None
        state.description = description_of(request.app, wants_token=wants_token)
    return {**state.description, "servers": [{"url": request.scope["root_path"]}]}


def _url(request: Request) -> str:
    """Return the URL of the control plane as it was asked for."""
    host = request.headers.get("host")
    if not host:
        name, port = request.scope.get("server") or ("127.0.0.1", None)
        name = f"[{name}]" if ":" in name else name
        host = f"{name}:{port}" if port else name
    return f"{request.scope.get('scheme', 'http')}://{host}{request.scope['root_path']}"


ROUTES: list[BaseRoute] = [
    Route("/", _index),
    Route("/docs", _page),
    Route("/openapi.json", _openapi),
]
