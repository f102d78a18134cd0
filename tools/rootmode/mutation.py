"""Judges mutants: compiles each, links it with the test programs that use its source, and runs these."""

import enum
import re
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rootmode.mutants import Mutant
from rootmode.mutation_jobs import MEMORY, Processes
from rootmode.project import TOP

COMPILE_S = 120
CHECK_S = 900
BY_CHECK = "test-check"
CHECK_VARIANTS = ("rootmode-check", "rootmode-check-sanitized", "rootmode-check-fake")


class Verdict(enum.Enum):
    """What became of a mutant."""

    KILLED = "killed"
    SURVIVED = "survived"
    KNOWN = "survived, as listed"
    SAME_CODE = "same code"  # the compiler makes the same instructions of it, so it changes nothing
    LISTED = "listed as equivalent"
    BROKEN = "did not compile"
    ELSEWHERE = "not in the kernel"


@dataclass(frozen=True)
class Result:
    """A mutant's verdict, and the program that killed it."""

    mutant: Mutant
    verdict: Verdict
    by: str = ""


def make_variable(name: str, build: str) -> list[str]:
    """Return the words of a variable of the makefiles."""
    command = ["make", f"BUILD={build}", f"print-{name}"]
    return subprocess.run(command, cwd=TOP, capture_output=True, text=True, check=True).stdout.split()


@dataclass
class _File:
    """What tests a source."""

    programs: list[str]
    is_check: bool
    kills: Counter[tuple[str, str]] = field(default_factory=Counter)  # by function and test
    original: bytes = b""  # its optimized object


