"""Who may drive the control plane: not everybody, and no page in a browser that is not its own."""

from __future__ import annotations

import hmac
import ipaddress
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from mock_server.api.control.errors import error_response
from mock_server.settings import ControlPlane, Settings

_OPEN = ("/health", "/ready")
_LOCAL_NAMES = ("localhost",)


class Guard:
    """Lets requests through to the control plane, or refuses them."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._settings = settings
        self._is_local = _is_loopback(settings.host)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        refusal = self._refusal(scope)
        if refusal is None:
            await self._app(scope, receive, send)
        else:
            await error_response(*refusal)(scope, receive, send)

    def _refusal(self, scope: Scope) -> tuple[int, str, str] | None:
        headers = Headers(scope=scope)
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        return (
            _for_path(path)
            or self._for_host(scope, headers)
            or _for_origin(headers)
            or (None if path in _OPEN else self._for_lack_of_leave(headers))
        )

    def _for_host(self, scope: Scope, headers: Headers) -> tuple[int, str, str] | None:
        """A name that leads here is not enough: a page can give itself such a name."""
        server = scope.get("server")
        if not (self._is_local and server and _is_loopback(server[0])):
            return None
        host = headers.get("host", "")
        if _is_loopback(_host_name(host)):
            return None
        message = (
            f'Host "{host}" is not this machine. Use 127.0.0.1 or localhost, or let the server'
            " listen on another address with --host"
        )
        return 403, "Forbidden", message

    def _for_lack_of_leave(self, headers: Headers) -> tuple[int, str, str] | None:
        if self._settings.control_plane is ControlPlane.OFF:
            return 404, "NotFound", "The control plane is switched off (--control-plane off)"
        wanted = self._settings.admin_token
        if wanted is None:
            return None
        scheme, _, token = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and hmac.compare_digest(token.encode(), wanted.encode()):
            return None
        message = "The control plane wants the admin token: Authorization: Bearer …"
        return 401, "Unauthorized", message


def _for_path(path: str) -> tuple[int, str, str] | None:
    """What ends with a line break is no path that ends before it, as the router would have it."""
    return None if path.isprintable() else (404, "NotFound", f"{path!r} is no path")


def _for_origin(headers: Headers) -> tuple[int, str, str] | None:
    """Pages of other origins may not even send what needs no leave to be sent."""
    origin = headers.get("origin")
    is_own = origin is None or urlsplit(origin).netloc == headers.get("host")
    if is_own and headers.get("sec-fetch-site", "none") in ("none", "same-origin"):
        return None
    return 403, "Forbidden", "Pages of other origins can not drive the control plane"


def _host_name(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() in _LOCAL_NAMES
