"""tools/mutate-boot: what boots say of a mutant, which mutants it takes, and that nothing goes on running."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from rootmode import equivalent, mutants, namespace
from rootmode.mutants import Mutant
from rootmode.mutation import Result, Verdict
from rootmode.mutation_boots import BootTests, failure
from rootmode.mutation_jobs import TIME_OVER, Processes, spread
from rootmode.mutation_results import Results

TOP = Path(__file__).resolve().parents[2]
TOOL = TOP / "tools" / "mutate-boot"
PYTEST = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider")

# A project as far as BootTests cares: its kernel is a program, and to boot it is to run it.
FILE = "kernel/a.c"
PROJECT = {
    FILE: """\
enum { UNUSED = 5 };
int main(int count, char **words)
{
    volatile int spare = 7;

    switch (count) {
    case 1:
        return 0;
    case 2:
        return 6;
    }
    return 1;
}
""",
    "Makefile": """\
all: build/rootmode
build/%.c.o: %.c
\t@mkdir -p $(@D)
\t@gcc -O1 -g -c $< -o $@
build/rootmode: build/kernel/a.c.o
\t@gcc $< -o $@
""",
    "tests/boot/test_a.py": """\
import subprocess
from pathlib import Path
import pytest

@pytest.mark.parametrize("words, status", [([], 0), (["word"], 6)], ids=["none", "one"])
def test_boot(words, status):
    assert subprocess.run(["build/rootmode", *words]).returncode == status

def test_unsteady():
    if "spare = 6" in Path("kernel/a.c").read_text() and not Path("seen").exists():
        Path("seen").touch()
        assert False