class BuiltTests:
    """The built tests, which the mutants of any source are linked with."""

    def __init__(self, tree: Path, build: str, jobs: int, unit_only: bool) -> None:
        self.processes = Processes()
        self.tree = tree
        self._unit_only = unit_only
        self._build = TOP / build / "mutate"
        command = ["make", f"-j{jobs}", f"BUILD={build}", "mutate-objects"]
        subprocess.run(command, cwd=TOP, check=True)
        self._compile = make_variable("MUTATE_COMPILE", build)
        self._sanitize = make_variable("MUTATE_SANITIZE", build)
        self._include = {"unit": make_variable("MUTATE_UNIT", build), "check": make_variable("MUTATE_CHECK", build)}
        self._check_own = make_variable("CHECK_OWN", build)
        self._check_sources = {*self._check_own, *make_variable("CHECK_SHARED", build)}
        self._check_tests = make_variable("MUTATE_CHECK_TESTS", build)
        self._libraries = make_variable("CHECK_LIBRARIES", build)
        self._seconds: dict[str, float] = {}
        self._files: dict[str, _File] = {}
        self._sound: dict[tuple[str, str], bool] = {}  # whether a test passes with the unchanged source, sanitized
        self._lock = threading.Lock()

    def prepare(self, changed: Iterable[str], directory: Path) -> str:
        """Find the tests of these sources and run them without a mutant. Return what is wrong, or ""."""
        for file in sorted(changed):
            if problem := self._prepare(file):
                return problem
        if self._unit_only or not any(file.is_check for file in self._files.values()):
            return ""
        self._link_check({}, directory)
        failed = self._pytest(directory, self._check_tests)
        return f"without a mutant, a test fails: {failed}" if failed else ""

    def _prepare(self, file: str) -> str:
        member = f"({Path(file).name}.o)"
        maps = sorted(self._build.glob("test_*.map"))
        tests = [name.stem for name in maps if (name.with_suffix("")).exists() and member in name.read_text("utf-8", "replace")]
        self._files[file] = _File(tests, file in self._check_sources)
        for test in tests:
            if test not in self._seconds:
                start = time.monotonic()
                if self.processes.run([str(self._build / test)], 300):
                    return f"{test} fails without a mutant"
                self._seconds[test] = time.monotonic() - start
        if not tests and not self._files[file].is_check:
            print(f"no test is linked with {file}: its mutants survive")
        return ""

    def remember(self, result: Result) -> None:
        """Note which test killed a mutant in an earlier run."""
        if test := result.by.removeprefix(BY_CHECK).split()[:1]:
            self._files[result.mutant.file].kills.update([(result.mutant.inside, test[0]), ("", test[0])])

    def judge(self, mutant: Mutant, directory: Path) -> Result:
        """Build the mutant in the directory, and run the tests of its source until one fails."""
        source = directory / mutant.file
        source.parent.mkdir(parents=True, exist_ok=True)
        source.write_text(mutant.apply((self.tree / mutant.file).read_text("utf-8")), "utf-8")
        if not self._object(source, directory / "mutant.o"):
            return Result(mutant, Verdict.BROKEN)
        by = self._unit(mutant, directory, sanitized=False)
        if not by and self._is_same(mutant.file, source, directory):
            return Result(mutant, Verdict.SAME_CODE)
        if not by and self._object(source, directory / "mutant.o", *self._sanitize):
            by = self._unit(mutant, directory, sanitized=True)
        if not by and self._files[mutant.file].is_check and not self._unit_only:
            by = self._check(mutant, source, directory)
        return Result(mutant, Verdict.KILLED if by else Verdict.SURVIVED, by)

    def _object(self, source: Path, to: Path, *flags: str, include: str = "unit") -> bool:
        command = [*self._compile, *flags, *self._include[include], "-c", str(source), "-o", str(to)]
        return self.processes.run(command, COMPILE_S, cwd=self.tree) == 0

    def _order(self, mutant: Mutant) -> list[str]:
        """Return the tests of a source, first those that killed most mutants of this function and of this source."""
        tested = self._files[mutant.file]
        own = f"test_{Path(mutant.file).stem}"
        kills = tested.kills
        return sorted(tested.programs, key=lambda test: (
            -kills[mutant.inside, test], -kills["", test], test != own, self._seconds[test]))

    def _unit(self, mutant: Mutant, directory: Path, *, sanitized: bool) -> str:
        file = mutant.file
        for test in self._order(mutant):
            if sanitized and not self._is_sound(file, test, directory):
                continue
            if self._fails(test, directory / "mutant.o", directory / "test", sanitized):
                with self._lock:
                    self._files[file].kills.update([(mutant.inside, test), ("", test)])
                return test + (" (sanitized)" if sanitized else "")
        return ""

    def _fails(self, test: str, changed: Path, program: Path, sanitized: bool) -> bool:
        kind = "sanitized" if sanitized else "unit"
        command = [self._compile[0], str(self._build / kind / f"tests/unit/{test}.c.o"), str(changed),
                   str(self._build / f"{kind}.a"), "-lcmocka", *(self._sanitize if sanitized else ()), "-o", str(program)]
        if self.processes.run(command, COMPILE_S):
            raise RuntimeError(f"cannot link {test} with {changed}")
        usual = self._seconds[test]
        memory = 0 if sanitized else MEMORY  # ASan reserves terabytes, and limits itself
        return self.processes.run([str(program)], 30 + 20 * usual, cpu_s=2 + int(20 * usual), memory=memory) != 0

    def _is_sound(self, file: str, test: str, directory: Path) -> bool:
        if (file, test) not in self._sound:
            original = directory / "original.o"
            self._object(self.tree / file, original, *self._sanitize)
            self._sound[file, test] = not self._fails(test, original, directory / "original", True)
        return self._sound[file, test]

    def _is_same(self, file: str, source: Path, directory: Path) -> bool:
        def optimized(code: Path) -> bytes:  # without the initialization, which stores where the kernel does not
            self._object(code, directory / "optimized.o", "-O2", "-ftrivial-auto-var-init=uninitialized")
            return (directory / "optimized.o").read_bytes()

        tested = self._files[file]
        tested.original = tested.original or optimized(self.tree / file)
        return optimized(source) == tested.original

    def _check(self, mutant: Mutant, source: Path, directory: Path) -> str:
        """Return what kills the mutant in rootmode-check. Run the file of tests first that killed most before."""
        self._object(source, directory / "check.o", include="check")
        self._link_check({mutant.file: str(directory / "check.o")}, directory)
        tests, kills = self._check_tests, self._files[mutant.file].kills
        ordered = sorted(tests, key=lambda test: (-kills[mutant.inside, test], -kills["", test], tests.index(test)))
        for some in (ordered[:1], ordered[1:]):
            if failed := self._pytest(directory, some):
                with self._lock:
                    kills.update([(mutant.inside, failed), ("", failed)])
                return f"{BY_CHECK} {failed}"
        return ""

    def _link_check(self, changed: dict[str, str], directory: Path) -> None:
        """Link the variants of rootmode-check with the changed objects."""
        built, programs = self._build / "check", directory / "build" / "check"
        programs.mkdir(parents=True, exist_ok=True)
        own = {name: str(built / f"{name}.o") for name in self._check_own} | changed
        fake = own | {"tools/check/hardware.c": str(built / "tests/check/fake_hardware.c.o")}
        for variant, objects in zip(CHECK_VARIANTS, (own, own, fake)):
            self._link(objects.values(), programs / variant)
        json = [str(built / "tests/check/json_strings.c.o"), own["tools/check/json.c"]]
        self._link(json, programs / "json-strings")

    def _pytest(self, directory: Path, tests: Sequence[str]) -> str:
        """Return the file of the first test that fails, or ""."""
        (report := directory / "report.xml").unlink(missing_ok=True)
        command = ["/usr/bin/python3", "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests,
                   f"--build={directory / 'build'}", f"--basetemp={directory / 'tmp'}", f"--junitxml={report}"]
        if not self.processes.run(command, CHECK_S):
            return ""
        text = report.read_text("utf-8", "replace") if report.exists() else ""
        failed = re.search(r'classname="([\w.]+)"[^>]*><(?:failure|error)', text)
        return failed[1].replace(".", "/") + ".py" if failed else tests[0]

    def _link(self, objects: Iterable[str], to: Path) -> None:
        command = [self._compile[0], *objects, str(self._build / "check.a"), *self._libraries, "-o", str(to)]
        if self.processes.run(command, COMPILE_S):
            raise RuntimeError(f"cannot link {to}")
