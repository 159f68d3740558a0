"""YAML documents, in which no object has a name twice, and the lines of their parts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import cache
from itertools import chain
from typing import Any

import yaml
from yaml.constructor import SafeConstructor
from yaml.reader import ReaderError

from mock_server.domain import problems
from mock_server.schemas.error_messages import Path
from mock_server.seeds.mistakes import Content, Locate, Mistake, unreadable

_WIDE = 1 << 30
"""Characters in a line, so that no value is broken into several."""

_NEXT_LINE = "\x85"
_BRACKET = re.compile(r"[\[\]{}]")
_MOST_NESTED = 100
_FAR_INDENTED = re.compile(f"^[ ?-]{{{_MOST_NESTED // 2}}}", re.MULTILINE)
_MOST_ALIASED = 1_000_000

_WITHOUT_DATES = {
    first: [(tag, expression) for tag, expression in resolvers if not tag.endswith(":timestamp")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


class _Loader(yaml.SafeLoader):
    """Parses all of YAML, and has the better error messages."""

    yaml_implicit_resolvers = _WITHOUT_DATES


class _FastLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Parses ten times as fast where PyYAML has its C library."""

    yaml_implicit_resolvers = _WITHOUT_DATES


class _Constructor(SafeConstructor):
    """Makes values of nodes; dates stay text, as in JSON."""

    def __init__(self) -> None:
        super().__init__()
        self.repeated: list[tuple[int, str]] = []
        """Lines with names that their objects have already, and the reasons."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002 - as the base class has it
        seen: dict[tuple[str, str], int] = {}
        for key, _ in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode):
                raise _error(key, "a property name must be text, not a list or an object")
            first = seen.get((key.tag, key.value))
            if first is not None:
                self.repeated.append((line, f'"{key.value}" is given twice, first on line {first}'))
            seen[key.tag, key.value] = line
        return super().construct_mapping(node, deep)

    def construct_int(self, node: yaml.ScalarNode) -> int:
        """Return a whole number, unless it has too many digits or is none after all."""
        try:
            return self.construct_yaml_int(node)
        except ValueError:
            problem = "this cannot be read as a whole number; write text in quotes"
            raise _error(node, problem) from None


_Constructor.add_constructor("tag:yaml.org,2002:int", _Constructor.construct_int)  # type: ignore[type-var]


class _Dumper(yaml.SafeDumper):
    """Writes YAML without aliases."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def represent_str(self, text: str) -> yaml.ScalarNode:
        # In other styles PyYAML does not escape this character, and reads it as a line break.
        style = '"' if _NEXT_LINE in text else None
        return self.represent_scalar("tag:yaml.org,2002:str", text, style)


_Dumper.add_representer(str, _Dumper.represent_str)


def read(name: str, text: str) -> Content[Any]:
    """Return the document that the YAML in ``text`` is; repeated names in objects are mistakes.

    :raises FixtureError: when it is not YAML; ``name`` is what the error calls it
    """
    constructor = _Constructor()
    try:
        node = _composed(text)
        value = None if node is None else constructor.construct_document(node)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise unreadable(name, line, f"is not YAML: {error.problem}") from None
    except ReaderError as error:
        line, code = text.count("\n", 0, error.position) + 1, f"U+{ord(text[error.position]):04X}"
        problem = f"is not YAML: the character {code} is not allowed"
        raise unreadable(name, line, problem) from None
    except RecursionError:
        raise unreadable(name, None, f"cannot be read: it {problems.TOO_DEEP}") from None
    mistakes = [Mistake(name, line, (), reason) for line, reason in constructor.repeated]
    return Content(name, value, _located(text), mistakes)


def dump(document: Mapping[str, Any]) -> str:
    """Return a document as YAML, in its order."""
    text: str = yaml.dump(
        document, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=_WIDE
    )
    return text


def _composed(text: str) -> yaml.Node | None:
    """Return the root node; None if there are only comments."""
    node = None
    # The C library crashes the process when it runs out of stack.
    if _is_shallow(text):
        with suppress(yaml.YAMLError, ValueError):
            node = yaml.compose(text, _FastLoader)
    if node is None:
        node = yaml.compose(text, _Loader)
    if node is not None and "*" in text:
        _check_aliases(node)
    return node


def _is_shallow(text: str) -> bool:
    """Return whether values in a text are nested at most twice :data:`_MOST_NESTED` levels deep.

    Lists and objects without brackets are nested by how far a line is indented, dashes included;
    a list may be as far to the left as the object that it is in.
    """
    depth = 0
    for bracket in _BRACKET.findall(text):
        depth = depth + 1 if bracket in "[{" else max(depth - 1, 0)
        if depth > _MOST_NESTED:
            return False
    return not _FAR_INDENTED.search(text)


def _check_aliases(root: yaml.Node) -> None:
    """Check that aliases do not expand to too much: a few lines can make billions of values.

    :raises yaml.MarkedYAMLError: when they do
    """
    sizes: dict[yaml.Node, int] = {}

    def size(node: yaml.Node) -> int:
        if node not in sizes:
            sizes[node] = 0  # inside itself
            sizes[node] = 1 + sum(map(size, _inside(node)))
            if sizes[node] - len(sizes) > _MOST_ALIASED:
                raise _error(node, f"aliases expand to more than {_MOST_ALIASED:,} values")
        return sizes[node]

    size(root)


def _inside(node: yaml.Node) -> Iterable[yaml.Node]:
    """Return the nodes in a list or an object; an alias is the node that it refers to."""
    if isinstance(node, yaml.MappingNode):
        return chain.from_iterable(node.value)
    return node.value if isinstance(node, yaml.SequenceNode) else ()


def _located(text: str) -> Locate:
    """Return a function that locates places; it parses the text at the first call."""
    root, members = cache(lambda: _composed(text)), cache(_members)

    def locate(path: Path) -> tuple[int | None, Path]:
        node = root()
        if node is None:
            return None, path
        line = node.start_mark.line
        with suppress(KeyError):
            for part in path:
                line, node = members(node)[part]
        return line + 1, path

    return locate


def _members(node: yaml.Node) -> dict[str | int, tuple[int, yaml.Node]]:
    """Return the values in an object or a list, by name or index, with their lines."""
    if isinstance(node, yaml.MappingNode):
        # Of several with one name the first counts.
        return {key.value: (key.start_mark.line, one) for key, one in reversed(node.value)}
    values = node.value if isinstance(node, yaml.SequenceNode) else ()
    return {index: (one.start_mark.line, one) for index, one in enumerate(values)}


def _error(node: yaml.Node, problem: str) -> yaml.MarkedYAMLError:
    return yaml.MarkedYAMLError(problem=problem, problem_mark=node.start_mark)
