"""YAML, and the lines that things stand on. JSON is YAML too, as far as lines go."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import yaml

from mock_server.seeding.mistakes import Path, unreadable

_WIDE = 1 << 30
"""Characters in a line: each value stands on its own."""


class _Dumper(yaml.SafeDumper):
    """YAML in which what is the same is written again."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


class _Loader(yaml.SafeLoader):
    """YAML in which dates are text, as they are in JSON, and no name is given twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002 - as the base class has it
        seen: set[Any] = set()
        for key, _ in node.value:
            if key.value in seen:
                problem = f'"{key.value}" is given twice'
                raise yaml.MarkedYAMLError(problem=problem, problem_mark=key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)


_Loader.yaml_implicit_resolvers = {
    first: [(tag, expression) for tag, expression in resolvers if not tag.endswith(":timestamp")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def load(name: str, text: str) -> Any:
    """Return what the YAML in ``text`` says.

    :raises FixtureError: when it is not YAML; ``name`` is what the error calls it
    """
    try:
        return yaml.load(text, _Loader)  # noqa: S506 - a SafeLoader with fewer types
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise unreadable(name, line, f"can not be read as YAML: {error.problem}") from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise unreadable(name, None, f"can not be read: {error}") from None


def dump(document: Mapping[str, Any]) -> str:
    """Return YAML that says what a document does, in its order."""
    text: str = yaml.dump(
        document, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=_WIDE
    )
    return text


def line_of(text: str, path: Path) -> int | None:
    """Return the line (from 1) of a place in a document, or of what is nearest around it."""
    node = _tree(text)
    if node is None:
        return None
    line = node.start_mark.line
    for part in path:
        following = _child(node, part)
        if following is None:
            break
        line, node = following
    return int(line) + 1


@lru_cache(maxsize=1)
def _tree(text: str) -> Any:
    """Return the nodes of a document; its mistakes are told one after another."""
    return yaml.compose(text, _Loader)


def _child(node: Any, part: str | int) -> tuple[int, Any] | None:
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        return node.value[part].start_mark.line, node.value[part]
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == part:
                return key.start_mark.line, value
    return None
