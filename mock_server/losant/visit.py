"""A request as far as it was understood, to be answered, matched by faults, and written down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mock_server.asgi.body import Scope
from mock_server.domain.catalog import Route, Routes
from mock_server.domain.errors import ApiError
from mock_server.journal.journal import parameters_of
from mock_server.jsonio import decode_leniently
from mock_server.losant.request import Request, sent_path, sent_target


@dataclass(slots=True)
class Visit:
    """A request. ``content`` is its body, None for one that is too large.

    ``request`` is None where ``error`` says why it can not be read, and ``route`` where the path
    names no action.
    """

    scope: Scope
    content: bytes | None
    time: int
    request: Request | None
    route: Route | None
    error: ApiError | None

    @classmethod
    def of(cls, scope: Scope, content: bytes | None, routes: Routes, time: int) -> Visit:
        """Return the request of an ASGI scope, which came at an instant of the world's clock."""
        try:
            request = Request.of(scope)
        except ApiError as error:
            return cls(scope, content, time, None, None, error)
        return cls(
            scope, content, time, request, routes.find(request.method, request.segments), None
        )

    @property
    def method(self) -> str:
        method: str = self.scope["method"]
        return method

    @property
    def action(self) -> str | None:
        return None if self.route is None else self.route.action

    @property
    def path(self) -> str:
        return sent_path(self.scope) if self.request is None else self.request.path

    @property
    def target(self) -> str:
        """Path and query as they were sent."""
        return sent_target(self.scope) if self.request is None else self.request.target

    @property
    def origin(self) -> bytes | None:
        return next((value for name, value in self.scope["headers"] if name == b"origin"), None)

    @property
    def query(self) -> Mapping[str, Any]:
        return parameters_of(self.target)

    @property
    def body(self) -> Any:
        """What was sent: the JSON value, else the text; None if the body was empty."""
        return decode_leniently(self.content or b"")

    @property
    def token(self) -> str | None:
        return None if self.request is None else self.request.token()

    @property
    def status(self) -> None:
        return None
