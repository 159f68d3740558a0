"""``@pytest.mark.losant``."""

from __future__ import annotations

from tests.plugin.suite import Suite


def test_what_a_world_holds(suite: Suite) -> None:
    """Shipped sets, files beside the test or in the root, directories, documents, made-up users."""
    suite.write("root.yaml", "users: [{email: root@example.com}]")
    suite.write("both.yaml", "users: [{email: of-the-root@example.com}]")
    suite.write("deep/both.yaml", "users: [{email: of-the-test@example.com}]")
    suite.write(
        "deep/groups.json", '{"groups": [{"name": "Staff", "groups": [{"name": "North"}]}]}'
    )
    suite.write("deep/users.yaml", "users: [{email: ann@example.com, groups: [Staff/North]}]")
    suite.write("deep/folder/1.yaml", "users: [{email: one@example.com, groups: [Later]}]")
    suite.write("deep/folder/2.yaml", "groups: [{name: Later}]")
    suite.write("deep/folder/notes.txt", "not a seed file")
    suite.write("pytest.ini", "[pytest]\nlosant_fixtures = root.yaml")
    suite.tests(
        **{
            "deep/test_marker": """
                INLINE = {"users": [{"email": "inline@example.com", "groups": ["Staff/North"]}]}
                HERE = Path(__file__).parent

                def test_none(losant, emails):
                    assert emails(losant) == ["root@example.com"]

                @pytest.mark.losant(fixtures="demo")
                def test_shipped_set(losant, emails):
                    assert len(emails(losant)) == 8
                    assert losant.info()["applications"][0]["name"] == "Lindenhof Greenhouses"

                @pytest.mark.losant(fixtures="root.yaml")
                def test_file_in_the_root(losant, emails):
                    assert emails(losant) == ["root@example.com"]

                @pytest.mark.losant(fixtures="both.yaml")
                def test_file_beside_the_test(losant, emails):
                    assert emails(losant) == ["of-the-test@example.com"]

                @pytest.mark.losant(fixtures=HERE.parent / "both.yaml")
                def test_path(losant, emails):
                    assert emails(losant) == ["of-the-root@example.com"]

                @pytest.mark.losant(fixtures=Path("folder/../both.yaml"))
                def test_relative_path(losant, emails):
                    assert emails(losant) == ["of-the-test@example.com"]

                @pytest.mark.losant(fixtures="folder")
                def test_directory(losant, emails):
                    assert losant.users.get("one@example.com").groups == ("Later",)

                @pytest.mark.losant(fixtures=["users.yaml", "groups.json", "users.yaml"])
                def test_files_that_belong_together(losant, emails):
                    assert losant.users.get("ann@example.com").groups == ("Staff/North",)

                @pytest.mark.losant(fixtures=("groups.json", INLINE, "demo"))
                def test_files_documents_and_sets(losant, emails):
                    assert len(losant.users) == 9

                @pytest.mark.losant(fixtures={"groups": [{"name": "A"}]}, generate=5)
                def test_document_and_more(losant, emails):
                    assert len(losant.users) == 5
                    assert losant.groups.get("A").parent is None

                @pytest.mark.losant(generate=5)
                def test_generated(losant, emails):
                    assert len(losant.users) == 6
                    assert "root@example.com" in emails(losant)

                @pytest.mark.losant(fixtures=[])
                def test_nothing(losant, emails):
                    assert len(losant.users) == 0

                @pytest.mark.losant(fixtures="demo")
                class TestClass:
                    def test_of_the_class(self, losant):
                        assert len(losant.users) == 8

                    @pytest.mark.losant(fixtures="root.yaml")
                    def test_of_its_own(self, losant, emails):
                        assert emails(losant) == ["root@example.com"]

                def test_paths_of_make_losant(make_losant, emails):
                    assert emails(make_losant("both.yaml")) == ["of-the-test@example.com"]
            """
        }
    )
    suite.run().assert_outcomes(passed=15)


def test_a_file_that_changes(suite: Suite) -> None:
    """A file is read again when it changed."""
    suite.tests(
        test_it="""
            def test_it(make_losant, tmp_path, emails):
                seed = tmp_path / "seed.yaml"
                for email in ("ann@example.com", "benjamin@example.com"):
                    seed.write_text("users: [{email: %s}]" % email)
                    assert emails(make_losant(seed)) == [email]
        """
    )
    suite.run().assert_outcomes(passed=1)


