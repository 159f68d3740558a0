"""Access to the control plane: the admin token, and no web pages of other origins.

By hand, because Starlette's TrustedHostMiddleware knows neither networks (127.0.0.0/8) nor several
``Host`` headers, and FastAPI's HTTPBearer only checks a token when the body has been read.
"""

from __future__ import annotations

import hmac
import ipaddress
import re
from functools import lru_cache

from fastapi import HTTPException
from starlette.datastructures import Headers
from starlette.types import Scope

from mock_server.control.errors import shown
from mock_server.settings import ControlPlane, Settings

OPEN = ("/health", "/ready")
"""Paths that are always available: without an admin token, with the control plane switched off."""

_PAGES = ("/", "/docs")
"""Paths to which other sites may link."""
_PAGE_FILES = "/docs/"
_HOST = re.compile(r"(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+?)\.?)(?::[0-9]*)?", re.IGNORECASE)
_OTHER_ORIGIN = "Pages of other origins cannot use the control plane"


class AccessControl:
    """Decides which requests may use the control plane."""

    def __init__(self, settings: Settings) -> None:
        self._is_off = settings.control_plane is ControlPlane.OFF
        self._tokens = _spellings(settings.admin_token)
        self._is_local = is_this_machine(settings.host)

    def check(self, path: str, scope: Scope) -> None:
        """Refuse a request that may not use the control plane.

        :param path: the path inside the control plane
        :raises HTTPException: that says why
        """
        headers = Headers(scope=scope)
        self._check_host(scope, headers)
        _check_origin(path, headers)
        if path in OPEN:
            return
        if self._is_off:
            raise HTTPException(404, "The control plane is switched off (--control-plane off)")
        # A browser does not send the token when it loads the page. The page has no data; it asks
        # for the token.
        if self._tokens and not (path in _PAGES or path.startswith(_PAGE_FILES)):
            self._check_token(headers)

    def _check_host(self, scope: Scope, headers: Headers) -> None:
        """Refuse other host names on a loopback address.

        A web page's host name may resolve to this machine (DNS rebinding). Browsers always send a
        host; a request without one does not come from a browser.
        """
        server = scope.get("server")
        if not (self._is_local and server and is_this_machine(server[0])):
            return
        for host in headers.getlist("host"):
            if not is_this_machine(_host_name(host)):
                raise HTTPException(
                    403,
                    f'Host "{shown(host)}" is not this machine. Use 127.0.0.1 or'
                    " localhost, or let the server listen on another address with --host",
                )

    def _check_token(self, headers: Headers) -> None:
        sent = headers.get("authorization", "")
        scheme, _, token = sent.strip().partition(" ")
        content = token.strip().encode("latin-1")
        is_token = [hmac.compare_digest(content, expected) for expected in self._tokens]
        if scheme.lower() == "bearer" and any(is_token):
            return
        other = ", but another was sent" if sent else ""
        raise HTTPException(
            401,
            f"The control plane requires the admin token{other}: Authorization: Bearer …",
            {"WWW-Authenticate": "Bearer"},
        )


def _spellings(token: str | None) -> tuple[bytes, ...]:
    """Return the bytes that a client may send for a token: headers have no fixed encoding."""
    if token is None:
        return ()
    token = token.strip() or token  # headers have no spaces at their ends
    spellings = {token.encode(errors="surrogateescape")}
    if all(character <= "\xff" for character in token):
        spellings.add(token.encode("latin-1"))
    return tuple(spellings)


def _check_origin(path: str, headers: Headers) -> None:
    """Refuse requests of pages of other origins, even those that need no preflight.

    Other sites may link to the documentation page: loading it changes nothing, and they cannot
    embed it.
    """
    hosts = [host.lower() for host in headers.getlist("host")]
    for origin in headers.getlist("origin"):
        if [origin.lower().partition("://")[2]] != hosts:
            raise HTTPException(403, _OTHER_ORIGIN)
    is_own = all(site in ("none", "same-origin") for site in headers.getlist("sec-fetch-site"))
    how = headers.getlist("sec-fetch-mode"), headers.getlist("sec-fetch-dest")
    follows_link = path in _PAGES and how == (["navigate"], ["document"])
    if not (is_own or follows_link):
        raise HTTPException(403, _OTHER_ORIGIN)


def _host_name(host: str) -> str:
    match = _HOST.fullmatch(host)
    return (match[1] or match[2]) if match else ""


@lru_cache(maxsize=128)
def is_this_machine(host: str) -> bool:
    """Return whether a host is a loopback address or name, which means this machine everywhere."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return f".{host.lower()}".endswith(".localhost")
