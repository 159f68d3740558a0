"""The official Python client: applications."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from losant_rest import Client

from tests.clients.ids import GREENHOUSE, ORGANIZATION, ROBIN

Refusal = Callable[..., tuple[int, Any]]

COUNTS = {"experienceUserCount": 6, "experienceGroupCount": 6, "apiTokenCount": 3}


@pytest.fixture
def robins(connect: Callable[[str | None], Client]) -> Client:
    """A client that is logged in."""
    credentials = {"email": "robin@example.com", "password": "password1234"}
    return connect(connect(None).auth.authenticate_user(credentials=credentials)["token"])


def names(page: Any) -> list[str]:
    """Return the names of the applications on a page, in order."""
    return [item["name"] for item in page["items"]]


def test_applications_of_an_organization(robins: Client) -> None:
    """An organization's id leaves its applications only."""
    robins.applications.post(application={"name": "Barn", "orgId": ORGANIZATION})
    page = robins.applications.get(orgId=ORGANIZATION)
    assert names(page) == ["Barn"]
    assert page["totalCount"] == 1
    assert names(robins.applications.get(orgId="0f0000000000000000000002")) == []


def test_applications_of_the_caller(robins: Client) -> None:
    """A blank organization leaves the applications that belong to the caller."""
    robins.applications.post(application={"name": "Barn", "orgId": ORGANIZATION})
    assert names(robins.applications.get()) == ["Atrium", "Barn", "Greenhouse", "Warehouse"]
    assert names(robins.applications.get(orgId="")) == ["Atrium", "Greenhouse"]


def test_summary_counts_what_is_there(client: Client) -> None:
    """The summary counts users, groups and tokens; of the rest there is nothing."""
    summary = client.application.get(applicationId=GREENHOUSE)["summary"]
    assert {name: count for name, count in summary.items() if count} == COUNTS
    assert {"deviceCount", "flowCount", "webhookCount"} <= summary.keys()


def _get(client: Client, **summary: str) -> Any:
    return client.application.get(applicationId=GREENHOUSE, **summary)


def _patch(client: Client, **summary: str) -> Any:
    return client.application.patch(
        applicationId=GREENHOUSE, application={"description": "Cucumbers"}, **summary
    )


def _list(client: Client, **summary: str) -> Any:
    return client.applications.get(filterField="name", filter="Greenhouse", **summary)["items"][0]


@pytest.mark.parametrize("action", [_get, _patch, _list])
def test_summary_of_chosen_counts(client: Client, action: Callable[..., Any]) -> None:
    """The summary has the included counts only, or all but the excluded ones."""
    included = action(client, summaryInclude="experienceUserCount,deviceCount")
    assert included["summary"] == {"experienceUserCount": 6, "deviceCount": 0}
    excluded = action(client, summaryExclude="experienceUserCount,deviceCount")
    everything = action(client)
    assert excluded["summary"].keys() == everything["summary"].keys() - included["summary"].keys()
    both = action(client, summaryInclude="apiTokenCount,flowCount", summaryExclude="flowCount")
    assert both["summary"] == {"apiTokenCount": 3}


def test_summary_of_a_new_application(client: Client) -> None:
    """What a new application answers has the chosen counts too, all zero."""
    new = {"name": "Shed"}
    created = client.applications.post(application=new, summaryInclude="experienceUserCount")
    assert created["summary"] == {"experienceUserCount": 0}
    created = client.applications.post(application=new, summaryExclude="experienceUserCount")
    assert created["summary"]["experienceGroupCount"] == 0
    assert "experienceUserCount" not in created["summary"]


def test_creating(robins: Client) -> None:
    """A new application answers what it was given, and is found by its id."""
    given = {
        "name": "Shed",
        "description": "Tools",
        "endpointSlug": "shed-1",
        "endpointDefaultCors": True,
        "globals": [{"key": "colour", "json": '"green"'}],
        "blobUrlTTL": 3600,
    }
    created = robins.applications.post(application=given)
    application_id, date = created["id"], created["creationDate"]
    assert {key: created[key] for key in created.keys() - {"summary"}} == {
        **given,
        "id": application_id,
        "applicationId": application_id,
        "creationDate": date,
        "lastUpdated": date,
        "ownerId": ROBIN,
        "ownerType": "user",
        "_type": "application",
        "_links": {"self": {"href": f"/applications/{application_id}"}},
    }
    assert robins.application.get(applicationId=application_id) == created


def test_creating_for_an_organization(robins: Client) -> None:
    """An application with an organization belongs to that."""
    created = robins.applications.post(application={"name": "Barn", "orgId": ORGANIZATION})
    assert (created["ownerId"], created["ownerType"]) == (ORGANIZATION, "organization")


def test_new_application_is_separate(client: Client) -> None:
    """A new application has no users of others, and its users are in no other one."""
    shed = client.applications.post(application={"name": "Shed"})["id"]
    new = {"email": "ann@example.com", "password": "password1234"}
    client.experience_users.post(applicationId=shed, experienceUser=new)
    assert client.experience_users.get(applicationId=shed)["totalCount"] == 1
    assert client.experience_users.get(applicationId=GREENHOUSE)["totalCount"] == 6


def test_patching(client: Client) -> None:
    """A patch changes what it names and the date, and nothing else."""
    before = client.application.get(applicationId=GREENHOUSE)
    change = {"name": "Glasshouse", "endpointSlug": "glass"}
    after = client.application.patch(applicationId=GREENHOUSE, application=change)
    assert after["lastUpdated"] > before["lastUpdated"]
    assert after == {**before, **change, "lastUpdated": after["lastUpdated"]}
    assert client.application.get(applicationId=GREENHOUSE) == after


def test_deleting(client: Client, connect: Callable[[str], Client], refusal: Refusal) -> None:
    """A deleted application takes its users, groups and tokens with it."""
    token = client.application_api_tokens.post(applicationId=GREENHOUSE, apiToken={"name": "T"})
    assert client.application.delete(applicationId=GREENHOUSE) == {"success": True}
    gone = (404, {"type": "NotFound", "message": "Application was not found"})
    assert refusal(client.application.get, applicationId=GREENHOUSE) == gone
    assert refusal(client.application.delete, applicationId=GREENHOUSE) == gone
    assert refusal(client.experience_users.get, applicationId=GREENHOUSE) == gone
    assert refusal(client.experience_groups.get, applicationId=GREENHOUSE) == gone
    assert refusal(client.application_api_tokens.get, applicationId=GREENHOUSE) == gone
    assert names(client.applications.get()) == ["Atrium", "Warehouse"]
    bearer = connect(token["token"])
    assert refusal(bearer.experience_users.get, applicationId=GREENHOUSE)[0] == 401


@pytest.mark.parametrize(
    ("application", "problem"),
    [
        ({}, "application.name is required"),
        ({"name": ""}, "application.name has less length than allowed"),
        ({"name": "Shed", "endpointSlug": "Shed"}, "application.endpointSlug pattern mismatch"),
        ({"name": "Shed", "orgId": "acme"}, "application.orgId pattern mismatch"),
        ({"name": "Shed", "colour": "red"}, "application has additional properties"),
    ],
)
def test_malformed_application(
    client: Client, refusal: Refusal, application: dict[str, object], problem: str
) -> None:
    """An application that does not fit the schema is not created."""
    answer = refusal(client.applications.post, application=application)
    assert answer == (400, {"type": "Validation", "message": problem})
    assert client.applications.get()["totalCount"] == 3
