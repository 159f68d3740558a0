"""Who may drive the control plane: not everybody, and no page in a browser that is not its own."""

from __future__ import annotations

import hmac
import ipaddress
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from starlette.types import Scope

from mock_server.control.errors import ControlError
from mock_server.control.wording import shown
from mock_server.settings import ControlPlane, Settings

OPEN = ("/health", "/ready")
"""What everybody may ask for."""

_PAGES = ("/", "/docs")
_LOOKED_AT = frozenset(
    {b"host", b"origin", b"sec-fetch-site", b"sec-fetch-mode", b"sec-fetch-dest", b"authorization"}
)
_HOST = re.compile(r"(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+?)\.?)(?::[0-9]*)?", re.IGNORECASE)
_ONLY = "Pages of other origins can not drive the control plane"

Headers = Mapping[bytes, Sequence[bytes]]


class Guard:
    """Lets requests through to the control plane, or refuses them."""

    def __init__(self, settings: Settings) -> None:
        self._is_off = settings.control_plane is ControlPlane.OFF
        self._tokens = _spellings(settings.admin_token)
        self._is_local = is_this_machine(settings.host)

    def check(self, scope: Scope, path: str) -> None:
        """Refuse a request that may not be answered.

        :param path: the path below the control plane
        :raises ControlError: when it may not
        """
        headers = _headers(scope)
        self._check_host(scope, headers)
        _check_origin(path, headers)
        if path not in OPEN:
            self._check_leave(headers)

    def _check_host(self, scope: Scope, headers: Headers) -> None:
        """A name that leads here is not enough: a page can give itself such a name.

        Browsers always say a name; who says none is none.
        """
        server = scope.get("server")
        if not (self._is_local and server and is_this_machine(server[0])):
            return
        for host in headers.get(b"host", ()):
            if not is_this_machine(_host_name(host)):
                message = (
                    f'Host "{shown(host.decode("latin-1"))}" is not this machine. Use 127.0.0.1 or'
                    " localhost, or let the server listen on another address with --host"
                )
                raise ControlError(403, "Forbidden", message)

    def _check_leave(self, headers: Headers) -> None:
        if self._is_off:
            message = "The control plane is switched off (--control-plane off)"
            raise ControlError(404, "NotFound", message)
        if self._tokens and not self._has_token(headers):
            other = ", and another was sent" if headers.get(b"authorization") else ""
            message = f"The control plane wants the admin token{other}: Authorization: Bearer …"
            challenge = {"WWW-Authenticate": "Bearer"}
            raise ControlError(401, "Unauthorized", message, challenge)

    def _has_token(self, headers: Headers) -> bool:
        sent = next(iter(headers.get(b"authorization", ())), b"")
        scheme, _, token = sent.strip().partition(b" ")
        is_token = [hmac.compare_digest(token.strip(), wanted) for wanted in self._tokens]
        return scheme.lower() == b"bearer" and any(is_token)


def _headers(scope: Scope) -> Headers:
    headers: dict[bytes, list[bytes]] = {}
    for name, value in scope["headers"]:
        if name in _LOOKED_AT:
            headers.setdefault(name, []).append(value)
    return headers


def _spellings(token: str | None) -> tuple[bytes, ...]:
    """Return a token as clients may write it: headers have no encoding of their own."""
    if token is None:
        return ()
    token = token.strip() or token  # headers have no spaces at their ends
    spellings = {token.encode(errors="surrogateescape")}
    if all(character <= "\xff" for character in token):
        spellings.add(token.encode("latin-1"))
    return tuple(spellings)


def _check_origin(path: str, headers: Headers) -> None:
    """Pages of other origins may not even send what needs no leave to be sent.

    Links to the page about the control plane work everywhere: it does nothing, and no other page
    can look into it.
    """
    hosts = [host.lower() for host in headers.get(b"host", ())]
    for origin in headers.get(b"origin", ()):
        if [origin.lower().partition(b"://")[2]] != hosts:
            raise ControlError(403, "Forbidden", _ONLY)
    sites = headers.get(b"sec-fetch-site", ())
    if all(site in (b"none", b"same-origin") for site in sites):
        return
    follows_link = path in _PAGES and (
        headers.get(b"sec-fetch-mode"),
        headers.get(b"sec-fetch-dest"),
    ) == ([b"navigate"], [b"document"])
    if not follows_link:
        raise ControlError(403, "Forbidden", _ONLY)


def _host_name(host: bytes) -> str:
    match = _HOST.fullmatch(host.decode("latin-1"))
    return (match[1] or match[2]) if match else ""


@lru_cache(maxsize=128)
def is_this_machine(host: str) -> bool:
    """Tell whether a host is this machine, whoever says so: its loopback address or name."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return f".{host.lower()}".endswith(".localhost")
