"""Reads the groups and users of a live application.

Requests are repeated after failures that may pass. Groups and users come page by page in the order
of their ids. Each page begins after the last id of the page before, so that nothing is read twice
or missed when groups and users are created or deleted meanwhile.
"""

from __future__ import annotations

import json
import math
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any
from urllib.parse import unquote, urlencode
from urllib.request import getproxies, proxy_bypass

import urllib3
from urllib3 import exceptions
from urllib3.util import Retry, Url, make_headers, parse_url

from mock_server.domain.ids import is_object_id
from mock_server.domain.progress import Progress, no_progress
from mock_server.jsonio import InvalidJson, decode
from mock_server.version import API_VERSION, __version__

RETRIES = 10
"""How often a request is repeated by default."""

_TEMPORARY = (408, 425, 429, 500, 502, 503, 504)
"""Statuses after which the same request may succeed."""

PER_PAGE = 1000
"""The largest page that the API has."""

_PARAMETERS = {
    "sortField": "id",
    "sortDirection": "asc",
    "_actions": "false",
    "_links": "false",
    "_embedded": "true",
}

_TIMEOUT = urllib3.Timeout(connect=20.0, read=120.0)
_FIRST_WAIT = 0.5
_LONGEST_WAIT = 60.0
_MOST_DOUBLINGS = 7
_TOO_LONG = 6 * 60 * 60
"""Seconds. A ``Retry-After`` of this time or more is ignored."""

_TICK = 1.0

_ADVICE = {
    401: "rejects the token: it is wrong or has expired",
    403: "denies access: the token lacks the scope {scope} or all.Application.read",
    404: "does not have this application; check the application id and the base URL",
}
_USUAL_ADVICE = "answered {status}; check the base URL"

_UNTRUSTED = (
    "the certificate of the API is not trusted; set SSL_CERT_FILE to a file with its issuer"
)
# More particular errors come first.
_REASONS: tuple[tuple[type[Exception], str], ...] = (
    (exceptions.NameResolutionError, "its host name is unknown"),
    (exceptions.ProxyError, "the proxy could not connect"),
    (exceptions.NewConnectionError, "the connection was refused"),
    (exceptions.TimeoutError, "it took too long"),
    (exceptions.HTTPError, "the connection was lost"),
)
"""Why there was no answer, without an address."""


class PullError(Exception):
    """The pull failed; the message is one line and contains no text of an answer."""


class _TemporaryFailure(Exception):
    """A failure after which the same request may succeed.

    :param wait: how many seconds the API asks to wait; None if it does not
    """

    def __init__(self, reason: str, wait: float | None = None) -> None:
        super().__init__(reason)
        self.wait = wait


