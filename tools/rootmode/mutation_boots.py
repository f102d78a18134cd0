"""Judges mutants by boots: builds the kernels with each in a copy of the project, and runs the boot tests there."""

import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from rootmode import namespace
from rootmode.mutants import Mutant
from rootmode.mutation import COMPILE_S, Result, Verdict, make_variable
from rootmode.mutation_jobs import TIME_OVER, Processes
from rootmode.project import TOP

_BOOTS_S = 3600  # many times what the tests take, however busy the host is
_BOOT_CPU_S = 40  # ten times what the longest boot takes: a kernel that spins ends, and a host that is busy ends none
_MEMORY = 8 << 30  # QEMU reserves memory for each CPU that it never uses
TOO_LONG = f"all of them together, which took more than {_BOOTS_S} s"

# What an outer make is told is not for the copy.
_MAKE = ("env", "-u", "MAKEFLAGS", "-u", "MAKELEVEL", "make", "WARNINGS=-w")


class BootTests:
    """The boot tests, and the kernels that they boot, in copies of the project."""

    def __init__(self, trees: Sequence[Path], build: str) -> None:
        self.processes = Processes()
        self._sources = make_variable("SOURCES", build)
        self._kernels = make_variable("MUTATE_BOOT_KERNELS", build)
        self._tests = make_variable("MUTATE_BOOT_TESTS", build)
        first, *others = trees
        version = [subprocess.run([TOP / "tools" / "version", word], capture_output=True, text=True, check=True).stdout.strip()
                   for word in ("name", "date")]
        (first / "VERSION").write_text(" ".join(version) + "\n", "utf-8")
        goals = [*self._kernels, *make_variable("MUTATE_BOOT_ONCE", build)]
        subprocess.run([*_MAKE, f"-j{len(trees)}", *goals], cwd=first, stdout=subprocess.DEVNULL, check=True)
        for tree in others:
            shutil.copytree(first, tree, dirs_exist_ok=True)

    def prepare(self, tree: Path) -> str:
        """Run the tests without a mutant. Return what is wrong, or ""."""
        failed = self._killer(tree)
        return f"without a mutant, a boot test fails: {failed}" if failed else ""

    def judge(self, mutant: Mutant, tree: Path) -> Result:
        """Build the kernels with the mutant, and run the tests until one fails. Leave the source as it was."""
        if mutant.file not in self._sources:
            return Result(mutant, Verdict.ELSEWHERE)
        source, built = tree / mutant.file, tree / "build" / f"{mutant.file}.o"
        text, code = source.read_text("utf-8"), self._code(built, tree)
        source.write_text(mutant.apply(text), "utf-8")
        try:
            if self.processes.run([*_MAKE, *self._kernels], COMPILE_S, cwd=tree):
                return Result(mutant, Verdict.BROKEN)
            if self._code(built, tree) == code:
                return Result(mutant, Verdict.SAME_CODE)
            by = self._killer(tree)
            return Result(mutant, Verdict.KILLED if by else Verdict.SURVIVED, by)
        finally:
            source.write_text(text, "utf-8")
            self.processes.run([*_MAKE, str(built.relative_to(tree))], COMPILE_S, cwd=tree)

    def _code(self, built: Path, tree: Path) -> bytes:
        """Return an object without what is only for debuggers: values of constants that no code uses."""
        stripped = tree / "stripped.o"
        self.processes.run(["strip", "--strip-debug", "-o", str(stripped), str(built)], COMPILE_S)
        return stripped.read_bytes()

    def _killer(self, tree: Path) -> str:
        """Return the test that fails, again when it runs alone, or ""."""
        unsteady: list[str] = []
        while failed := self._first_failure(tree, [*self._tests, *(f"--deselect={test}" for test in unsteady)]):
            if failed == TOO_LONG or self._first_failure(tree, [failed]):
                return failed
            unsteady.append(failed)
        return ""

    def _first_failure(self, tree: Path, arguments: Sequence[str]) -> str:
        """Return the first test that fails, or ""."""
        (report := tree / "report.xml").unlink(missing_ok=True)
        command = [*namespace.alone(), "/usr/bin/python3", "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider",
                   "-p", "rootmode.mutation_order", "--iso=build/rootmode.iso", f"--junitxml={report}", *arguments]
        status = self.processes.run(command, _BOOTS_S, cpu_s=_BOOT_CPU_S, memory=_MEMORY, cwd=tree)
        if status in (0, TIME_OVER):
            return TOO_LONG if status else ""
        return failure(report.read_text("utf-8", "replace") if report.exists() else f"pytest ended with {status}")


def failure(report: str) -> str:
    """Return the test that a report of pytest says failed, as pytest names it. Raises RuntimeError if there is none."""
    found = re.search(r'<testcase classname="([\w.]+)" name="([^"]+)"[^>]*><(?:failure|error)', report)
    if not found:
        raise RuntimeError(f"no boot test failed, but: {report}")
    return f"{found[1].replace('.', '/')}.py::{found[2]}"
