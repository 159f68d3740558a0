"""Questions to a live API, asked again when the answer is trouble that may pass."""

from __future__ import annotations

import json
import math
import ssl
import time
from collections.abc import Callable, Mapping
from ipaddress import ip_address
from typing import Any
from urllib.parse import unquote, urlencode
from urllib.request import getproxies, proxy_bypass

import urllib3
from urllib3.exceptions import HTTPError, InvalidHeader, LocationValueError, MaxRetryError
from urllib3.util import Retry, make_headers, parse_url

from mock_server.domain.progress import Progress, no_progress
from mock_server.version import API_VERSION, __version__

RETRIES = 10
"""How often a request is sent again, if nothing else is said."""

_PASSING = (408, 425, 429, 500, 502, 503, 504)
"""Statuses after which the same request may be answered well."""

_TIMEOUT = urllib3.Timeout(connect=20.0, read=120.0)
_FIRST_WAIT = 0.5
_LONGEST_WAIT = 60.0
_NONSENSE = 6 * 60 * 60
"""Seconds from which on a time that an answer asks for counts for nothing."""

_TICK = 1.0

_ADVICE = {
    401: "does not take the token: it is wrong, or has expired",
    403: "forbids it: the token lacks the scope {scope}, or all.Application.read",
    404: "has no such application; is the application id right, and the base URL?",
}
_USUAL_ADVICE = "answered {status}; is the base URL right?"


class PullError(Exception):
    """A copy that can not be made; the message is one line, and has no answer's text in it."""


class _PassingTrouble(Exception):
    """An answer of which there may be a better one."""


