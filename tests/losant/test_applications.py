"""Applications: what the contract says in prose (section 10)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.losant.conftest import Api


COUNTED = (
    *("experienceUser", "experienceGroup", "apiToken", "certificate", "certificateAuthority"),
    *("credential", "dash", "dataTable", "device", "deviceRecipe", "event", "experienceDomain"),
    *("experienceEndpoint", "experienceSlug", "experienceVersion", "experienceView", "file"),
    *("flow", "integration", "key", "notebook", "privateFile", "resourceJob", "webhook"),
)


def create(api: Api, **properties: Any) -> dict[str, Any]:
    """Create an application and return it."""
    url = f"{api.server.url}/applications"
    response = api("POST", url, {"name": "New", **properties}, token=api.server.token("all.User"))
    assert response.status_code == 201, response.text
    document: dict[str, Any] = response.json()
    return document


def test_given_properties_are_echoed(api: Api) -> None:
    """Whatever was given comes back as it was, and orgId makes the owner."""
    given = {
        "description": "d",
        "endpointSlug": "a-1",
        "blobUrlTTL": 3600,
        "endpointDefaultCors": False,
        "globals": [{"key": "k", "json": "1"}],
        "archiveConfig": {"mode": "all"},
        "expUserTokenCutoff": "2020-01-01T00:00:00.000Z",
    }
    application = create(api, orgId="A" * 24, **given)
    assert given.items() <= application.items()
    assert (application["ownerId"], application["ownerType"]) == ("a" * 24, "organization")
    assert application["applicationId"] == application["id"]
    assert "orgId" not in application


def test_patch(api: Api) -> None:
    """A patch changes what was sent; null takes the archive configuration away."""
    application = create(api, archiveConfig={"mode": "all"}, description="d")
    url = f"{api.server.url}/applications/{application['id']}"
    after = api("PATCH", url, {"name": "Other", "archiveConfig": None, "ftueTracking": []}).json()
    assert (after["name"], after["description"], after["ftueTracking"]) == ("Other", "d", [])
    assert "archiveConfig" not in after


def test_summary(api: Api) -> None:
    """The summary counts what there is, shaped by what is included and excluded."""
    api.user(experienceGroupIds=[api.group()["id"]])
    summary = api("GET", "").json()["summary"]
    assert summary.keys() == {f"{name}Count" for name in COUNTED}
    assert (summary["experienceUserCount"], summary["experienceGroupCount"]) == (1, 1)
    assert (summary["apiTokenCount"], summary["deviceCount"]) == (0, 0)
    included = api("GET", "", summaryInclude="experienceUserCount, deviceCount").json()["summary"]
    assert included == {"experienceUserCount": 1, "deviceCount": 0}
    excluded = api("GET", "", summaryExclude="experienceUserCount").json()["summary"]
    assert excluded.keys() == summary.keys() - {"experienceUserCount"}


def test_listing(api: Api) -> None:
    """Applications are listed by name, filtered, and narrowed to an organization's."""
    create(api, name="Beta", orgId="a" * 24)
    create(api, name="Alpha", orgId="a" * 24)
    url, token = f"{api.server.url}/applications", api.server.token("applications.get")

    def names(**query: str) -> list[str]:
        page = api("GET", url, token=token, **query).json()
        assert page["_type"] == "applications"
        return [application["name"] for application in page["items"]]

    assert names() == ["Alpha", "Beta", "My Application"]
    assert names(orgId="A" * 24, sortDirection="desc") == ["Beta", "Alpha"]
    assert names(filterField="name", filter="*a") == ["Alpha", "Beta"]


def test_deleting_takes_everything(api: Api) -> None:
    """With the application its users, groups and tokens are gone, and its tokens end."""
    application = create(api)
    url = f"{api.server.url}/applications/{application['id']}"
    token = api("POST", f"{url}/tokens", {"name": "t"}).json()["token"]
    assert api("DELETE", url).json() == {"success": True}
    assert api("GET", f"{url}/experience/users").json()["message"] == "Application was not found"
    assert api("GET", f"{url}/experience/users", token=token).status_code == 401


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ({}, ".name is required"),
        ({"name": ""}, ".name has less length than allowed"),
        ({"name": "a", "endpointSlug": "A"}, ".endpointSlug pattern mismatch"),
        ({"name": "a", "endpointSlug": "A" * 64}, ".endpointSlug has longer length than allowed"),
        ({"name": "a", "endpointSlug": "ab"}, ".endpointSlug has less length than allowed"),
        ({"name": "a", "orgId": "x"}, ".orgId pattern mismatch"),
        ({"name": "a", "description": "d" * 1025}, ".description has longer length than allowed"),
        ({"name": "a", "globals": {}}, ".globals is the wrong type"),
        ({"name": "a", "blobUrlTTL": True}, ".blobUrlTTL is the wrong type"),
        ({"name": "a", "ftueTracking": []}, " has additional properties"),
    ],
)
def test_wrong_bodies(api: Api, body: dict[str, Any], problem: str) -> None:
    """Properties are checked, and unknown ones refused."""
    response = api("POST", f"{api.server.url}/applications", body, token="not looked at")
    assert response.status_code == 400
    assert response.json()["message"] == f"application{problem}"
