"""Has rootmode-check read many logs, with one process per CPU."""

import os
import subprocess
import tempfile
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from rootmode import checker
from rootmode_log import entry

_WORKERS_MAX = 8
_MIN_PER_WORKER = 32


@dataclass(frozen=True)
class Choice:
    """How to read: rootmode-check's options, and whether the cases of the self-test are wanted."""

    boot: int = 0
    requires: str = ""
    subtests: bool = False

    def options(self) -> list[str]:
        """Return the options."""
        return ["--caps", *(["--boot", str(self.boot)] if self.boot else []),
                *(["--requires", self.requires] if self.requires else [])]


class _Worker(threading.Thread):
    """Reads a part of the files. A file that ends the process is an error of that file alone."""

    def __init__(self, files: Sequence[str], choice: Choice, on_entry: Callable[[], None]) -> None:
        super().__init__(daemon=True)
        self._files, self._choice, self._on_entry = files, choice, on_entry
        self.entries: list[entry.Entry] = []
        self.failure: Exception | None = None

    def run(self) -> None:
        try:
            while len(self.entries) < len(self._files):
                self._read_on()
        except (OSError, checker.CheckerError) as error:
            self.failure = error

    def _read_on(self) -> None:
        """Read the files that have no entry yet, up to one that ends the process."""
        rest = self._files[len(self.entries):]
        command = [checker.program(), "--jsonl", *self._choice.options()]
        with tempfile.TemporaryFile() as names:
            by_name = _count_by_name(rest)
            if by_name:
                rest = rest[:by_name]
                names.write(b"".join(os.fsencode(name) + b"\n" for name in rest))
                names.seek(0)
            else:  # one that has to be an argument
                rest = rest[:1]
                command.append(rest[0] if rest[0] == "-" else os.path.abspath(rest[0]))
            with subprocess.Popen(command, stdin=names if by_name else None, stdout=subprocess.PIPE) as process:
                assert process.stdout
                for name, line in zip(rest, process.stdout, strict=False):
                    self._add(replace(entry.from_line(line.decode("utf-8"), self._choice.subtests), file=name))
        if len(self.entries) < len(self._files) and process.returncode != 0:
            if process.returncode == 2:
                raise checker.CheckerError("rootmode-check refuses its options: see above")
            name = self._files[len(self.entries)]
            self._add(entry.Entry(name, error=f"rootmode-check ended with {process.returncode}"))

    def _add(self, one: entry.Entry) -> None:
        self.entries.append(one)
        self._on_entry()


def _count_by_name(files: Sequence[str]) -> int:
    """Return how many files, from the first on, can be named in a line. The others must be arguments."""
    return next((index for index, name in enumerate(files) if name == "-" or "\n" in name), len(files))


def read(files: Sequence[str], choice: Choice, on_entry: Callable[[], None] = lambda: None) -> list[entry.Entry]:
    """Return an entry for each file, in their order. on_entry is called for each as it is read."""
    count = max(1, min(len(files) // _MIN_PER_WORKER, os.cpu_count() or 1, _WORKERS_MAX))
    size = -(-len(files) // count) if files else 1
    workers = [_Worker(files[start:start + size], choice, on_entry) for start in range(0, len(files), size)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
        if worker.failure:
            raise worker.failure
    return [one for worker in workers for one in worker.entries]
