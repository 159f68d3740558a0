"""Which files are meant by a name."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path

from mock_server.seeds.formats import SUFFIXES, format_of
from mock_server.seeds.mistakes import unreadable
from mock_server.text import did_you_mean


def shipped_sets() -> dict[str, Path]:
    """Return the sets that come with the package: name → file."""
    package = Path(str(files("mock_server")))
    # In a wheel they lie inside the package, in a checkout beside it.
    for folder in (package / "fixtures", package.parent / "fixtures"):
        if folder.is_dir():
            return {path.stem: path for path in sorted(folder.iterdir()) if format_of(path)}
    return {}


def fixture_files(name: str, folder: Path | None = None) -> list[Path]:
    """Return the file of this name, or those of the directory, or that of the shipped set.

    :param folder: where paths begin that are not absolute; by default the working directory
    :raises FixtureError: when there is no such thing
    """
    path = Path(name) if folder is None else folder / name
    try:
        if name and path.is_dir():
            return _files_in(name, path)
    except OSError as error:
        raise unreadable(name, None, f"can not be read: {error.strerror}") from None
    if name and path.exists():
        return [path]
    shipped = shipped_sets()
    if name in shipped:
        return [shipped[name]]
    raise unreadable(name, None, _no_such_thing(path, shipped))


def _files_in(name: str, folder: Path) -> list[Path]:
    """Return the seed files in a directory: there are some, unless only hidden files keep it."""
    there = sorted(folder.iterdir())
    found = list(filter(_is_fixture_file, there))
    if not found and not (there and all(path.name.startswith(".") for path in there)):
        what = f"has no seed file in it ({', '.join(SUFFIXES)})" if there else "is empty"
        raise unreadable(name, None, f"{what}; is it the right directory?")
    return found


def _is_fixture_file(path: Path) -> bool:
    return format_of(path) is not None and not path.name.startswith(".")


def _no_such_thing(path: Path, shipped: Iterable[str]) -> str:
    reason = f"is no file, directory or shipped set ({', '.join(shipped)})"
    others = [name for name in (*shipped, *_beside(path)) if name != path.name]
    return f"{reason}{did_you_mean(path.name, others)}"


def _beside(path: Path) -> list[str]:
    try:
        return [one.name for one in path.parent.iterdir() if _is_fixture_file(one)]
    except OSError:
        return []