class LiveApi:
    """The API of one application.

    :param base_url: an http or https URL, which may have a path
    :param retries: how often a request is repeated
    :param sleep: waits for a number of seconds
    :raises ValueError: when the URL is not valid
    """

    def __init__(
        self,
        base_url: str,
        token: str,
        application_id: str,
        *,
        retries: int = RETRIES,
        sleep: Callable[[float], object] = time.sleep,
        progress: Progress = no_progress,
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._application_id = application_id
        self._retries = retries
        self._sleep = sleep
        self._progress = progress
        self._pool = _pool(self._base_url)
        self._headers = {
            "Authorization": f"Bearer {token}",
            "Accept": "application/json",
            "Accept-Version": f"^{API_VERSION}",
            "User-Agent": f"losant-mock-server/{__version__}",
            **make_headers(accept_encoding="gzip,deflate"),
        }

    def get(self, path: str, parameters: Mapping[str, str], *, scope: str) -> dict[str, Any]:
        """Send a GET request and return the JSON object in the answer.

        :param path: the path below that of the application
        :param scope: the scope that the token needs, for the error message
        :raises PullError: when the API does not answer with an object
        """
        target = f"/applications/{self._application_id}/{path}?{urlencode(parameters)}"
        failures = 0
        while True:
            try:
                return self._content(self._answer(target), scope)
            except _TemporaryFailure as failure:
                failures += 1
                if failures > self._retries:
                    times = f"{failures} times" if self._retries else "once"
                    raise self._error(f"failed {times}: {failure}") from None
                self._wait(failures, failure.wait)

    def _answer(self, target: str) -> urllib3.BaseHTTPResponse:
        try:
            return self._pool.request(
                "GET",
                self._base_url + target,
                headers=self._headers,
                retries=False,
                redirect=False,
                timeout=_TIMEOUT,
            )
        except exceptions.HTTPError as error:
            cause = error.args[0] if isinstance(error, exceptions.SSLError) else None
            if isinstance(cause, ssl.SSLCertVerificationError):
                raise PullError(_UNTRUSTED) from None
            reason = next(text for kind, text in _REASONS if isinstance(error, kind))
            raise _TemporaryFailure(reason) from None

    def _content(self, response: urllib3.BaseHTTPResponse, scope: str) -> dict[str, Any]:
        if response.status in _TEMPORARY:
            raise _TemporaryFailure(f"it answered {response.status}", _retry_after(response))
        if response.status != 200:
            advice = _ADVICE.get(response.status, _USUAL_ADVICE)
            raise self._error(advice.format(status=response.status, scope=scope))
        try:
            content = decode(response.data)
        except InvalidJson:
            raise _TemporaryFailure("its answer is not JSON", _retry_after(response)) from None
        if not isinstance(content, dict):
            raise self._error("does not answer like Losant's API")
        return content

    def _wait(self, failures: int, asked: float | None) -> None:
        """Wait as long as the API asks to; else not at all, 1 s, 2 s, 4 s, and so on."""
        usual = min(_FIRST_WAIT * 2 ** min(failures - 1, _MOST_DOUBLINGS), _LONGEST_WAIT)
        why = "as the API asks" if asked else "then trying again"
        left = seconds = asked or (usual if failures > 1 else 0.0)
        while left > 0:
            passed = round(seconds - left)
            self._progress(f"Waiting {math.ceil(seconds)} s, {why}", passed, math.ceil(seconds))
            self._sleep(min(left, _TICK))
            left -= _TICK

    def _error(self, reason: str) -> PullError:
        """Return an error that names the base URL, without the user name and password."""
        return PullError(f"the API at {parse_url(self._base_url)._replace(auth=None).url} {reason}")


@dataclass(frozen=True)
class Page:
    """Some items, and how many items there are from the first of these to the end."""

    items: list[dict[str, Any]]
    total: int


@dataclass(frozen=True)
class Listing:
    """A collection of an application.

    :param path: the path below that of the application
    :param scope: the scope that a token needs
    :param required: the property, besides the id, that each item must have
    """

    path: str
    scope: str
    required: str

    def pages(self, api: LiveApi, after: str | None = None) -> Iterator[Page]:
        """Yield the pages that are not empty.

        :param after: the id to begin after
        :raises PullError: when the API does not answer as expected
        """
        while True:
            query = {} if after is None else {"query": json.dumps({"id": {"$gt": after}})}
            page = self._page(api, {"perPage": str(PER_PAGE), **query})
            if page.items:
                yield page
            if len(page.items) >= page.total:
                return
            after = self._last_id(page, after)

    def at(self, api: LiveApi, position: int) -> dict[str, Any] | None:
        """Return the item at a position, from 0; None if there are not that many."""
        page = self._page(api, {"perPage": "1", "page": str(position)})
        return page.items[0] if page.items else None

    def unexpected(self) -> PullError:
        """Return the error for an answer of an unexpected form."""
        return PullError(f"the API answered {self.path} with unexpected JSON")

    def _page(self, api: LiveApi, parameters: dict[str, str]) -> Page:
        content = api.get(self.path, {**_PARAMETERS, **parameters}, scope=self.scope)
        items, total = content.get("items"), content.get("totalCount")
        if not isinstance(items, list) or not all(map(self._is_item, items)):
            raise self.unexpected()
        return Page(items, total if isinstance(total, int) else len(items))

    def _is_item(self, item: Any) -> bool:
        return (
            isinstance(item, dict)
            and isinstance(item.get(self.required), str)
            and isinstance(item.get("id"), str)
            and is_object_id(item["id"])
        )

    def _last_id(self, page: Page, after: str | None) -> str:
        if not page.items:
            raise PullError(f"the API counts {page.total} more of {self.path}, but lists none")
        ids = [item["id"].lower() for item in page.items]
        if ids != sorted(set(ids)) or (after is not None and ids[0] <= after):
            raise PullError(f"the API does not list {self.path} in the order of their ids")
        return str(ids[-1])


GROUPS = Listing("experience/groups", "experienceGroups.get", "name")
USERS = Listing("experience/users", "experienceUsers.get", "email")


def _pool(base_url: str) -> urllib3.PoolManager:
    """Return a pool of connections, through a proxy if the environment names one."""
    url = _http_url(base_url)
    if url is None or url.query or url.fragment:
        raise ValueError("it must look like https://api.losant.com")
    proxy = None if _is_direct(str(url.host).strip("[]")) else getproxies().get(str(url.scheme))
    if proxy is None:
        return urllib3.PoolManager()
    url = _http_url(proxy if "://" in proxy else f"http://{proxy}")
    if url is None:
        raise ValueError("the proxy in the environment is not an HTTP proxy")
    headers = make_headers(proxy_basic_auth=unquote(url.auth)) if url.auth else None
    return urllib3.ProxyManager(url._replace(auth=None).url, proxy_headers=headers)


def _http_url(text: str) -> Url | None:
    """Return the parts of an http or https URL; None for any other text."""
    try:
        url = parse_url(text)
    except exceptions.LocationValueError:
        return None
    return url if url.scheme in ("http", "https") and url.host else None


def _is_direct(host: str) -> bool:
    """Return whether a host is reached without a proxy."""
    try:
        return ip_address(host).is_loopback or bool(proxy_bypass(host))
    except ValueError:  # a name
        return host == "localhost" or bool(proxy_bypass(host))


def _retry_after(response: urllib3.BaseHTTPResponse) -> float | None:
    """Return how many seconds ``Retry-After`` asks to wait; None if there is no usable value."""
    try:
        asked = Retry().get_retry_after(response)
    except (exceptions.InvalidHeader, ArithmeticError, ValueError):
        return None
    return asked if asked is not None and asked < _TOO_LONG else None
