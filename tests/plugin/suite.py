"""Sample suites that use the plugin, and pytest to run them."""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import dedent

import pytest

ASK = '''
import json
from http.client import HTTPConnection

import pytest


def request(losant, method="GET", body=None, path="users"):
    """Ask as a client would, and return status and answer."""
    address, _, base = losant.url.removeprefix("http://").partition("/")
    target = f"/applications/{losant.application_id}/experience/{path}"
    connection = HTTPConnection(address)
    connection.request(
        method,
        f"/{base}{target}" if base else target,
        None if body is None else json.dumps(body),
        {"Authorization": f"Bearer {losant.token()}", "Content-Type": "application/json"},
    )
    response = connection.getresponse()
    answer = json.load(response)
    connection.close()
    return response.status, answer


@pytest.fixture
def ask():
    return request


@pytest.fixture
def emails():
    return lambda losant: sorted(user.email for user in losant.users)
'''
"""What sample suites have in their ``conftest.py``."""

_ALWAYS = ("-p", "no:asyncio", "-p", "no:cacheprovider", "-W", "error", "--strict-markers")


@dataclass(frozen=True)
class Suite:
    """A sample suite."""

    pytester: pytest.Pytester

    def conftest(self, text: str) -> None:
        """Add to its ``conftest.py``."""
        self.pytester.makeconftest(ASK + dedent(text))

    def tests(self, **texts: str) -> None:
        """Write test files; what is common to all tests is imported."""
        imports = "import pytest\nfrom pathlib import Path\n"
        for name, text in texts.items():
            self.write(f"{name}.py", imports + dedent(text))

    def write(self, name: str, text: str) -> None:
        """Write any file."""
        path = self.pytester.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text), encoding="utf-8")

    def run(self, *arguments: str) -> pytest.RunResult:
        """Run it in this process, which is faster."""
        return self.pytester.runpytest_inprocess(*_ALWAYS, *arguments)

    def run_apart(self, *arguments: str) -> pytest.RunResult:
        """Run it in a process of its own, as its users do."""
        return self.pytester.runpytest_subprocess(*_ALWAYS, *arguments)