""",
    "tests/boot/boot_case.py": "",
    "tests/boot/conftest.py": "def pytest_addoption(parser):\n    parser.addoption('--iso')\n",
    "setup.cfg": "[tool:pytest]\npythonpath = tools\n",
}
VARIABLES = {"SOURCES": [FILE], "MUTATE_BOOT_KERNELS": ["all"], "MUTATE_BOOT_ONCE": [], "MUTATE_BOOT_TESTS": ["tests/boot"]}


@pytest.fixture(name="project")
def _project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in PROJECT.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    (tmp_path / "tools").symlink_to(TOP / "tools")
    monkeypatch.setattr("rootmode.mutation_boots.make_variable", lambda name, build: VARIABLES[name])
    return tmp_path


def _mutant(project: Path, before: str, after: str) -> Mutant:
    return next(one for one in mutants.of_file(project, FILE) if (one.before, one.after) == (before, after))


@pytest.mark.parametrize("before, after, verdict, by", [
    ("case 1:", "case 0:", Verdict.KILLED, "tests/boot/test_a.py::test_boot[none]"),
    ("return 6;", "return 7;", Verdict.KILLED, "tests/boot/test_a.py::test_boot[one]"),
    ("volatile int spare = 7;", "volatile int spare = 8;", Verdict.SURVIVED, ""),
    ("volatile int spare = 7;", "volatile int spare = 6;", Verdict.SURVIVED, ""),  # a test fails once
    ("enum { UNUSED = 5 };", "enum { UNUSED = 6 };", Verdict.SAME_CODE, ""),
    ("case 1:", "case 2:", Verdict.BROKEN, ""),
])
def test_verdict(project: Path, before: str, after: str, verdict: Verdict, by: str) -> None:
    tests = BootTests([project], "build")
    mutant = _mutant(project, before, after)
    assert tests.judge(mutant, project) == Result(mutant, verdict, by)
    assert (project / FILE).read_text("utf-8") == PROJECT[FILE]
    harmless = _mutant(project, "volatile int spare = 7;", "volatile int spare = 8;")
    assert tests.judge(harmless, project).verdict == Verdict.SURVIVED, "nothing of the last mutant is left"


def test_a_mutant_of_another_program_is_not_booted(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(VARIABLES, "SOURCES", ["kernel/b.c"])
    mutant = _mutant(project, "return 6;", "return 7;")
    assert BootTests([project], "build").judge(mutant, project) == Result(mutant, Verdict.ELSEWHERE)


def test_a_test_that_fails_without_a_mutant_is_named(project: Path) -> None:
    (project / FILE).write_text(PROJECT[FILE].replace("return 6", "return 5"), "utf-8")
    assert BootTests([project], "build").prepare(project) == \
        "without a mutant, a boot test fails: tests/boot/test_a.py::test_boot[one]"


def test_tests_that_cannot_run_are_no_verdict() -> None:
    with pytest.raises(RuntimeError, match="pytest ended with 4"):
        failure("pytest ended with 4")


def _ids(*arguments: str) -> list[str]:
    command = [*PYTEST, "--collect-only", *arguments]
    environment = os.environ | {"PYTHONPATH": str(TOP / "tools")}
    said = subprocess.run(command, cwd=TOP, env=environment, capture_output=True, text=True, timeout=120, check=True).stdout
    return [line for line in said.splitlines() if "::" in line]


def test_the_chosen_boots_exist_and_the_quick_ones_are_first() -> None:
    command = ["make", "-s", "print-MUTATE_BOOT_TESTS"]
    chosen = subprocess.run(command, cwd=TOP, capture_output=True, text=True, check=True).stdout.split()
    assert _ids("-p", "rootmode.mutation_order", *chosen) == _ids(*chosen)[::-1]


def test_what_a_test_starts_ends_with_it_in_whatever_session() -> None:
    if not namespace.alone():
        pytest.skip("no process namespaces here: an emulator ends by its own time limit")
    words = f"271828{time.time_ns()}"
    processes = Processes()
    assert processes.run([*namespace.alone(), "sh", "-c", f"setsid sleep {words} & sleep {words}"], 1) == TIME_OVER
    time.sleep(0.2)
    assert subprocess.run(["pgrep", "-f", f"sleep {words}"], capture_output=True, check=False).returncode == 1


def test_nothing_runs_after_an_interruption(tmp_path: Path) -> None:
    processes = Processes()

    def work(item: int, directory: Path) -> int:
        return processes.run(["touch", str(directory / str(item))], 60)

    results = spread(work, range(3), [tmp_path], processes)
    assert next(results) == 0
    results.close()  # type: ignore[attr-defined]
    assert processes.run(["touch", str(tmp_path / "late")], 60) == TIME_OVER
    assert not (tmp_path / "late").exists()


def test_kept_results_are_found_by_verdict(tmp_path: Path) -> None:
    for name in (FILE, "tests/x.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(PROJECT.get(name, ""), "utf-8")
    first, second, third = mutants.of_file(tmp_path, FILE)[:3]
    kept = Results(tmp_path / "results", tmp_path, tmp_path / "tests")
    for mutant, verdict in ((third, Verdict.SURVIVED), (first, Verdict.SURVIVED), (second, Verdict.KILLED)):
        kept.add(Result(mutant, verdict))
    again = Results(tmp_path / "results", tmp_path, tmp_path / "tests")
    assert (again.having(Verdict.SURVIVED), again.having(Verdict.KILLED)) == ([first, third], [second])
    (tmp_path / FILE).write_text(PROJECT[FILE] + "\n", "utf-8")
    assert Results(tmp_path / "results", tmp_path, tmp_path / "tests").having(Verdict.KILLED) == []


def _listed(project: Path, kind: str, boot: str) -> list[str]:
    (project / equivalent.LIST).write_text(
        f'[[{kind}]]\nfile = "{FILE}"\ninside = "main"\nbefore = "return 6;"\nafter = "return 7;"\n'
        f'reason = "x"\nboot = "{boot}"\n', "utf-8")
    return equivalent.read(project)[1]


@pytest.mark.parametrize("kind, boot, problem", [
    ("survivor", "tests/boot/test_a.py::test_boot[one]", ""),
    ("survivor", "tests/boot/test_a.py::test_root", "no such boot test: tests/boot/test_a.py::test_root"),
    ("survivor", "tests/boot/test_b.py::test_boot", "no such boot test: tests/boot/test_b.py::test_boot"),
    ("survivor", "tests/boot/test_a.py", "no such boot test: tests/boot/test_a.py"),
    ("equivalent", "tests/boot/test_a.py::test_unsteady", "a boot kills it, so it changes something: "),
])
def test_the_boot_that_an_entry_names(project: Path, kind: str, boot: str, problem: str) -> None:
    problems = _listed(project, kind, boot)
    assert problem in "\n".join(problems) and len(problems) == bool(problem)


def test_the_listed_survivors_are_what_it_boots() -> None:
    listed, problems = equivalent.read(TOP)
    assert not problems
    said = subprocess.run([TOOL, "--list"], capture_output=True, text=True, check=True).stdout.splitlines()
    assert len(said) >= list(listed.values()).count(equivalent.SURVIVOR) > 0
    assert subprocess.run([TOOL, "--list", "kernel/main.c"], capture_output=True, text=True, check=True).stdout.strip() == ""
