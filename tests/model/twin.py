"""A sandbox and the model of it, which change together."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import replace
from datetime import datetime

import httpx2 as httpx

from tests.model.in_process import SANDBOXES, InProcess
from tests.model.mirror import Mirror
from tests.model.naive_query import Json
from tests.model.naive_world import NaiveClock, NaiveWorld, of_listing

BY_ID = {"sortField": "id"}
LISTINGS: tuple[Mapping[str, str], ...] = (
    {},
    {"sortField": "id", "sortDirection": "desc"},
    {"sortField": "lastUpdated"},
    {"filterField": "email", "filter": "*a*"},
    {"experienceGroupId": "any", "sortField": "firstName"},
)
"""What users are listed by, in turn, so that there are indexes of many kinds to be shared."""


class Twin:
    """A world of a server beside its model; the main one has no name.

    :param seed: in what it begins, and goes back to
    """

    def __init__(
        self, transport: InProcess, token: str, name: str | None, seed: NaiveWorld
    ) -> None:
        self.name = name
        self.is_gone = False
        self._begin(seed)
        self._path = "" if name is None else f"{SANDBOXES}{name}"
        self._transport = transport
        self._headers = {"Authorization": f"Bearer {token}"}
        world = f"http://mock{self._path}"
        self._mocked = httpx.Client(
            transport=transport,
            base_url=world,
            headers=self._headers,
            params={"_actions": "false", "_links": "false"},
        )
        self._control = httpx.Client(transport=transport, base_url=f"{world}/_mock")
        self._server = httpx.Client(transport=transport, base_url="http://mock/_mock")
        self._forgotten = 0

    def _begin(self, seed: NaiveWorld) -> None:
        self.seed = seed
        self.model = deepcopy(seed)
        self.saved: dict[str, NaiveWorld] = {}
        self.faults: list[int] = []
        """For each fault, how many requests there had been when it was set."""

    def application(self, application_id: str) -> Mirror:
        """Return an application with its model."""
        client = httpx.Client(
            transport=self._transport,
            base_url=f"http://mock{self._path}/applications/{application_id}/experience",
            headers=self._headers,
            params={"_actions": "false"},
        )
        return Mirror(client, self.model.contents[application_id])

    def create_application(self, body: Json) -> Json:
        """POST /applications, and return the answer."""
        seen = _answer(self._mocked.post("/applications", json=body), 201)
        self.model.add_application(body, seen)
        return seen

    def patch_application(self, application_id: str, body: Json) -> None:
        """PATCH /applications/{id}."""
        seen = _answer(self._mocked.patch(f"/applications/{application_id}", json=body), 200)
        self.model.change_application(application_id, body, seen)

    def delete_application(self, application_id: str) -> None:
        """DELETE /applications/{id}."""
        _answer(self._mocked.delete(f"/applications/{application_id}"), 200)
        self.model.remove_application(application_id)

    def create_token(self, application_id: str, body: Json) -> Json:
        """POST /applications/{id}/tokens, and return the answer."""
        seen = _answer(self._mocked.post(f"/applications/{application_id}/tokens", json=body), 201)
        self.model.add_token(application_id, body, seen)
        return seen

    def patch_token(self, application_id: str, token_id: str, body: Json) -> None:
        """PATCH /applications/{id}/tokens/{id}."""
        path = f"/applications/{application_id}/tokens/{token_id}"
        seen = _answer(self._mocked.patch(path, json=body), 200)
        self.model.change_token(application_id, token_id, body, seen)

    def delete_token(self, application_id: str, token_id: str) -> None:
        """DELETE /applications/{id}/tokens/{id}."""
        _answer(self._mocked.delete(f"/applications/{application_id}/tokens/{token_id}"), 200)
        del self.model.tokens[application_id][token_id]

    def use_token(self, application_id: str, token_id: str, signed: str) -> None:
        """Ask for something with an API token, which may be that of another sandbox."""
        response = self._mocked.get(
            f"/applications/{application_id}", headers={"Authorization": f"Bearer {signed}"}
        )
        expected = 200 if self.model.accepts(application_id, token_id) else 401
        assert response.status_code == expected, response.text

    def reset(self) -> None:
        """POST /_mock/reset."""
        _done(self._control.post("/reset"))
        self.model = deepcopy(self.seed)
        self.faults = []
        self._forget()

    def save(self, name: str) -> None:
        """POST /_mock/snapshots/{name}."""
        _answer(self._control.post(f"/snapshots/{name}"), 201)
        self.saved.pop(name, None)
        self.saved[name] = deepcopy(self.model)

    def restore(self, name: str) -> None:
        """POST /_mock/snapshots/{name}/restore."""
        _done(self._control.post(f"/snapshots/{name}/restore"))
        self.model = deepcopy(self.saved[name])

    def state(self) -> Json:
        """GET /_mock/state."""
        return _answer(self._control.get("/state"), 200)

    def reload(self) -> None:
        """PUT /_mock/state, with what it is already."""
        before = self.state()
        _done(self._control.put("/state", json=before))
        assert self.state() == before

    def become(self, other: Twin) -> None:
        """PUT /_mock/state, with what another sandbox has."""
        _done(self._control.put("/state", json=other.state()))
        self.model = replace(deepcopy(other.model), clock=self.model.clock)

    def freeze(self) -> None:
        """PUT /_mock/clock: stand still."""
        self._set_clock({"frozen": True})

    def advance(self, days: int) -> None:
        """PUT /_mock/clock: go on by whole days."""
        self.model.clock = self.model.clock.advanced(days)
        self._set_clock({"advance": days * 24 * 3600})

    def resume(self) -> None:
        """PUT /_mock/clock: run on."""
        self.model.clock = NaiveClock(self.model.clock.days)
        self._set_clock({"frozen": False})

    def _set_clock(self, change: Json) -> None:
        seen = _answer(self._control.put("/clock", json=change), 200)
        if change.get("frozen"):
            self.model.clock = self.model.clock.frozen(datetime.fromisoformat(seen["now"]))

    def set_fault(self) -> None:
        """POST /_mock/faults: one that does no harm, but counts."""
        _answer(self._control.post("/faults", json={"kind": "delay", "seconds": 0}), 201)
        self.faults.append(self._requests)

    def delete(self) -> None:
        """DELETE /_mock/sandboxes/{name}."""
        _done(self._server.delete(f"/sandboxes/{self.name}"))
        self.is_gone = True

    def end(self) -> None:
        """Leave nothing, whatever happened before."""
        self._server.delete(f"/sandboxes/{self.name}")

    def make(self, seed: NaiveWorld, fixtures: list[Json] | None) -> None:
        """POST /_mock/sandboxes, which needs the name to be free."""
        body = (
            {"name": self.name} if fixtures is None else {"name": self.name, "fixtures": fixtures}
        )
        response = self._server.post("/sandboxes", json=body)
        if self.is_gone:
            _answer(response, 201)
            self.is_gone = False
            self._begin(seed)
            self._forget()
        else:
            assert response.status_code == 409, response.text

    def check(self, turn: int) -> None:
        """Assert that the world is as its model: all records, and some of the rest in turn."""
        if self.is_gone:
            assert self._mocked.get("/applications").status_code == 410
            assert self._control.get("/state").status_code == 410
            return
        self._check_records(LISTINGS[turn % len(LISTINGS)])
        controls = self._check_clock, self._check_saved, self._check_faults, self._check_journal
        controls[turn % len(controls)]()

    def _check_records(self, listing: Mapping[str, str]) -> None:
        assert self._listed("/applications") == self.model.listed_applications()
        for application_id in self.model.applications:
            path = f"/applications/{application_id}/tokens"
            assert self._listed(path) == self.model.listed_tokens(application_id)
            mirror = self.application(application_id)
            mirror.list_users(listing)
            mirror.list_groups({})

    def _check_clock(self) -> None:
        clock = _answer(self._control.get("/clock"), 200)
        shown = datetime.fromisoformat(clock["now"])
        assert self.model.clock.agrees_with(shown, frozen=clock["frozen"]), self.model.clock

    def _check_saved(self) -> None:
        saved = _answer(self._control.get("/snapshots"), 200)["items"]
        assert [one["name"] for one in saved] == [*self.saved]

    def _check_faults(self) -> None:
        faults = _answer(self._control.get("/faults"), 200)["items"]
        expected = [self._requests - before for before in self.faults]
        assert [one["struck"] for one in faults] == expected

    def _check_journal(self) -> None:
        journal = _answer(self._control.get("/requests", params={"limit": 0}), 200)
        assert journal["total"] == self._requests

    def _listed(self, path: str) -> list[Json]:
        return of_listing(_answer(self._mocked.get(path, params=BY_ID), 200)["items"])

    @property
    def _requests(self) -> int:
        """How many requests the journal has to know of."""
        return self._transport.sent[self._path] - self._forgotten

    def _forget(self) -> None:
        self._forgotten = self._transport.sent[self._path]


def _answer(response: httpx.Response, status: int) -> Json:
    assert response.status_code == status, response.text
    body: Json = response.json()
    return body


def _done(response: httpx.Response) -> None:
    assert response.status_code == 204, response.text
