"""Runs the jobs of mutation testing: copied sources, a directory for each job, and processes with limits."""

import argparse
import os
import queue
import resource
import shutil
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from rootmode.project import TOP, files

MEMORY = 2 << 30
TIME_OVER = 124
_FILE = 1 << 30

Item = TypeVar("Item")
Done = TypeVar("Done")


class Processes:
    """Runs commands with limits, each in a process group of its own, and leaves no process behind."""

    def __init__(self) -> None:
        self._live: set[int] = set()
        self._stopped = False
        self._lock = threading.Lock()

    def run(
        self, command: Sequence[str], wall_s: float, *, cpu_s: int = 600, memory: int = MEMORY, cwd: Path = TOP
    ) -> int:
        """Return the exit status, or TIME_OVER, at once after stop()."""
        def limit() -> None:
            resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            resource.setrlimit(resource.RLIMIT_FSIZE, (_FILE, _FILE))
            if memory:
                resource.setrlimit(resource.RLIMIT_AS, (memory, memory))

        if self._stopped:
            return TIME_OVER
        environment = os.environ | {"ASAN_OPTIONS": "hard_rss_limit_mb=2048:detect_leaks=0",
                                    "PYTHONPATH": str(cwd / "tools"), "UNIT_STOP": "1"}
        with subprocess.Popen(  # pylint: disable=subprocess-popen-preexec-fn
            command, cwd=cwd, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True, preexec_fn=limit, env=environment,
        ) as process, self._noted(process.pid):
            try:
                return process.wait(wall_s)
            except subprocess.TimeoutExpired:
                return TIME_OVER

    @contextmanager
    def _noted(self, pid: int) -> Iterator[None]:
        with self._lock:
            self._live.add(pid)
            if self._stopped:
                _kill_group(pid)
        try:
            yield
        finally:
            _kill_group(pid)
            with self._lock:
                self._live.discard(pid)

    def stop(self) -> None:
        """Kill all that still runs, and run nothing more."""
        with self._lock:
            self._stopped = True
            for pid in self._live:
                _kill_group(pid)


def _kill_group(pid: int) -> None:
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass  # all its processes have ended


def copy_project(tree: Path, endings: tuple[str, ...] = ("",)) -> Path:
    """Copy all files that end so, so that a run is about one state of the project, whatever is edited meanwhile."""
    shutil.rmtree(tree, ignore_errors=True)
    for name in files():
        if name.endswith(endings):
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(TOP / name, tree / name)
    return tree


def copy_sources(build: str) -> Path:
    """Copy all C to the build directory."""
    return copy_project(TOP / build / "mutate" / "tree", (".c", ".h"))


def until_interrupted(run: Callable[[argparse.Namespace], int], arguments: argparse.Namespace) -> int:
    """Return the exit status of the run, or 2 if Ctrl-C or SIGTERM ends it."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return run(arguments)
    except KeyboardInterrupt:
        print("interrupted")
        return 2


@contextmanager
def directories(build: str, jobs: int, name: str = "job") -> Iterator[list[Path]]:
    """Make a directory for each job, and remove them at the end."""
    made = [TOP / build / "mutate" / f"{name}{number}" for number in range(jobs)]
    for directory in made:
        shutil.rmtree(directory, ignore_errors=True)
        directory.mkdir(parents=True)
    try:
        yield made
    finally:
        for directory in made:
            shutil.rmtree(directory, ignore_errors=True)


def spread(
    work: Callable[[Item, Path], Done], items: Sequence[Item], free: Sequence[Path], processes: Processes
) -> Iterator[Done]:
    """Return the result of the work on each, in this order, with one job for each of the directories."""
    places: queue.Queue[Path] = queue.Queue()
    for directory in free:
        places.put(directory)

    def one(item: Item) -> Done:
        directory = places.get()
        try:
            return work(item, directory)
        finally:
            places.put(directory)

    with ThreadPoolExecutor(len(free)) as pool:
        try:
            yield from pool.map(one, items)
        finally:
            processes.stop()
            pool.shutdown(cancel_futures=True)
