"""tools/mutate: which mutants there are, and a list of equivalent ones that cannot go stale."""

import subprocess
from pathlib import Path

import pytest

from rootmode import equivalent, mutants
from rootmode.mutants import Mutant
from rootmode.mutation import Result, Verdict
from rootmode.mutation_results import Results

TOP = Path(__file__).resolve().parents[2]
TOOL = TOP / "tools" / "mutate"

SOURCE = """\
/* a == b; */
#define MASK (1 + 2)
enum { COLOR_RED = 1, COLOR_BLUE = 2 };

static int decide(int a, int *b)
{
    int sum = a + 1;

    if (a < 4 && *b)
        note("a < b");
    for (int i = 0; i < 4; i++)
        sum |= a & 0x10;
    return sum == COLOR_RED ? 'x' : -1;
}
"""

# Each kind of mistake: the line before and after.
EXPECTED = (
    ("int sum = a + 1;", "int sum = a - 1;"),
    ("int sum = a + 1;", "int sum = a + 2;"),
    ("int sum = a + 1;", "int sum = a + 0;"),
    ("if (a < 4 && *b)", "if (!(a < 4 && *b))"),
    ("if (a < 4 && *b)", "if (0)"),
    ("if (a < 4 && *b)", "if (a <= 4 && *b)"),
    ("if (a < 4 && *b)", "if (a >= 4 && *b)"),
    ("if (a < 4 && *b)", "if (a < 4 || *b)"),
    ('note("a < b");', ";"),
    ("for (int i = 0; i < 4; i++)", "for (int i = 0; i < 4; i--)"),
    ("sum |= a & 0x10;", "sum &= a & 0x10;"),
    ("sum |= a & 0x10;", "sum |= a ;"),
    ("sum |= a & 0x10;", "sum |= a & 0x11;"),
    ("sum |= a & 0x10;", "sum |= a & 0x20;"),
    ("sum |= a & 0x10;", ";"),
    ("return sum == COLOR_RED ? 'x' : -1;", "return 0;"),
    ("return sum == COLOR_RED ? 'x' : -1;", "return sum != COLOR_RED ? 'x' : -1;"),
    ("return sum == COLOR_RED ? 'x' : -1;", "return sum == COLOR_BLUE ? 'x' : -1;"),
    ("return sum == COLOR_RED ? 'x' : -1;", "return sum == COLOR_RED ? 'y' : -1;"),
)


def _mutants(tmp_path: Path, source: str = SOURCE) -> list[Mutant]:
    (tmp_path / "a.c").write_text(source, "utf-8")
    return mutants.of_file(tmp_path, "a.c")


@pytest.mark.parametrize("before, after", EXPECTED)
def test_each_kind_of_mistake_is_made(tmp_path: Path, before: str, after: str) -> None:
    found = [mutant for mutant in _mutants(tmp_path) if (mutant.before, mutant.after) == (before, after)]
    assert len(found) == 1
    assert found[0].inside == "decide"
    assert found[0].apply(SOURCE).splitlines()[found[0].line - 1].split() == after.split()


def test_comments_strings_and_directives_stay() -> None:
    for mutant in mutants.of_file(TOP, "kernel/tables/fadt.c"):
        assert not mutant.before.startswith(("#", "/*", "//", "*/"))


def test_every_mutant_differs_from_its_source_in_one_place(tmp_path: Path) -> None:
    found = _mutants(tmp_path)
    assert len({mutant.apply(SOURCE) for mutant in found}) == len(found) > 30
    assert SOURCE not in {mutant.apply(SOURCE) for mutant in found}
    assert {mutant.line for mutant in found} & {1, 2} == set()


def _list(tmp_path: Path, after: str, reason: str) -> list[str]:
    (tmp_path / "tests").mkdir(exist_ok=True)
    (tmp_path / equivalent.LIST).write_text(
        '[[equivalent]]\nfile = "a.c"\ninside = "decide"\nbefore = "int sum = a + 1;"\n'
        f'after = "{after}"\nreason = "{reason}"\n', "utf-8")
    return equivalent.read(tmp_path)[1]


