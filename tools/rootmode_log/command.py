"""What rootmode-log does."""

import argparse
import contextlib
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence

from rootmode import checker
from rootmode_log import cases, compare, entry, expectation, judge, options, paths, qemu_cpu, reader, rows

EXIT_DEPARTURE, EXIT_UNREADABLE = 1, 3
Entries = Sequence[entry.Entry]


class CommandError(Exception):
    """It cannot be done. The message says why and what to do."""


def run(arguments: argparse.Namespace) -> int:
    """Do it, and return the exit status."""
    if arguments.version:
        done = subprocess.run([checker.program(), "--version"], capture_output=True, text=True, check=True)
        print(done.stdout.replace("rootmode-check", "rootmode-log"), end="")
        return 0
    expected = expectation.read(arguments.expect) if arguments.expect else None
    files = paths.expand(arguments.files or ["-"])
    if arguments.compare and len(files) != 2:
        raise CommandError("--compare needs two logs, not folders")
    if arguments.write_expect and len(files) != 1:
        raise CommandError("--write-expect needs one log")
    entries = _read(files, arguments)
    if expected:
        return _judge(entries, expected, arguments.machine)
    return _mode(arguments)(entries, arguments)


def _mode(arguments: argparse.Namespace) -> Callable[[Entries, argparse.Namespace], int]:
    if arguments.compare:
        return _compare
    if arguments.baseline:
        return _baseline
    if arguments.requires:
        return _requires
    return _write_expectation if arguments.write_expect else _list


def _read(files: Sequence[str], arguments: argparse.Namespace) -> Entries:
    subtests = arguments.format in ("junit", "tap") or bool(arguments.expect) or arguments.write_expect
    choice = reader.Choice(arguments.boot, arguments.requires, subtests)
    with _progress(len(files)) as on_entry:
        return reader.read(files, choice, on_entry)


@contextlib.contextmanager
def _progress(count: int) -> Iterator[Callable[[], None]]:
    """Show a progress bar on a terminal, if it takes long enough to be seen."""
    if count < 100 or not sys.stderr.isatty():
        yield lambda: None
        return
    from rich import console, progress  # pylint: disable=import-outside-toplevel  # slow, and seldom needed
    with progress.Progress(console=console.Console(stderr=True), transient=True) as shown:
        task = shown.add_task("reading", total=count)
        yield lambda: shown.advance(task)


def _list(entries: Entries, arguments: argparse.Namespace) -> int:
    try:
        _write(entries, arguments.format)
    except ImportError as error:
        raise CommandError(f"--format {arguments.format} needs Python's {error.name} (Debian: python3-{error.name})") from None
    return EXIT_UNREADABLE if any(one.error for one in entries) else 0


def _write(entries: Entries, form: str) -> None:
    # pylint: disable=import-outside-toplevel  # only the form that is asked for needs its library
    if form == "table":
        from rootmode_log import table
        table.show(entries)
        return
    parts: Iterator[str]
    if form == "junit":
        from rootmode_log import junit
        parts = junit.to_junit(entries)
    elif form == "html":
        from rootmode_log import page
        parts = iter([page.to_html(entries)])
    else:
        forms: dict[str, Callable[[], Iterator[str]]] = {
            "json": lambda: rows.to_json(entries), "jsonl": lambda: rows.to_jsonl(entries),
            "csv": lambda: iter([rows.to_csv(entries)]), "markdown": lambda: iter([rows.to_markdown(entries)]),
            "tap": lambda: cases.to_tap(list(entries)),
        }
        parts = forms[form]()
    sys.stdout.writelines(parts)


def _readable(entries: Entries) -> Entries:
    """Return those that could be read; say of the others why not."""
    for one in entries:
        if one.error:
            print(f"rootmode-log: {one.file}: {one.error}", file=sys.stderr)
    return [one for one in entries if not one.error]


def _compare(entries: Entries, arguments: argparse.Namespace) -> int:
    if len(_readable(entries)) != 2:
        return EXIT_UNREADABLE
    first, second = entries
    if arguments.form != "text":
        for name in sorted(first.capabilities - second.capabilities):
            print(f"rootmode-log: {second.machine} lacks {name}, which {first.machine} has", file=sys.stderr)
        print(qemu_cpu.FORMS[arguments.form](second.capabilities - first.capabilities))
        return 0
    lines = list(compare.differences(first, second))
    print("\n".join(lines) if lines else "no difference")
    return EXIT_DEPARTURE if lines else 0


def _baseline(entries: Entries, arguments: argparse.Namespace) -> int:
    kept = [one for one in _readable(entries) if one.cpus]
    if not kept:
        raise CommandError("--baseline needs at least one log with CPUs")
    common = compare.common(kept)
    if arguments.form == "text":
        print("\n".join(sorted(common)))
    else:
        for one in kept:
            comment = f"# {one.file}: " if arguments.form == "qemu" else f"<!-- {one.file.replace('--', '- -')} -->\n"
            print(f"{comment}{qemu_cpu.FORMS[arguments.form](one.capabilities - common)}")
    return EXIT_UNREADABLE if len(kept) < len(entries) else 0


def _judge(entries: Entries, expected: expectation.Expectation, machine: str) -> int:
    departed = 0
    for one in entries:
        lines = list(judge.departures(one, expected, machine or one.machine))
        departed += bool(lines)
        for line in lines:
            print(f"{one.file}: {line}")
    print(f"{len(entries)} logs, {departed} with departures")
    return EXIT_DEPARTURE if departed else 0


def _requires(entries: Entries, _: argparse.Namespace) -> int:
    status = 0
    for one in _readable(entries):
        for line in one.requires:
            print(f"{one.file}: {line}")
        status = max(status, one.requires_status)
    return EXIT_UNREADABLE if any(one.error for one in entries) else status


def _write_expectation(entries: Entries, arguments: argparse.Namespace) -> int:
    kept = _readable(entries)
    if not kept:
        return EXIT_UNREADABLE
    print("# Made by rootmode-log --write-expect; remove what need not be so, and say the cause of each deviation.")
    print("\n".join(expectation.to_toml(judge.expectation_of(kept[0], arguments.machine))))
    return 0


def main(arguments: list[str]) -> int:
    """See options.EPILOG for the exit status."""
    made = options.parser()
    with contextlib.suppress(ImportError):
        import argcomplete  # pylint: disable=import-outside-toplevel  # only completion needs it
        argcomplete.autocomplete(made)
    try:
        return run(options.parse(arguments, made))
    except (CommandError, expectation.ExpectationError) as error:
        print(f"rootmode-log: {error}", file=sys.stderr)
        return options.EXIT_USAGE
    except checker.CheckerError as error:
        print(f"rootmode-log: {error}", file=sys.stderr)
        return EXIT_UNREADABLE