MISUSED = {
    "'demo'": "@pytest.mark.losant takes fixtures=… and generate=… only, not 'demo'",
    "fixture='demo'": "@pytest.mark.losant takes fixtures=… and generate=… only, not fixture",
    "fixtures='demoo'": "@pytest.mark.losant: fixtures[0]: unknown fixture"
    ' set "demoo" (built-in: demo, edge-cases, paging, roles)',
    "fixtures='no/such'": "@pytest.mark.losant: no/such: is not a file, a directory"
    " or a built-in set (demo",
    "fixtures='seed.yml'": "@pytest.mark.losant: seed.yml: is not a file, a directory or a"
    " built-in set",
    "fixtures=5": "@pytest.mark.losant: fixtures are names of built-in sets, paths, documents, or a"
    " list of them, not 5",
    "fixtures=['demo', 5]": "@pytest.mark.losant: fixtures are names of built-in sets, paths,"
    " documents, or a list of them, not 5",
    "fixtures={'users': [{'email': 'x'}]}": "@pytest.mark.losant: fixtures[0]: users[0].email must"
    " be email format",
    "fixtures={'users': {1, 2}}": "@pytest.mark.losant: Object of type set is not JSON",
    "generate=-1": "@pytest.mark.losant: generate",
    "generate='lots'": "@pytest.mark.losant: generate",
    "fixtures='seed.yaml'": "@pytest.mark.losant: {root}/seed.yaml:3: users[0].groups[0] refers to"
    ' unknown group "Ghosts"',
    "fixtures=[{'users': [{'email': 'x'}]}, 'seed.yaml']": "{root}/seed.yaml:3: users[0].groups[0]"
    ' refers to unknown group "Ghosts"',
}


def test_mistakes(suite: Suite) -> None:
    """A marker or a file that is wrong fails the test with one message, without a traceback."""
    suite.write("seed.yaml", "users:\n  - email: ann@example.com\n    groups: [Ghosts]\n")
    suite.tests(
        test_it="\n".join(
            f"@pytest.mark.losant({given})\ndef test_{number}(losant): pass\n"
            for number, given in enumerate(MISUSED)
        )
    )
    result = suite.run()
    result.assert_outcomes(errors=len(MISUSED))
    output = result.stdout.str()
    for message in MISUSED.values():
        assert message.format(root=suite.pytester.path) in output
    assert "Traceback" not in output
    assert "During handling" not in output


def test_mistakes_inside_a_test(suite: Suite) -> None:
    """What ``make_losant`` cannot make is an error in the line of the test."""
    suite.write("seed.yaml", "users: [{email: nobody}]")
    suite.tests(
        test_it="""
            def test_file(make_losant):
                make_losant(fixtures="seed.yaml")

            def test_that_knows(make_losant):
                from mock_server import ControlPlaneError, FixtureError
                with pytest.raises(FixtureError, match=r"seed.yaml:1: users\\[0\\].email must be"):
                    make_losant(fixtures="seed.yaml")
                with pytest.raises(ControlPlaneError, match="generate"):
                    make_losant(generate=-1)
        """
    )
    result = suite.run()
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(
        [
            '>       make_losant(fixtures="seed.yaml")',
            "E       *FixtureError: */seed.yaml:1: users?0?.email must be email format*",
        ]
    )
    assert "losant.py" not in result.stdout.str()


def test_documentation(suite: Suite) -> None:
    """Pytest tells what there is: the marker, the fixtures, and the options in a group."""
    expected = {
        "--markers": [
            "@pytest.mark.losant(fixtures=None, generate=0): the contents of the losant*"
        ],
        "--fixtures": [
            "losant_settings [[]session scope] -- *",
            "    The settings of the mock server*",
            "losant_server [[]session scope] -- *",
            "    A mock server that runs during the test session, *",
            "make_losant -- *",
            "    A function that creates sandboxes like ``losant``*",
            "losant -- *",
            "    A sandbox for this test. *",
        ],
        "--help": ["mock of the Losant API:", "*--losant-url=URL*", "*--losant-seed=VALUE*"],
    }
    for option, lines in expected.items():
        suite.run(option).stdout.fnmatch_lines_random(lines)
