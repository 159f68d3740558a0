"""Fixtures for pytest, loaded by entry point.

Every pytest run in an environment with this package imports this module, whether it uses the
fixtures or not. So it must not import anything slow, such as pydantic.
"""

from __future__ import annotations

import ast
import re
import secrets
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pytest

import mock_server

if TYPE_CHECKING:
    from mock_server.client import LosantMock

_OF_ANY_SERVER = frozenset({"fixtures", "admin_token"})
_SLUG_LENGTH = 60
_WHOLE = 2
"""Times -v from which on a report leaves nothing out."""

_handles: Any = pytest.StashKey()


@cache
def declared_settings() -> dict[str, str]:
    """Return the settings that are options here, with their descriptions.

    They are read from the source of ``settings.py``, which takes a millisecond. To import it takes
    a hundred, because it imports pydantic.
    """
    source = Path(mock_server.__path__[0], "settings.py").read_text(encoding="utf-8")
    (model,) = (
        node
        for node in ast.parse(source).body
        if isinstance(node, ast.ClassDef) and node.name == "Settings"
    )
    declared = {}
    for node in model.body:
        match node:
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.Call(keywords=keywords)):
                field = {str(one.arg): one.value for one in keywords}
                extra = ast.literal_eval(field.get("json_schema_extra", ast.Dict([], [])))
                if extra.get("in_tests", True):
                    declared[name] = str(ast.literal_eval(field["description"]))
    return declared


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the command-line and ini options."""
    group = parser.getgroup("losant", "mock of the Losant API")
    group.addoption(
        "--losant-url",
        metavar="URL",
        help="Use the mock server that runs at URL, such as a container, instead of starting one.",
    )
    parser.addini("losant_url", "The same as --losant-url.")
    for name, description in declared_settings().items():
        flag = f"--losant-{name.replace('_', '-')}"
        is_list = name == "fixtures"
        group.addoption(
            flag,
            metavar="VALUE",
            action="append" if is_list else "store",
            help=description.replace("%", "%%"),
        )
        kind: Literal["linelist", "string"] = "linelist" if is_list else "string"
        parser.addini(f"losant_{name}", f"The same as {flag}.", type=kind)


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker."""
    config.addinivalue_line(
        "markers",
        "losant(fixtures=None, generate=0): the contents of the losant fixture of this test:"
        " fixtures (built-in set, file, directory, document, or a list of them) instead of the"
        " server's, and a number of generated users.",
    )


@pytest.fixture(scope="session")
def losant_settings(pytestconfig: pytest.Config) -> dict[str, Any]:
    """The settings of the mock server, from the options. Override this fixture to change them."""
    given = {name: _option(pytestconfig, name) for name in declared_settings()}
    return {name: value for name, value in given.items() if value not in (None, "", [])}


@pytest.fixture(scope="session")
def losant_server(
    pytestconfig: pytest.Config, losant_settings: Mapping[str, Any]
) -> Iterator[LosantMock]:
    """A mock server that runs during the test session, or the one at ``--losant-url``.

    All tests share it, with its state. ``losant`` is not shared.
    """
    url = _option(pytestconfig, "url")
    with ExitStack() as stack:
        try:
            server = stack.enter_context(
                _running(url, losant_settings) if url else _own(losant_settings, pytestconfig)
            )
        except _clear_errors() as error:
            raise _failed(f"no mock server: {_message(error)}") from None
        yield server


@pytest.fixture(scope="session")
def _losant_application_id(losant_server: LosantMock) -> str:
    """The first application of a new sandbox, whatever happens to the one of the main server."""
    with losant_server.sandbox() as sandbox:
        return sandbox.application_id


@pytest.fixture
def make_losant(
    request: pytest.FixtureRequest,
    losant_server: LosantMock,
    losant_settings: Mapping[str, Any],
    _losant_application_id: str,
) -> Iterator[Callable[..., LosantMock]]:
    """A function that creates sandboxes like ``losant``, for tests that need several.

    ``make_losant(fixtures=None, generate=0)`` takes the arguments of the marker.
    """
    made = request.node.stash[_handles] = []
    folders = request.path.parent, request.config.rootpath
    default = None
    if type(losant_server) is mock_server.LosantMock:  # at --losant-url, seeded before
        default = _located(losant_settings.get("fixtures"), Path(), request.config.rootpath)

    def make(fixtures: Any = None, generate: int = 0) -> LosantMock:
        __tracebackhide__ = True
        name = f"{_slug(request.node.name)}-{secrets.token_hex(4)}"
        seeded = default if fixtures is None else _located(fixtures, *folders)
        try:
            if seeded is None and not generate:
                losant = losant_server.in_sandbox(name, _losant_application_id)
            else:
                losant = losant_server.sandbox(name, fixtures=seeded, generate=generate)
        except _clear_errors() as error:
            raise error.with_traceback(None) from None  # only the line of the test matters
        made.append(losant)
        return losant

    yield make
    for losant in made:
        _delete(losant)


