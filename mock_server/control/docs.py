"""The documentation page, and the OpenAPI documents that it shows.

The page is Swagger UI, whose files come with the package ``fastapi-offline``. It is empty until its
script loads a document, so it needs no admin token.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from mock_server.asgi.sandbox import CONTROL_PREFIX
from mock_server.jsonio import encode

OpenApi = Callable[[], dict[str, Any]]

_PAGE = ("mock_server.control", "page")
_SWAGGER_UI = ("fastapi_offline", "static")
# The page loads nothing from other hosts, and no other page can embed it. Swagger UI has its icons
# as data URLs in its style sheet.
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self';"
    " img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
}


def routes(control_plane: OpenApi, mocked_api: OpenApi) -> list[BaseRoute]:
    """Return the routes of the page and of the two documents."""

    async def control_plane_openapi(request: Request) -> Response:
        return _document(control_plane(), request.scope["root_path"])

    async def mocked_api_openapi(request: Request) -> Response:
        return _document(
            mocked_api(), request.scope["root_path"].removesuffix(CONTROL_PREFIX) or "/"
        )

    return [
        Route("/", _index),
        Route("/docs", _page),
        Mount("/docs", StaticFiles(packages=[_PAGE, _SWAGGER_UI])),
        Route("/openapi.json", control_plane_openapi),
        Route("/losant/openapi.json", mocked_api_openapi),
    ]


async def _index(request: Request) -> Response:
    return RedirectResponse(f"{request.scope['root_path']}/docs")


async def _page(request: Request) -> Response:
    package, folder = _PAGE
    return HTMLResponse((files(package) / folder / "index.html").read_bytes(), headers=_HEADERS)


def _document(document: dict[str, Any], url: str) -> Response:
    """Return an OpenAPI document of the API at a URL."""
    content = encode({**document, "servers": [{"url": url}]})
    return Response(content, media_type="application/json")
