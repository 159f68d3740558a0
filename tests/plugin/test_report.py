"""What the report of a test that failed shows of its requests."""

from __future__ import annotations

import re

import pytest

from tests.plugin.suite import Suite

TESTS = """
    SECRET = "correct horse battery"
    ANN = {"email": "ann@example.com", "password": SECRET}

    def test_that_passes(losant, ask):
        ask(losant, "POST", ANN)

    def test_that_fails(losant, ask):
        ask(losant, "POST", ANN)
        ask(losant, path=f"users?filter=x&filterField=email&token={losant.token()}")
        ask(losant, "POST", ANN)
        assert False, "as it should"

    @pytest.fixture
    def arranged(losant, ask):
        ask(losant, "GET", path="groups")
        raise RuntimeError("arranging went wrong")

    def test_whose_set_up_fails(arranged):
        pass

    def test_of_two_worlds(losant, make_losant, ask):
        ask(make_losant(), "GET", path="users/" + "a" * 24)
        assert False

    @pytest.mark.xfail
    def test_that_may_fail(losant, ask):
        ask(losant, "GET", path="users/" + "b" * 24)
        assert False

    def test_that_skips(losant, ask):
        ask(losant, "GET", path="users/" + "c" * 24)
        pytest.skip("on second thoughts")

    def test_with_much_to_show(losant, ask):
        for _ in range(60):
            ask(losant, "POST", {"email": "x\\x1b[31m" + "y" * 3000})
        assert False

    def test_with_trouble(losant, ask):
        losant.faults.too_many_requests()
        ask(losant)
        losant.faults.clear()
        losant.faults.close()
        try:
            ask(losant)
        except ConnectionError:
            pass
        assert False

    def test_with_half_a_character(losant, ask):
        ask(losant, "POST", {"email": "\\ud800@example.com"})
        assert False
"""

APPLICATION = "575ec8687ae143cd83dc4a97"
OUTCOMES = {"passed": 1, "failed": 5, "errors": 1, "xfailed": 1, "skipped": 1}


def sections(output: str) -> dict[str, list[str]]:
    """Return the text of the sections about requests, by the test that they are about."""
    found: dict[str, list[str]] = {}
    parts = re.split(
        r"^-+ Requests to http://127.0.0.1:\d+/_sandbox/(.*)-\w{8} -+$", output, flags=re.M
    )
    for name, text in zip(parts[1::2], parts[2::2], strict=True):
        found.setdefault(name, []).append(re.split(r"^[_=]+ ", text, flags=re.M)[0])
    return found


def check(output: str) -> dict[str, list[str]]:
    """Check what all ways to run the suite have in common, and return the sections."""
    found = sections(output)
    assert found.keys() == {
        "test-that-fails",
        "test-whose-set-up-fails",
        "test-of-two-worlds",
        "test-with-much-to-show",
        "test-with-trouble",
        "test-with-half-a-character",
    }
    (fails,) = found["test-that-fails"]
    assert fails.lstrip().startswith(
        f"#1 experienceUsers.post POST /applications/{APPLICATION}/experience/users -> 201\n"
    )
    assert '    sent     {"email": "ann@example.com", "password": "[hidden]"}' in fails
    assert "    query    filter=x filterField=email token=[hidden]" in fails
    assert "-> 400\n" in fails
    assert "horse" not in fails
    assert "eyJ" not in fails
    (set_up,) = found["test-whose-set-up-fails"]
    assert "#1 experienceGroups.get GET " in set_up
    first, second = found["test-of-two-worlds"]
    assert first.strip() == "no requests"
    assert "#1 experienceUser.get GET " in second
    assert "-> 404\n" in second
    (trouble,) = found["test-with-trouble"]
    assert "-> 429\n" in trouble
    assert "    faults   fault-1" in trouble
    assert "-> no answer\n" in trouble
    (half,) = found["test-with-half-a-character"]
    assert r'sent     {"email": "\ud800@example.com"}' in half
    return found


def test_requests_of_failed_tests(suite: Suite) -> None:
    """Tests that fail show their requests and no others', without secrets, long ones cut."""
    suite.tests(test_it=TESTS)
    result = suite.run()
    result.assert_outcomes(**OUTCOMES)
    (much,) = check(result.stdout.str())["test-with-much-to-show"]
    assert much.startswith("\n(10 earlier requests not shown; use pytest -vv to show all)\n#11 ")
    assert len(re.findall(r"y… \(30\d\d characters; use pytest -vv to show all\)\n", much)) == 50
    assert r'sent     {"email": "x\u001b[31myyy' in much


@pytest.mark.parametrize("options", [[], pytest.param(["-n", "1"], marks=pytest.mark.heavy)])
def test_everything_with_vv(suite: Suite, options: list[str]) -> None:
    """With ``-vv`` nothing is left out, in this process or in the worker processes of xdist."""
    suite.tests(test_it=TESTS)
    result = suite.run("-vv", *options)
    result.assert_outcomes(**OUTCOMES)
    (much,) = check(result.stdout.str())["test-with-much-to-show"]
    assert much.count("y" * 3000) >= 60
    assert "#1 experienceUsers.post" in much
    assert "pytest -vv" not in much


def test_a_journal_that_forgets(suite: Suite) -> None:
    """What the journal does not keep is missing, and the section says so."""
    suite.tests(
        test_it="""
            def test_it(losant, ask):
                for _ in range(5):
                    ask(losant)
                assert False
        """
    )
    result = suite.run("--losant-journal-requests=2")
    result.stdout.fnmatch_lines(
        ["(3 earlier requests are no longer in the journal)", "#4 *", "#5 *"]
    )