@pytest.fixture
def losant(request: pytest.FixtureRequest, make_losant: Callable[..., LosantMock]) -> LosantMock:
    """A sandbox for this test. Give a client its ``url`` and a ``token(*scopes)``.

    ``@pytest.mark.losant(fixtures="demo", generate=50)`` sets its contents.
    """
    marker = request.node.get_closest_marker("losant")
    contents = {} if marker is None else marker.kwargs
    unknown = sorted(set(contents) - {"fixtures", "generate"})
    if unknown or (marker is not None and marker.args):
        what = unknown[0] if unknown or marker is None else repr(marker.args[0])
        raise _failed(f"@pytest.mark.losant takes fixtures=… and generate=… only, not {what}")
    try:
        return make_losant(**contents)
    except _clear_errors() as error:
        origin = "@pytest.mark.losant" if contents else "losant"
        raise _failed(f"{origin}: {error}") from None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show the requests of a test that failed."""
    report = yield
    if report.failed and report.when != "teardown":  # the sandboxes have been deleted by then
        for losant in item.stash.get(_handles, []):
            report.sections.append((f"Requests to {losant.url}", _requests(losant, item.config)))
    return report


def _requests(losant: LosantMock, config: pytest.Config) -> str:
    try:
        return losant.requests.report(whole=config.getoption("verbose") >= _WHOLE)
    except Exception as error:  # must not hide the failure of the test
        return f"(could not be read: {error})"


def _own(settings: Mapping[str, Any], config: pytest.Config) -> LosantMock:
    fixtures = _located(settings.get("fixtures", ()), Path(), config.rootpath)
    return mock_server.MockServer(**{**settings, "fixtures": fixtures})


def _running(url: str, settings: Mapping[str, Any]) -> LosantMock:
    fixed = sorted(set(settings) - _OF_ANY_SERVER)
    if fixed:
        raise ValueError(
            f"the server at {url} is already running with its own settings; set {', '.join(fixed)}"
            " when it starts, and not in pytest (-o losant_NAME= clears an ini option)"
        )
    running = mock_server.LosantMock(url, settings.get("admin_token"))
    if running.name is not None:
        raise ValueError(f"{url} is a sandbox; give the URL of the whole server")
    try:
        running.application_id  # noqa: B018 - connects, to fail early if there is no server
    except mock_server.ControlPlaneError as error:
        if error.status is None:
            raise
        raise ValueError(f"{url}: {error}") from None
    except (ValueError, TypeError, LookupError):
        raise ValueError(f"{url} is not a mock server") from None
    return running


def _delete(losant: LosantMock) -> None:
    try:
        losant.delete()
    except mock_server.ControlPlaneError as error:
        if error.status is not None:  # without a status the server has ended, and its sandboxes
            raise


def _failed(message: str) -> BaseException:
    """Return an exception that makes a test fail with a message and no traceback."""
    return pytest.fail.Exception(message, pytrace=False)


def _clear_errors() -> tuple[type[Exception], ...]:
    """Return the errors whose message is enough for a user, without a traceback."""
    from mock_server.server import AddressInUse

    return (
        ValueError,
        TypeError,
        mock_server.ControlPlaneError,
        mock_server.FixtureError,
        AddressInUse,
    )


def _message(error: Exception) -> str:
    """Return the message of an error, with wrong settings by the names that they have here."""
    from pydantic import ValidationError

    from mock_server.settings import messages_of_settings

    if not isinstance(error, ValidationError):
        return str(error)
    known = declared_settings()
    return "\n".join(
        messages_of_settings(error, lambda name: f"losant_{name}" if name in known else name)
    )


def _option(config: pytest.Config, name: str) -> Any:
    """Return an option from the command line or, failing that, from the ini file."""
    given = config.getoption(f"losant_{name}")
    if given not in (None, []):
        return given
    from_file = config.getini(f"losant_{name}")
    return _located(from_file, config.rootpath) if name == "fixtures" else from_file


def _located(fixtures: Any, *folders: Path) -> Any:
    """Return fixtures with relative paths resolved in the first of the folders that has them."""
    from mock_server.client.fixtures import located

    return located(fixtures, folders)


def _slug(name: str) -> str:
    """Return the name of a test as a valid name of a sandbox."""
    return re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-")[:_SLUG_LENGTH] or "test"
