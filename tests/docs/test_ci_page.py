"""docs/ci.md: the recipes name what there is."""

from __future__ import annotations

import re

import yaml

from mock_server.cli.options import variable_of
from mock_server.settings import Settings
from tests.docs.documents import CI, ROOT, blocks

ACTIONS, COMPOSE = blocks(CI, "yaml")


def test_github_actions() -> None:
    """The service publishes the port that the tests are told, and its settings are settings."""
    job = yaml.safe_load(ACTIONS)["jobs"]["test"]
    service = job["services"]["losant"]
    assert service["ports"] == ["8080:8080"]
    assert set(service["env"]) <= {variable_of(name) for name in Settings.model_fields}
    assert job["steps"][-1]["env"] == {"LOSANT_URL": "http://127.0.0.1:8080"}


def test_compose() -> None:
    """The file mounts seeds where the image looks, and waits for a health check that it has."""
    services = yaml.safe_load(COMPOSE)["services"]
    image = (ROOT / "Dockerfile").read_text()
    assert "HEALTHCHECK" in image
    assert services["app"]["depends_on"] == {"losant": {"condition": "service_healthy"}}
    (mount,) = services["losant"]["volumes"]
    assert f"MOCK_SERVER_FIXTURES={mount.split(':')[1]}" in image
    port = re.search(r"MOCK_SERVER_PORT=(\d+)", image)
    assert port is not None
    assert services["losant"]["ports"] == [f"{port[1]}:{port[1]}"]
    assert services["app"]["environment"] == {"LOSANT_URL": f"http://losant:{port[1]}"}