class LiveApi:
    """The API of one application.

    :param base_url: with http or https, and maybe a path that stands before all others
    :param retries: how often a request is sent again
    :param sleep: waits for so many seconds
    :raises ValueError: when that is no URL to ask at
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
        self.base_url = base_url.rstrip("/")
        self.application_id = application_id
        self._retries = retries
        self._sleep = sleep
        self._progress = progress
        self._pool = _pool(self.base_url)
        self._headers = {
            "Authorization": f"Bearer {token}",
            "Accept": "application/json",
            "Accept-Version": f"^{API_VERSION}",
            "User-Agent": f"losant-mock-server/{__version__}",
            **make_headers(accept_encoding="gzip,deflate"),
        }

    def get(self, path: str, parameters: Mapping[str, str], *, scope: str) -> dict[str, Any]:
        """Return the object that a question about the application is answered with.

        :param path: below that of the application
        :param scope: what the token needs for it
        :raises PullError: when there is no such answer
        """
        target = f"/applications/{self.application_id}/{path}?{urlencode(parameters)}"
        retry = Retry(total=self._retries, backoff_factor=_FIRST_WAIT, backoff_max=_LONGEST_WAIT)
        while True:
            response = None
            try:
                response = self._answer(target)
                return self._content(response, scope)
            except (HTTPError, _PassingTrouble) as error:
                _refuse_hopeless(error)
                retry = self._counted(retry, response, error)
                self._wait(*_pause(retry, response))

    def _answer(self, target: str) -> urllib3.BaseHTTPResponse:
        return self._pool.request(
            "GET",
            self.base_url + target,
            headers=self._headers,
            retries=False,
            redirect=False,
            timeout=_TIMEOUT,
        )

    def _content(self, response: urllib3.BaseHTTPResponse, scope: str) -> dict[str, Any]:
        if response.status in _PASSING:
            raise _PassingTrouble(f"it answered {response.status}")
        if response.status != 200:
            advice = _ADVICE.get(response.status, _USUAL_ADVICE)
            reason = advice.format(status=response.status, scope=scope)
            raise PullError(f"the API at {self._shown_url()} {reason}")
        try:
            content = json.loads(response.data)
        except (ValueError, RecursionError):
            raise _PassingTrouble("its answer is no JSON") from None
        if not isinstance(content, dict):
            raise PullError(f"the API at {self._shown_url()} does not answer as Losant's does")
        return content

    def _counted(
        self, retry: Retry, response: urllib3.BaseHTTPResponse | None, error: Exception
    ) -> Retry:
        """Return how often and how long to try from here on."""
        try:
            return retry.increment(
                "GET", response=response, error=error if response is None else None
            )
        except MaxRetryError:
            times = f"{self._retries + 1} times" if self._retries else "once"
            reason = f"was asked {times} and did not answer well: {_reason(error)}"
            raise PullError(f"the API at {self._shown_url()} {reason}") from None

    def _wait(self, seconds: float, why: str) -> None:
        left = seconds
        while left > 0:
            passed = round(seconds - left)
            self._progress(f"Waiting {math.ceil(seconds)} s, {why}", passed, math.ceil(seconds))
            self._sleep(min(left, _TICK))
            left -= _TICK

    def _shown_url(self) -> str:
        """Return the base URL without a name and a password in it."""
        return parse_url(self.base_url)._replace(auth=None).url


def _pool(base_url: str) -> urllib3.PoolManager:
    """Return connections, through a proxy if the environment says so."""
    try:
        url = parse_url(base_url)
    except LocationValueError:
        url = urllib3.util.Url()
    if url.scheme not in ("http", "https") or not url.host or url.query or url.fragment:
        raise ValueError("it must look like https://api.losant.com")
    proxy = None if _is_near(url.host.strip("[]")) else getproxies().get(url.scheme)
    return urllib3.PoolManager() if proxy is None else _through(proxy)


def _is_near(host: str) -> bool:
    """Tell whether no proxy is between here and a host."""
    try:
        return ip_address(host).is_loopback or bool(proxy_bypass(host))
    except ValueError:  # a name
        return host == "localhost" or bool(proxy_bypass(host))


def _through(proxy: str) -> urllib3.ProxyManager:
    try:
        url = parse_url(proxy if "://" in proxy else f"http://{proxy}")
    except LocationValueError:
        url = urllib3.util.Url()
    if url.scheme not in ("http", "https") or not url.host:
        raise ValueError("the proxy that the environment has for it is no HTTP proxy")
    headers = make_headers(proxy_basic_auth=unquote(url.auth)) if url.auth else None
    return urllib3.ProxyManager(url._replace(auth=None).url, proxy_headers=headers)


def _pause(retry: Retry, response: urllib3.BaseHTTPResponse | None) -> tuple[float, str]:
    """Return for how many seconds to wait, and why."""
    asked = None if response is None else _asked_for(retry, response)
    if asked:
        return asked, "as the API asks for"
    return retry.get_backoff_time(), "to try again"


def _asked_for(retry: Retry, response: urllib3.BaseHTTPResponse) -> float | None:
    """Return how many seconds an answer asks to wait; None if it says nothing that makes sense."""
    try:
        asked = retry.get_retry_after(response)
    except (InvalidHeader, ArithmeticError, ValueError):
        return None
    return asked if asked is not None and asked < _NONSENSE else None


def _refuse_hopeless(error: Exception) -> None:
    """Raise what no further try can make better.

    :raises PullError: for a certificate that is not trusted
    """
    cause = error.args[0] if isinstance(error, urllib3.exceptions.SSLError) else None
    if isinstance(cause, ssl.SSLCertVerificationError):
        raise PullError(
            "the certificate of the API is not trusted here; SSL_CERT_FILE can name one that is"
        ) from None


def _reason(error: Exception) -> str:
    """Return why there was no answer, in words without addresses."""
    if isinstance(error, _PassingTrouble):
        return str(error)
    if isinstance(error, urllib3.exceptions.NameResolutionError):
        return "its name is not known"
    if isinstance(error, urllib3.exceptions.ProxyError):
        return "the proxy did not connect"
    if isinstance(error, urllib3.exceptions.NewConnectionError):
        return "nothing takes connections there"
    if isinstance(error, urllib3.exceptions.TimeoutError):
        return "it took too long"
    return "the connection broke off"