def test_an_entry_holds_wherever_its_line_moves(tmp_path: Path) -> None:
    _mutants(tmp_path, "\n\n\n" + SOURCE)
    assert not _list(tmp_path, "int sum = a - 1;", "a is 0")


@pytest.mark.parametrize("after, reason, problem", [
    ("int sum = a + 7;", "a is 0", "not a mutant of the source any more"),
    ("int sum = a - 1;", "", "no reason"),
])
def test_an_entry_without_source_or_reason_is_an_error(tmp_path: Path, after: str, reason: str, problem: str) -> None:
    _mutants(tmp_path)
    assert problem in "\n".join(_list(tmp_path, after, reason))


def test_the_list_fits_the_sources() -> None:
    done = subprocess.run([TOOL, "--check-list"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_seed_draws_the_same_mutants_and_another_seed_others() -> None:
    command = [str(TOOL), "--list", "--count", "20", "kernel/tables/madt.c", "--seed"]
    drawn = [subprocess.run([*command, seed], capture_output=True, text=True, check=True).stdout for seed in "112"]
    assert drawn[0] == drawn[1] != drawn[2]
    assert len(drawn[0].splitlines()) == 20


def test_a_file_that_is_not_there_is_named() -> None:
    done = subprocess.run([TOOL, "kernel/nothing.c"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (2, "no such file: kernel/nothing.c\n")


def _drawn(tmp_path: Path, source: str, seed: int = 1) -> list[Mutant]:
    (tmp_path / "a.c").write_text(source, "utf-8")
    return mutants.draw(tmp_path, ["a.c"], 1000, seed)


def test_an_edit_leaves_the_order_of_the_other_mutants(tmp_path: Path) -> None:
    before = [mutant.key for mutant in _drawn(tmp_path, SOURCE)]
    after = [mutant.key for mutant in _drawn(tmp_path, SOURCE.replace("int sum", "int more = a * 2;\n    int sum"))]
    assert [key for key in after if "more" not in key[2]] == before
    assert len(after) > len(before)
    assert [mutant.key for mutant in _drawn(tmp_path, SOURCE, 2)] != before


def _results(tmp_path: Path) -> Results:
    (tmp_path / "tests").mkdir(exist_ok=True)
    return Results(tmp_path / "results", tmp_path, tmp_path / "tests")


def test_a_run_that_was_cut_off_goes_on(tmp_path: Path) -> None:
    killed, survived, other = _mutants(tmp_path)[:3]
    results = _results(tmp_path)
    results.add(Result(killed, Verdict.KILLED, "test_a"))
    results.add(Result(survived, Verdict.SURVIVED))
    with (tmp_path / "results").open("a", encoding="utf-8") as file:
        file.write('{"verdict": "kil')
    again = _results(tmp_path)
    assert again.find(killed) == Result(killed, Verdict.KILLED, "test_a")
    assert again.find(survived) == Result(survived, Verdict.SURVIVED)
    assert again.find(other) is None
    again.add(Result(other, Verdict.BROKEN))
    assert _results(tmp_path).find(other) == Result(other, Verdict.BROKEN)


def test_a_survivor_is_judged_again_after_any_edit_and_a_killed_one_after_an_edit_of_its_source(tmp_path: Path) -> None:
    killed, survived = _mutants(tmp_path)[:2]
    results = _results(tmp_path)
    results.add(Result(killed, Verdict.KILLED, "test_a"))
    results.add(Result(survived, Verdict.SURVIVED))
    (tmp_path / "tests" / "test_a.py").write_text("assert True\n", "utf-8")
    assert _results(tmp_path).find(killed) and not _results(tmp_path).find(survived)
    (tmp_path / "a.c").write_text(SOURCE + "\n", "utf-8")
    assert not _results(tmp_path).find(killed)
