"""The documentation page, and the OpenAPI documents that it shows.

The page is Swagger UI, whose files come with the package ``fastapi-offline``.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files
from typing import Any

from fastapi import FastAPI, HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from mock_server.asgi.world import CONTROL_PREFIX
from mock_server.control.security import OPEN
from mock_server.jsonio import encode
from mock_server.settings import Settings

# The page loads nothing from other hosts, and no other page can embed it. Swagger UI has its icons
# as data URLs in its style sheet.
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self';"
    " img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
}
_OURS, _SWAGGER_UI = "mock_server.control.page", "fastapi_offline.static"
_FILES = {
    "index.html": (_OURS, "text/html"),
    "page.js": (_OURS, "text/javascript"),
    "page.css": (_OURS, "text/css"),
    "swagger-ui-bundle.js": (_SWAGGER_UI, "text/javascript"),
    "swagger-ui.css": (_SWAGGER_UI, "text/css"),
}


class Documents:
    """The OpenAPI documents of the control plane and of the mocked API."""

    def __init__(
        self, app: FastAPI, settings: Settings, mocked_openapi: Callable[[], dict[str, Any]]
    ) -> None:
        self._app = app
        self._needs_token = settings.admin_token is not None
        self._mocked_openapi = mocked_openapi

    def control_plane(self, url: str) -> dict[str, Any]:
        """Return the document of the control plane at a URL.

        FastAPI takes the security of operations from dependencies. The token is checked by
        middleware instead, before the body is read, so it is added here.
        """
        document = self._app.openapi()
        if self._needs_token and "securitySchemes" not in document["components"]:
            scheme = {"type": "http", "scheme": "bearer", "description": "The admin token."}
            document["components"]["securitySchemes"] = {"adminToken": scheme}
            for path, operations in document["paths"].items():
                for operation in operations.values():
                    operation["security"] = [] if path in OPEN else [{"adminToken": []}]
        return {**document, "servers": [{"url": url}]}

    def mocked_api(self, url: str) -> dict[str, Any]:
        """Return the document of the mocked API at a URL."""
        return {**self._mocked_openapi(), "servers": [{"url": url or "/"}]}


async def _index(request: Request) -> Response:
    return RedirectResponse(f"{request.scope['root_path']}/docs")


async def _page(request: Request) -> Response:
    return _file("index.html")


async def _page_file(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in _FILES:
        raise HTTPException(404, "The documentation page has no such file")
    return _file(name)


def _file(name: str) -> Response:
    package, media_type = _FILES[name]
    root, _, folder = package.rpartition(".")
    content = (files(root) / folder / name).read_bytes()
    return Response(content, media_type=media_type, headers=_HEADERS)


async def _control_plane(request: Request) -> Response:
    documents: Documents = request.app.state.documents
    return _document(documents.control_plane(request.scope["root_path"]))


async def _mocked_api(request: Request) -> Response:
    documents: Documents = request.app.state.documents
    url = request.scope["root_path"].removesuffix(CONTROL_PREFIX)
    return _document(documents.mocked_api(url))


def _document(document: dict[str, Any]) -> Response:
    return Response(encode(document), media_type="application/json")


ROUTES: list[BaseRoute] = [
    Route("/", _index),
    Route("/docs", _page),
    Route("/docs/{name}", _page_file),
    Route("/openapi.json", _control_plane),
    Route("/losant/openapi.json", _mocked_api),
]
