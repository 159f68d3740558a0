"""What each test gets, and what is left of it."""

from __future__ import annotations

from tests.plugin.suite import Suite


def test_each_test_has_a_world_of_its_own(suite: Suite) -> None:
    """Each test finds its world as all worlds begin, whatever the tests before it did."""
    suite.tests(
        test_own="""
            @pytest.mark.parametrize("number", range(3))
            def test_own(losant, ask, number):
                assert ask(losant)[1]["totalCount"] == 0
                assert ask(losant, "POST", {"email": "a@b.co", "password": "password1"})[0] == 201
                assert ask(losant)[1]["totalCount"] == 1
                assert losant.requests.count("experienceUsers.post") == 1

            def test_the_server_saw_nothing(losant_server):
                assert len(losant_server.users) == len(losant_server.requests) == 0
        """
    )
    suite.run().assert_outcomes(passed=4)


def test_a_world_is_gone_after_its_test(suite: Suite) -> None:
    """What a test leaves running gets 410, even if its test never used its world itself."""
    suite.tests(
        test_gone="""
            from threading import Event, Thread

            go_on, threads, answers = Event(), [], []

            def leave_behind(losant, ask):
                def later():
                    go_on.wait(30)
                    answers.append(ask(losant, "POST", {"email": "late@example.com"}))
                losant.token()
                threads.append(Thread(target=later))
                threads[-1].start()

            class Late:
                '''A handle that knows all it needs before its world is gone.'''
                def __init__(self, losant, token):
                    self.url, self.application_id = losant.url, losant.application_id
                    self.token = lambda: token

            def test_that_used_its_world(losant, losant_server, ask):
                ask(losant)
                leave_behind(Late(losant, losant_server.token()), ask)

            def test_that_did_not(losant, losant_server, ask):
                leave_behind(Late(losant, losant_server.token()), ask)

            def test_after_it(losant, ask):
                go_on.set()
                for thread in threads:
                    thread.join()
                assert [status for status, _ in answers] == [410, 410]
                assert {answer["type"] for _, answer in answers} == {"Gone"}
                assert len(losant.users) == len(losant.requests) == 0
        """
    )
    suite.run().assert_outcomes(passed=3)


def test_one_server_for_the_session(suite: Suite) -> None:
    """All tests share one server, in whatever file they are."""
    suite.tests(
        test_1="""
            def test_one(losant_server, losant):
                losant_server.users.add("ann@example.com")
                assert losant.url.startswith(f"{losant_server.url}/_sandbox/test-one-")
                assert len(losant.users) == 0
        """,
        test_2="""
            def test_other(losant_server, losant, emails):
                assert emails(losant_server) == ["ann@example.com"]
        """,
    )
    suite.run().assert_outcomes(passed=2)


def test_a_server_that_holds_something_else_now(suite: Suite) -> None:
    """What a test loads into the server does not change what worlds begin with."""
    suite.tests(
        test_it="""
            def test_loading(losant_server):
                losant_server.load({"applications": [{"id": "e" * 24, "name": "Other"}]})
                assert losant_server.application_id == "e" * 24

            def test_after_it(losant, ask):
                assert losant.application_id == losant.info()["applicationId"] != "e" * 24
                assert ask(losant)[0] == 200
        """
    )
    suite.run().assert_outcomes(passed=2)


def test_several_worlds_in_one_test(suite: Suite) -> None:
    """``make_losant`` makes worlds that know nothing of each other; all go with the test."""
    suite.tests(
        test_several="""
            def test_several(losant, make_losant, emails):
                one, other = make_losant(fixtures="demo"), make_losant(generate=3)
                made = make_losant(fixtures={"users": [{"email": "a@example.com"}]}, generate=2)
                losant.users.add("b@example.com")
                assert [len(one.users), len(other.users), len(made.users)] == [8, 3, 3]
                assert "a@example.com" in emails(made)
                assert emails(losant) == ["b@example.com"]
                with make_losant() as gone:
                    assert gone.name not in {losant.name, one.name, other.name}

            def test_after_it(losant_server):
                assert losant_server.sandboxes() == []
        """
    )
    suite.run().assert_outcomes(passed=2)


def test_names_of_worlds(suite: Suite) -> None:
    """However a test is called, its world has a name that can stand in a URL."""
    suite.tests(
        test_names="""
            @pytest.mark.parametrize("text", ["", "ä/?#%", "x" * 500, "-.-"], ids=str)
            def test_name(losant, text):
                assert losant.name.startswith("test-name")
                assert losant.info()["sandbox"] == losant.name

            @pytest.mark.parametrize("_", [1])
            def test_ünïcödé(losant, _):
                assert losant.info()["sandbox"] == losant.name
        """
    )
    suite.run().assert_outcomes(passed=5)


def test_classes(suite: Suite) -> None:
    """Classes of pytest and of unittest use it, and ``self`` of the latter can have it."""
    suite.tests(
        test_classes="""
            from unittest import TestCase

            class TestPlain:
                def test_it(self, losant):
                    assert len(losant.users) == 0

            @pytest.mark.usefixtures("losant")
            class OfUnittest(TestCase):
                @pytest.fixture(autouse=True)
                def _take(self, losant, ask):
                    self.losant, self.ask = losant, ask

                def setUp(self):
                    assert self.ask(self.losant)[1]["totalCount"] == 0

                def test_one(self):
                    self.losant.users.add("ann@example.com")

                def test_other(self):
                    self.assertEqual(len(self.losant.users), 0)
        """
    )
    suite.run().assert_outcomes(passed=3)
