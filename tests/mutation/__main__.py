"""``python -m tests.mutation``, from the root of the repository. README.md tells more."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from pathlib import Path

import click
import coverage

from tests.mutation.config import ROOT, Config, read_config, read_equivalent
from tests.mutation.lines import Lines
from tests.mutation.mutants import Mutant, Source, sample
from tests.mutation.report import Report, read_alive
from tests.mutation.tree import Tree, fingerprint
from tests.mutation.trial import Result, doubt, make_trees, try_all

KEPT = ROOT / ".mutants"
ANY_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.option("--sample", "count", default=300, show_default=True, help="How many mutants.")
@click.option("--seed", default=1, show_default=True, help="Another seed draws other mutants.")
@click.option("--workers", default=2, show_default=True, help="How many run at a time.")
@click.option("--config", "path", type=ANY_FILE, help="Another file than mutation.toml.")
@click.option("--again", type=ANY_FILE, help="Only the mutants that survived in this report.")
@click.option("--json", "target", type=ANY_FILE, default=KEPT / "report.json", show_default=True)
@click.option("--fail-under", default=0.0, help="Exit with 1 if the score is lower, in per cent.")
@click.option("--list", "only_list", is_flag=True, help="Print the mutants without trying them.")
def main(
    count: int,
    seed: int,
    workers: int,
    path: Path | None,
    again: Path | None,
    target: Path,
    fail_under: float,
    only_list: bool,
) -> None:
    """Change the code in many places, one at a time, and see whether a test notices."""
    config = read_config(path) if path else read_config()
    mutants = _survivors(again, config) if again else _drawn(config, count, seed)
    if only_list:
        for mutant in mutants:
            click.echo(f"{mutant.file}:{mutant.line}\n  - {mutant.before}\n  + {mutant.after}")
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    report = _tried(mutants, config, workers, target)
    click.echo(report.as_text())
    if report.score * 100 < fail_under:
        sys.exit(1)


def _drawn(config: Config, count: int, seed: int) -> list[Mutant]:
    return sample([Source(ROOT, file, config) for file in config.files(ROOT)], count, seed)


def _survivors(report: Path, config: Config) -> list[Mutant]:
    wanted = set(read_alive(report))
    files = sorted({key.file for key in wanted if (ROOT / key.file).exists()})
    made = (mutant for file in files for mutant in Source(ROOT, file, config).mutants())
    found = {mutant.key: mutant for mutant in made if mutant.key in wanted}
    for key in wanted - found.keys():
        click.echo(f"no longer in the code: {key.file}: {key.before}", err=True)
    return list(found.values())


def _tried(mutants: list[Mutant], config: Config, workers: int, target: Path) -> Report:
    report = Report([], read_equivalent(), config.packages)

    def tell(result: Result) -> None:
        report.results.append(result)
        _write(report, target)  # each time: a run that is interrupted is not lost
        place = f"{result.mutant.file}:{result.mutant.line}"
        done = f"{len(report.results)}/{len(mutants)}"
        click.echo(f"{done} {place} {result.outcome} {result.seconds:.1f} s")

    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        trees = make_trees(ROOT, Path(folder), workers)
        lines = _recorded(trees[0], config, workers)
        try_all(mutants, trees, lines, config, tell)
        doubt(report.results, trees[0], lines)
    _write(report, target)
    return report


def _write(report: Report, target: Path) -> None:
    target.write_text(json.dumps(report.as_json(), indent=1) + "\n", encoding="utf-8")


def _recorded(tree: Tree, config: Config, workers: int) -> Lines:
    """Return what the tests run, recorded anew unless the repository is as it was."""
    files = config.files(ROOT)
    folder, mark = KEPT / "recorded", KEPT / "recorded" / "fingerprint"
    now = fingerprint(ROOT, config)
    if not mark.exists() or mark.read_text(encoding="utf-8") != now:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        tree.record(folder, files, config.ignored_tests, workers)
        whole = coverage.Coverage(str(folder / "lines"), config_file=False, messages=False)
        whole.combine([str(folder)])
        whole.save()
        mark.write_text(now, encoding="utf-8")
    return Lines(folder, ROOT, files)


if __name__ == "__main__":
    main()
