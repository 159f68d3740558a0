"""Seed files by name: their formats, the built-in sets, and the files of a directory.

The command line imports this module at every start, so it imports little itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from mock_server.seeds.mistakes import unreadable
from mock_server.text import did_you_mean

FORMATS = ("json", "jsonl", "yaml")

SUFFIXES = {**{f".{name}": name for name in FORMATS}, ".yml": "yaml"}
"""The format of a file by the suffix of its name."""

_PACKAGE = Path(__file__).parent.parent
# In a wheel the built-in sets are inside the package, in a checkout beside it.
_SET_FOLDERS = (_PACKAGE / "fixtures", _PACKAGE.parent / "fixtures")


def format_of(path: Path) -> str | None:
    """Return the format of a file, by its name; None if the name does not say."""
    return SUFFIXES.get(path.suffix.lower())


def shipped_sets() -> dict[str, Path]:
    """Return the built-in sets: name → file."""
    for folder in _SET_FOLDERS:
        if folder.is_dir():
            return {path.stem: path for path in sorted(folder.iterdir()) if format_of(path)}
    return {}


def fixture_files(name: str, folder: Path | None = None) -> list[Path]:
    """Return the seed files that a name stands for.

    :param name: of a file, a directory (its files in the order of their names) or a built-in set
    :param folder: what relative paths are relative to; by default the working directory
    :raises FixtureError: when there is no such file, directory or set
    """
    path = Path(name) if folder is None else folder / name
    try:
        if name and path.is_dir():
            return _files_in(name, path)
    except OSError as error:
        raise unreadable(name, None, f"cannot be read: {error.strerror}") from None
    if name and path.exists():
        return [path]
    shipped = shipped_sets()
    if name in shipped:
        return [shipped[name]]
    raise unreadable(name, None, _not_found(path, shipped))


def _files_in(name: str, folder: Path) -> list[Path]:
    """Return the seed files in a directory.

    There must be some, unless the directory has hidden files only, such as ``.keep``.
    """
    every = sorted(folder.iterdir())
    found = list(filter(_is_seed_file, every))
    if found or (every and all(path.name.startswith(".") for path in every)):
        return found
    if every:
        reason = f"has no seed files ({', '.join(SUFFIXES)}); is it the right directory?"
    else:
        reason = "is an empty directory; put a .keep file in it if it is empty on purpose"
    raise unreadable(name, None, reason)


def _is_seed_file(path: Path) -> bool:
    return format_of(path) is not None and not path.name.startswith(".")


def _not_found(path: Path, shipped: Iterable[str]) -> str:
    others = [name for name in (*shipped, *_beside(path)) if name != path.name]
    hint = did_you_mean(path.name, others)
    return f"is not a file, a directory or a built-in set ({', '.join(shipped)}){hint}"


def _beside(path: Path) -> list[str]:
    try:
        return [one.name for one in path.parent.iterdir() if _is_seed_file(one)]
    except OSError:
        return []
