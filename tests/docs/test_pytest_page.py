"""docs/pytest.md: every example runs as it stands."""

from __future__ import annotations

import configparser
import re
import shlex

import pytest

from mock_server.pytest_plugin import declared_settings
from tests.docs.documents import PYTEST, blocks, command_lines

EXAMPLES = blocks(PYTEST, "python")
QUIET = ("-p", "no:asyncio", "-p", "no:xdist", "-W", "error")


def test_examples_pass(pytester: pytest.Pytester) -> None:
    """Each example that is a test file passes in an empty directory."""
    examples = [example for example in EXAMPLES if "def test_" in example]
    for number, example in enumerate(examples):
        pytester.makepyfile(**{f"test_{number}": example})
    tests = sum(example.count("\ndef test_") for example in examples)
    tests += sum(example.startswith("def test_") for example in examples)
    pytester.runpytest_inprocess(*QUIET).assert_outcomes(passed=tests)
    assert tests == 12


def test_settings_in_conftest(pytester: pytest.Pytester) -> None:
    """The settings that conftest.py gives in the example are those of the server."""
    (example,) = [example for example in EXAMPLES if "def losant_settings" in example]
    pytester.makeconftest(example)
    pytester.makepyfile("def test_users(losant): assert len(losant.users) == 8")
    pytester.runpytest_inprocess(*QUIET).assert_outcomes(passed=1)


def test_without_pytest(capsys: pytest.CaptureFixture[str]) -> None:
    """The example without pytest runs as it stands."""
    (example,) = [example for example in EXAMPLES if "with mock_server.MockServer" in example]
    exec(compile(example, "pytest.md", "exec"), {})  # noqa: S102 - our own document
    server, sandbox = capsys.readouterr().out.splitlines()
    assert server.startswith("http://127.0.0.1:")
    assert sandbox.endswith(" 18")


def test_the_report_is_as_shown(pytester: pytest.Pytester) -> None:
    """The report of a failed test is as it is shown, but for the port and the sandbox's name."""
    (shown,) = blocks(PYTEST, "text")
    example = EXAMPLES[0].replace("ann@example.com", "ann")
    pytester.makepyfile(example)
    output = pytester.runpytest_inprocess(*QUIET).stdout.str()
    section = re.search(r"-+ Requests to .*?(?=\n=)", output, re.S)
    assert section is not None
    assert _normal(section[0]) == _normal(shown)


def _normal(text: str) -> str:
    text = re.sub(r":\d{5}/_sandbox/([a-z-]+)-[0-9a-f]{8}", r":PORT/_sandbox/\1-NAME", text)
    return text.strip()


def test_ini_options_exist() -> None:
    """The ini file that is shown has options that there are."""
    (example,) = blocks(PYTEST, "ini")
    ini = configparser.ConfigParser()
    ini.read_string(example)
    assert {name.removeprefix("losant_") for name in ini["pytest"]} <= set(declared_settings())


@pytest.mark.parametrize("line", command_lines(PYTEST, "pytest"))
def test_command_lines(line: str, pytester: pytest.Pytester) -> None:
    """Each command line that is shown is one that pytest takes."""
    arguments = shlex.split(line)[1:]
    result = pytester.runpytest_inprocess("-p", "no:asyncio", *arguments, "--collect-only")
    assert result.ret == pytest.ExitCode.NO_TESTS_COLLECTED
