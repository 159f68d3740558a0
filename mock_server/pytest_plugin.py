"""Fixtures for pytest, loaded by entry point.

Every pytest run of everybody who installs the package imports this module, so it imports nothing
heavy itself.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pytest

import mock_server

if TYPE_CHECKING:
    from mock_server.client import LosantMock

SETTINGS = (
    "fixtures",
    "generate",
    "locales",
    "seed",
    "jwt_secret",
    "admin_token",
    "journal_requests",
    "journal_bytes",
    "filter_case",
    "duplicate_email_status",
    "missing_token_status",
    "foreign_application_status",
    "unknown_group_ids",
    "max_per_page",
)
"""The settings that are options here; the others make no sense in tests."""

_OF_ANY_SERVER = frozenset({"fixtures", "admin_token"})
_SLUG_LENGTH = 60
_WHOLE = 2
"""Times -v from which on a report leaves nothing out."""

_handles: Any = pytest.StashKey()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the command-line and ini options."""
    group = parser.getgroup("losant", "mock of the Losant API")
    group.addoption(
        "--losant-url",
        metavar="URL",
        help="Use the mock server that runs there, such as a container, instead of starting one.",
    )
    parser.addini("losant_url", "The same as --losant-url.")
    for name in SETTINGS:
        flag = f"--losant-{name.replace('_', '-')}"
        is_list = name == "fixtures"
        group.addoption(
            flag,
            metavar="VALUE",
            action="append" if is_list else "store",
            help=f"Setting of the server, as MOCK_SERVER_{name.upper()} is for mock-server serve.",
        )
        kind: Literal["linelist", "string"] = "linelist" if is_list else "string"
        parser.addini(f"losant_{name}", f"The same as {flag}.", type=kind)


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker."""
    config.addinivalue_line(
        "markers",
        "losant(fixtures=None, generate=0): what the losant fixture of this test holds: fixtures"
        " (shipped set, file, directory, document, or a list of them) instead of the server's,"
        " and so many made-up users.",
    )


@pytest.fixture(scope="session")
def losant_settings(pytestconfig: pytest.Config) -> dict[str, Any]:
    """The settings of the mock server: those of the options. Override it to give others."""
    given = {name: _option(pytestconfig, name) for name in SETTINGS}
    return {name: value for name, value in given.items() if value not in (None, "", [])}


@pytest.fixture(scope="session")
def losant_server(
    pytestconfig: pytest.Config, losant_settings: Mapping[str, Any]
) -> Iterator[LosantMock]:
    """A mock server that runs as long as the test session, or the one at ``--losant-url``.

    All tests share it; what a test does to it, the next one sees. ``losant`` is not shared.
    """
    url = _option(pytestconfig, "url")
    with ExitStack() as stack:
        try:
            server = stack.enter_context(
                _running(url, losant_settings) if url else _own(losant_settings, pytestconfig)
            )
        except _clear_errors() as error:
            raise _failed(f"no mock server: {_told(error)}") from None
        yield server


@pytest.fixture(scope="session")
def _losant_application_id(losant_server: LosantMock) -> str:
    """The application that worlds begin with, whatever becomes of the server's own."""
    with losant_server.sandbox() as world:
        return world.application_id


@pytest.fixture
def make_losant(
    request: pytest.FixtureRequest,
    losant_server: LosantMock,
    losant_settings: Mapping[str, Any],
    _losant_application_id: str,
) -> Iterator[Callable[..., LosantMock]]:
    """A function that makes worlds like ``losant``, for tests that need several.

    ``make_losant(fixtures=None, generate=0)`` takes what the marker takes.
    """
    made = request.node.stash[_handles] = []
    folders = request.path.parent, request.config.rootpath
    usual = None
    if type(losant_server) is mock_server.LosantMock:  # elsewhere, with a seed of its own
        usual = _located(losant_settings.get("fixtures"), Path(), request.config.rootpath)

    def make(fixtures: Any = None, generate: int = 0) -> LosantMock:
        __tracebackhide__ = True
        name = f"{_slug(request.node.name)}-{secrets.token_hex(4)}"
        wanted = usual if fixtures is None else _located(fixtures, *folders)
        try:
            if wanted is None and not generate:
                losant = losant_server.in_sandbox(name, _losant_application_id)
            else:
                losant = losant_server.sandbox(name, fixtures=wanted, generate=generate)
        except _clear_errors() as error:
            raise error.with_traceback(None) from None  # the line of the test says more
        made.append(losant)
        return losant

    yield make
    for losant in made:
        _delete(losant)


