"""The Python client of a mock server."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import timedelta
from types import TracebackType
from typing import Any
from urllib.parse import quote, unquote

from mock_server.client.clock import Clock
from mock_server.client.connection import ControlPlane, ServerConnection, to_document
from mock_server.client.faults import Faults
from mock_server.client.fixtures import FixtureFiles, Fixtures, Seed
from mock_server.client.records import Groups, Users
from mock_server.client.requests import Requests
from mock_server.domain.ids import is_object_id

__tracebackhide__ = True  # pytest shows the line of the test instead

_SANDBOX = "/_sandbox/"


class LosantMock:
    """A mock server, or one of its sandboxes: isolated copies, each with its own state and clock.

    ::

        losant = LosantMock("http://127.0.0.1:8080")
        with losant.sandbox(fixtures="demo") as sandbox:
            client = losant_rest.Client(sandbox.token(), sandbox.url)
            ...
            sandbox.requests.assert_called("experienceUsers.post")

    It works with any running server, through the server's control plane.

    :param url: base URL of a running server, or of a sandbox
    :param admin_token: the server's ``--admin-token``, if it has one
    :param timeout: seconds to wait for each answer of the control plane
    """

    def __init__(self, url: str, admin_token: str | None = None, *, timeout: float = 30.0) -> None:
        server, _, name = url.rstrip("/").partition(_SANDBOX)
        self._attach(ServerConnection(server, admin_token, timeout), server, unquote(name) or None)

    def _attach(self, connection: ServerConnection, server_url: str, name: str | None) -> None:
        base = "" if name is None else f"{_SANDBOX}{_segment(name)}"
        control = ControlPlane(connection, base)
        self._control = control
        self._server_url = server_url
        self._application_id: str | None = None
        self._files = FixtureFiles()
        self.url = server_url + base
        """The base URL for a client of the mocked API."""
        self.name = name
        """The name of the sandbox; None for a whole server."""
        self.users = Users(control)
        """The experience users of the first application."""
        self.groups = Groups(control)
        """The experience groups of the first application."""
        self.requests = Requests(control)
        """The requests that were received, and assertions about them."""
        self.faults = Faults(control)
        """Faults that are injected: errors, delays, broken connections."""
        self.clock = Clock(control)
        """The mock's clock."""

    @property
    def application_id(self) -> str:
        """The id of the (first) application."""
        if self._application_id is None:
            self._application_id = str(self.info()["applicationId"])
        return self._application_id

    def token(
        self,
        *scopes: str,
        application_id: str | None = None,
        expires_in: float | timedelta | None = None,
    ) -> str:
        """Return a signed token with the given scopes; by default, with ``all.Application``.

        :param application_id: the only application that it is valid for; by default, all
        :param expires_in: seconds until it expires, which may be negative; by default, never
        :raises TypeError: when a scope is not a string
        :raises ValueError: when the application id is not valid
        """
        if not all(isinstance(scope, str) for scope in scopes):
            raise TypeError(
                "give scopes one by one: token('experienceUsers.*', 'experienceUser.*')"
            )
        if application_id is not None and not is_object_id(application_id):
            raise ValueError(f"an application id has 24 hexadecimal digits: {application_id!r}")
        body = {"scope": scopes or None, "application_id": application_id, "expires_in": expires_in}
        return str(self._control.call("POST", "/tokens", to_document(body))["token"])

    def api_token(self, id_or_name: str) -> str:
        """Return the signed token of an existing API token; it may have expired.

        :param id_or_name: id or name of the API token
        :raises LookupError: when there is none, or several have the name
        """
        tokens = self._control.call("GET", "/tokens")["items"]
        found = [one["token"] for one in tokens if id_or_name in (one["id"], one["name"])]
        if len(found) != 1:
            names = ", ".join(sorted({one["name"] for one in tokens})) or "none"
            how = "several API tokens are called" if found else "there is no API token"
            raise LookupError(f'{how} "{id_or_name}"; there are {names}')
        return str(found[0])

    def info(self) -> dict[str, Any]:
        """Return the server's version, applications and settings."""
        return dict(self._control.call("GET", "/info"))

    def state(self) -> dict[str, Any]:
        """Return all records as a seed document."""
        return dict(self._control.call("GET", "/state"))

    def load(self, fixtures: Seed) -> None:
        """Replace all records with a seed.

        :param fixtures: a seed document, the path of a seed file or a directory of them, the name
            of a built-in set, or a list of these, which are loaded together
        :raises ControlPlaneError: with all mistakes in a document; nothing has changed
        :raises FixtureError: with all mistakes in files; nothing has changed
        """
        self._control.call("PUT", "/state", self._files.body(fixtures, whole=True))
        self._application_id = None

    def add(self, fixtures: Seed) -> None:
        """Add a seed to the existing records.

        :param fixtures: as :meth:`load` takes them
        :raises ControlPlaneError: with all mistakes in a document; nothing has changed
        :raises FixtureError: with all mistakes in files; nothing has changed
        """
        self._control.call("PATCH", "/state", self._files.body(fixtures, whole=False))

    def generate(
        self,
        count: int,
        *,
        locales: str | Sequence[str] | None = None,
        seed: int | None = None,
        application_id: str | None = None,
    ) -> None:
        """Add generated users, and groups for them.

        :param locales: one or several of Faker's locales, such as ``de_DE``; by default those of
            the server's settings
        :param seed: the same seed generates the same users every time, except for addresses that
            are taken; by default, other users are generated each time
        :param application_id: by default the first one
        """
        body = {
            "count": count,
            "locales": [locales] if isinstance(locales, str) else locales,
            "seed": seed,
            "application_id": application_id,
        }
        self._control.call("POST", "/generate", to_document(body))

    def reset(self, *, to_empty: bool = False) -> None:
        """Restore the seeded state; delete recorded requests and faults.

        :param to_empty: remove all records instead
        """
        self._control.call("POST", "/reset", query={"to": "empty" if to_empty else None})
        self._application_id = None

    def snapshot(self, name: str | None = None) -> str:
        """Save the records and the clock, and return the snapshot's name for :meth:`restore`."""
        name = name or f"snapshot-{secrets.token_hex(4)}"
        self._control.call("POST", f"/snapshots/{_segment(name)}")
        return name

    def restore(self, name: str) -> None:
        """Restore a snapshot. It can be restored again. Requests and faults stay."""
        self._control.call("POST", f"/snapshots/{_segment(name)}/restore")
        self._application_id = None

    def snapshots(self) -> list[str]:
        """Return the names of the snapshots, oldest first."""
        return [item["name"] for item in self._control.call("GET", "/snapshots")["items"]]

    def forget(self, snapshot: str) -> None:
        """Delete a snapshot."""
        self._control.call("DELETE", f"/snapshots/{_segment(snapshot)}")

    def sandboxes(self) -> list[str]:
        """Return the names of the server's sandboxes, oldest first."""
        return [item["name"] for item in self._control.call("GET", "/sandboxes")["items"]]

    def sandbox(
        self,
        name: str | None = None,
        *,
        fixtures: Fixtures | None = None,
        generate: int = 0,
    ) -> LosantMock:
        """Create a sandbox on the server. As a context manager, it is deleted at the end.

        :param name: by default a new name
        :param fixtures: what to seed it with instead of the server's seed
        :param generate: how many generated users to add
        :raises FixtureError: when a file cannot be loaded
        """
        documents = None if fixtures is None else self._files.documents(fixtures)
        body = to_document({"name": name, "fixtures": documents, "generate": generate})
        made = self._control.call("POST", "/sandboxes", body)
        return self.in_sandbox(made["name"], made["applicationId"])

    def in_sandbox(self, name: str, application_id: str | None = None) -> LosantMock:
        """Return a client of a sandbox of this server, which is created when it is first used.

        :param application_id: the id of its first application, if it is known
        """
        sandbox = object.__new__(LosantMock)
        sandbox._attach(self._control.connection, self._server_url, name)
        sandbox._application_id = application_id
        sandbox._files = self._files
        return sandbox

    def delete(self) -> None:
        """Delete this sandbox; later requests to it are answered with 410. It may be gone already.

        :raises TypeError: for a whole server
        """
        if self.name is None:
            raise TypeError("a whole server cannot be deleted, only a sandbox")
        server = ControlPlane(self._control.connection)
        server.call("DELETE", f"/sandboxes/{_segment(self.name)}", accept=(404,))

    def close(self) -> None:
        """Close the connection to the control plane; it is opened again when it is needed."""
        self._control.connection.close()

    def __enter__(self) -> LosantMock:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self.name is None:
            self.close()
        else:
            self.delete()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.url}>"


def _segment(name: str) -> str:
    """Return a name as one segment of a path; servers decode an encoded slash once too often."""
    return quote(name.replace("/", "%2F"), safe="")
