"""Tests tools/check-docs: it accepts the documents, and finds each kind of mistake."""

import subprocess
from pathlib import Path

import pytest

from rootmode.project import TOP

PROGRAM = TOP / "tools" / "check-docs"
UNKNOWN = "_".join(("log", "nothing"))  # in two parts, because check-docs searches this file, too
MAIN = f"[`kernel_main`]({TOP}/kernel/main.c)"

GOOD = f"""# A page

See [below](#a-second-heading), {MAIN} and `log_line`.

## A `second` heading

Run `make check` and read kernel/main.c, `main.c` or `kernel_main`, kernel/main.c:

    kernel_main    kernel/main.c
    make iso
"""


def run(*documents: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([PROGRAM, *documents], capture_output=True, text=True, check=False)


def test_the_documents_are_right() -> None:
    result = run()
    assert (result.returncode, result.stdout) == (0, ""), result.stdout


def test_a_right_page_is_accepted(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(GOOD)
    assert run(page).stdout == ""


@pytest.mark.parametrize(("right", "wrong", "problem"), [
    ("#a-second-heading", "#a-third-heading", "page.md has no heading for #a-third-heading"),
    ("kernel/main.c)", "kernel/man.c)", "kernel/man.c does not exist"),
    ("kernel/main.c)", "kernel/main.c#L5-L99999)", "lines, not 99999"),
    ("[`kernel_main`]", "[`log_line`]", "kernel/main.c does not define log_line"),
    ("`log_line`.", f"`{UNKNOWN}`.", f"no source has the name {UNKNOWN}"),
    ("read kernel/main.c", "read kernel/maine.c", "there is no kernel/maine.c"),
    ("`main.c`", "`maine.c`", "there is no maine.c"),
    ("`kernel_main`, kernel", "`log_line`, kernel", "kernel/main.c does not define log_line"),
    ("    kernel_main ", "    log_line ", "kernel/main.c does not define log_line"),
    ("`make check`", "`make chek`", "make has no target chek"),
    ("    make iso", "    make so", "make has no target so"),
])
def test_a_mistake_is_found(tmp_path: Path, right: str, wrong: str, problem: str) -> None:
    page = tmp_path / "page.md"
    assert GOOD.count(right) == 1
    page.write_text(GOOD.replace(right, wrong))
    result = run(page)
    assert result.returncode == 1 and problem in result.stdout and result.stdout.count("\n") == 1


@pytest.mark.parametrize(("name", "right", "problem"), [
    ("verdicts.md", "### vmxon-fault\n", "no heading explains vmxon-fault"),
    ("verdicts.md", "but later ", "the log never says: finished, hung"),
    ("serial-log.md", "started: type ", "the log never says: monitor help"),
    ("troubleshooting.md", "passed no framebuffer, ", "the log never says: warning: the screen stays dark: the loader and UEFI"),
    ("troubleshooting.md", "clock is ", "the log never says: ... keeps its baud rate, because its unknown"),
    ("serial-log.md", "| `cpus=N` |", "no row describes the option cpus"),
    ("serial-log.md", "`control nmi [CPUS]`", "the request nmi is not described"),
])
def test_what_the_kernel_offers_has_to_be_described(tmp_path: Path, name: str, right: str, problem: str) -> None:
    page = tmp_path / "docs" / name
    page.parent.mkdir()
    page.write_text((TOP / "docs" / name).read_text().replace(right, ""))
    assert problem in run(page).stdout