@pytest.fixture
def losant(request: pytest.FixtureRequest, make_losant: Callable[..., LosantMock]) -> LosantMock:
    """A Losant of this test's own. Give a client its ``url`` and a ``token(*scopes)``.

    ``@pytest.mark.losant(fixtures="demo", generate=50)`` says what it holds.
    """
    marker = request.node.get_closest_marker("losant")
    wanted = {} if marker is None else marker.kwargs
    unknown = sorted(set(wanted) - {"fixtures", "generate"})
    if unknown or (marker is not None and marker.args):
        what = unknown[0] if unknown or marker is None else repr(marker.args[0])
        raise _failed(f"@pytest.mark.losant takes fixtures=… and generate=… only, not {what}")
    try:
        return make_losant(**wanted)
    except _clear_errors() as error:
        origin = "@pytest.mark.losant" if wanted else "losant"
        raise _failed(f"{origin}: {error}") from None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show the requests of a test that failed."""
    report = yield
    if report.failed and report.when != "teardown":  # its worlds are gone by then
        for losant in item.stash.get(_handles, []):
            report.sections.append((f"Requests to {losant.url}", _requests(losant, item.config)))
    return report


def _requests(losant: LosantMock, config: pytest.Config) -> str:
    try:
        return losant.requests.report(whole=config.getoption("verbose") >= _WHOLE)
    except Exception as error:  # a report must not hide the failure that it is about
        return f"(could not be asked for: {error})"


def _own(settings: Mapping[str, Any], config: pytest.Config) -> LosantMock:
    fixtures = _located(settings.get("fixtures", ()), Path(), config.rootpath)
    return mock_server.MockServer(**{**settings, "fixtures": fixtures})


def _running(url: str, settings: Mapping[str, Any]) -> LosantMock:
    fixed = sorted(set(settings) - _OF_ANY_SERVER)
    if fixed:
        raise ValueError(
            f"the one at {url} runs already and has settings of its own; give it {', '.join(fixed)}"
            " when it starts, and not to pytest (-o losant_NAME= takes back what an ini file says)"
        )
    running = mock_server.LosantMock(url, settings.get("admin_token"))
    if running.name is not None:
        raise ValueError(f"{url} is a sandbox; give the URL of the whole server")
    try:
        running.application_id  # noqa: B018 - asked for now, to see whether there is a server
    except mock_server.ControlPlaneError as error:
        if error.status is None:
            raise
        raise ValueError(f"{url}: {error}") from None
    except (ValueError, TypeError, LookupError):
        raise ValueError(f"what answers at {url} is something else") from None
    return running


def _delete(losant: LosantMock) -> None:
    try:
        losant.delete()
    except mock_server.ControlPlaneError as error:
        if error.status is not None:  # else the server is gone, and the sandbox with it
            raise


def _failed(message: str) -> BaseException:
    """Return what makes a test fail with a message and nothing else."""
    return pytest.fail.Exception(message, pytrace=False)


def _clear_errors() -> tuple[type[Exception], ...]:
    """Return the errors that say themselves what to do. What they need is not always imported."""
    from mock_server.server import AddressInUse

    return (
        ValueError,
        TypeError,
        mock_server.ControlPlaneError,
        mock_server.FixtureError,
        AddressInUse,
    )


def _told(error: Exception) -> str:
    """Return what an error says; of wrong settings, with the names that they have here."""
    if not hasattr(error, "errors"):
        return str(error)
    return "\n".join(_told_setting(str(one["loc"][0]), one["msg"]) for one in error.errors())


def _told_setting(name: str, problem: str) -> str:
    called = f"losant_{name}" if name in SETTINGS else name
    return f"{called}: {problem[0].lower()}{problem[1:]}"


def _option(config: pytest.Config, name: str) -> Any:
    """Return an option: from the command line, or else from the ini file."""
    given = config.getoption(f"losant_{name}")
    if given not in (None, []):
        return given
    from_file = config.getini(f"losant_{name}")
    return _located(from_file, config.rootpath) if name == "fixtures" else from_file


def _located(fixtures: Any, *folders: Path) -> Any:
    """Return fixtures with paths as they are meant: from the first of the folders that has it."""
    from mock_server.client.fixtures import located

    return located(fixtures, folders)


def _slug(name: str) -> str:
    """Return the name of a test as a sandbox can be called."""
    return re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-")[:_SLUG_LENGTH] or "test"
