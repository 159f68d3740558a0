"""JSON and YAML as they are read: what stands where, and what cannot be read."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from mock_server.schemas.error_messages import Path as Place
from mock_server.seeds import json_text, yaml_text
from mock_server.seeds.files import read_content
from mock_server.seeds.formats import fixture_files
from mock_server.seeds.mistakes import FixtureError
from mock_server.seeds.validation import checked

NAMES = st.text(max_size=5)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | NAMES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=15,
)


def places(value: Any, path: Place = ()) -> list[Place]:
    """Return the paths of all that stands in a value."""
    items: Any = ()
    if isinstance(value, dict):
        items = value.items()
    elif isinstance(value, list):
        items = enumerate(value)
    return [path, *(place for part, inner in items for place in places(inner, (*path, part)))]


def test_lines_of_json() -> None:
    """A value stands where its name does, or where it begins if it has none."""
    text = '{\n\t"a": [\n\t\t1, {"b":\n2}],\r\n"c\\u0022{": "}]\\"", "d": null}'
    locate = json_text.read("x.json", text).locate
    wanted = {(): 1, ("a",): 2, ("a", 0): 3, ("a", 1): 3, ("a", 1, "b"): 3, ('c"{',): 5, ("d",): 5}
    assert {path: locate(path)[0] for path in wanted} == wanted


@given(VALUES, st.sampled_from([None, 0, 2, "\t"]))
def test_every_place_in_json_has_a_line(value: Any, indent: int | str | None) -> None:
    """Whatever is written in JSON, what follows in it stands on the same line or a later one."""
    text = json.dumps(value, indent=indent)
    content = json_text.read("x.json", text)
    lines = [content.locate(place)[0] or 0 for place in places(value)]
    assert lines == sorted(lines)
    assert content.value == value
    if indent is not None and value not in ([], {}):
        assert len(set(lines)) == len(lines) or not places(value)[1:]


@settings(max_examples=40)
@given(VALUES)
def test_yaml_is_read_as_pyyaml_reads_it(value: Any) -> None:
    """Both ways of reading YAML, with the C library and without, give the same values."""
    text = yaml_text.dump({"value": value})
    assert yaml_text.read("x.yaml", text).value == {"value": value}
    deep = f"{text}deep: {'[' * 250}{']' * 250}\n"  # too deep for the C library
    assert yaml_text.read("x.yaml", deep).value["value"] == value


def test_yaml_without_its_c_library(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is wrong is told alike, whether PyYAML has its C library or not."""
    texts = ["a: [\n", "a: 'b\n", "a: b: c\n", "a: *b\n", "- a\nb: c\n", "%\n", "a: &b\n"]

    def told(text: str) -> str:
        try:
            return repr(yaml_text.read("x.yaml", text).value)
        except FixtureError as error:
            return str(error)

    fast = list(map(told, texts))
    monkeypatch.setattr(yaml_text, "_FastLoader", yaml.SafeLoader)
    assert list(map(told, texts)) == fast


@pytest.mark.parametrize("levels", [6, 9, 40])
def test_aliases_of_aliases(levels: int) -> None:
    """Aliases that stand for billions of values are refused before they take the memory."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, levels)]
    with pytest.raises(FixtureError, match="aliases expand to more than 1,000,000 values"):
        yaml_text.read("x.yaml", "\n".join(lines))


def test_some_aliases() -> None:
    """A person may use some, and a value may even be inside itself."""
    text = "tags: &t {a: b}\nusers:\n- userTags: *t\n- userTags: *t\nself: &s [*s]\n"
    value = yaml_text.read("x.yaml", text).value
    assert [user["userTags"] for user in value["users"]] == [{"a": "b"}] * 2
    assert value["self"][0] is value["self"]


@pytest.mark.parametrize("brackets", [100_000, 5_000])
@pytest.mark.parametrize("suffix", [".json", ".yaml", ".jsonl"])
def test_very_deep(tmp_path: Path, suffix: str, brackets: int) -> None:
    """A file that nobody can have meant is refused, and takes nothing down."""
    path = tmp_path / f"deep{suffix}"
    path.write_text("[" * brackets + "]" * brackets)
    with pytest.raises(FixtureError, match="is nested too deeply"):
        read_content(path)


@pytest.mark.parametrize("text", ["- " * 100_000, "? " * 100_000, "a:\n" + "- " * 100_000])
def test_very_deep_without_brackets(tmp_path: Path, text: str) -> None:
    """YAML can be nested by dashes and question marks, on one line."""
    path = tmp_path / "deep.yaml"
    path.write_text(text)
    with pytest.raises(FixtureError, match="is nested too deeply"):
        read_content(path)


@pytest.mark.parametrize("text", ["[" * 5_000 + "]" * 5_000, '{"groups":[' * 5_000 + "]}" * 5_000])
@pytest.mark.parametrize("suffix", [".json", ".jsonl"])
def test_very_deep_where_the_stack_allows_it(tmp_path: Path, suffix: str, text: str) -> None:
    """It is refused by its form if Python can decode it, as newer versions can."""
    limit = sys.getrecursionlimit()
    path = tmp_path / f"deep{suffix}"
    path.write_text(text if suffix == ".json" else f'{{"version":1}}\n{{"group":{text}}}\n')
    sys.setrecursionlimit(50_000)
    try:
        content = read_content(path)
    finally:
        sys.setrecursionlimit(limit)
    assert checked(content).mistakes


@pytest.mark.parametrize("name", ["A.YAML", "B.Json", "C.JSONL", "D.YML"])
def test_capital_letters_in_suffixes(tmp_path: Path, name: str) -> None:
    """A suffix says the same in capital letters."""
    path = tmp_path / name
    is_lines = name.startswith("C")
    path.write_text('{"user": {"email": "a@b.co"}}' if is_lines else '{"users": []}')
    assert fixture_files(str(tmp_path)) == [path]
    assert list(read_content(path).value) == ["users"]


def test_directories(tmp_path: Path) -> None:
    """A directory without seed files is a mistake, unless a hidden file keeps it on purpose."""

    def refused() -> str:
        with pytest.raises(FixtureError) as caught:
            fixture_files(str(tmp_path))
        return str(caught.value)

    hint = "put a .keep file in it if it is empty on purpose"
    assert refused() == f"{tmp_path}: is an empty directory; {hint}"
    (tmp_path / ".keep").touch()
    assert fixture_files(str(tmp_path)) == []
    (tmp_path / "users.csv").touch()
    assert "has no seed files (.json, .jsonl, .yaml, .yml); is it" in refused()
    (tmp_path / "users.yaml").touch()
    assert fixture_files(str(tmp_path)) == [tmp_path / "users.yaml"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes on this system")
def test_a_named_pipe(tmp_path: Path) -> None:
    """What a shell puts in place of a file can be read too."""
    path = tmp_path / "pipe.jsonl"
    os.mkfifo(path)
    writer = Thread(target=path.write_text, args=('{"user": {"email": "a@b.co"}}\n',))
    writer.start()
    assert read_content(path).value == {"users": [{"email": "a@b.co"}]}
    writer.join()
