"""Tests that the makefiles' lists contain every source file that git knows, in whatever folder: each is
compiled, analyzed, formatted and, where possible, tested on the host."""

import subprocess
from pathlib import Path

from rootmode.project import TOP, outside_make

# Not compiled for tests on the host, which use libc's functions or the test's own main() instead.
MACHINE_ONLY = ("kernel/main.c", "kernel/lib/string.c", "kernel/run/panic.c")


def _made(variable: str, *settings: str) -> set[str]:
    command = ["make", "-s", f"print-{variable}", *settings]
    return set(subprocess.run(command, cwd=TOP, capture_output=True, text=True, check=True).stdout.split())


def _tracked(*patterns: str) -> set[str]:
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", *patterns]
    names = subprocess.run(command, cwd=TOP, capture_output=True, text=True, check=True).stdout.split()
    return {name for name in names if (TOP / name).is_file()}


def _product(ending: str) -> set[str]:
    return _tracked(f"boot/*{ending}", f"kernel/*{ending}", f"arch/*{ending}")


def test_an_object_has_one_name_however_its_folder_is_given() -> None:
    """The compiler writes that name into the dependencies: by another one, a changed header would not be noticed."""
    assert _made("KERNEL", f"BUILD={TOP}/build/other") == _made("KERNEL", "BUILD=build/other")


def test_the_kernel_is_made_of_all_its_sources() -> None:
    assert _made("SOURCES") == _product(".c") | _product(".asm")


def test_all_c_is_laid_out() -> None:
    assert _made("ALL_C") == _tracked("*.c", "*.h")


def test_all_c_but_the_proofs_is_analyzed_by_clang_tidy() -> None:
    assert _made("KERNEL_C") | _made("HOST_C") | _made("SPOIL_C") == _tracked("*.c") - _tracked("tests/proof/*.c")


def test_all_of_kernel_is_tested_on_the_host_but_what_is_the_machine() -> None:
    on_host = {name for name in _made("HOST_SOURCES") if name.startswith("kernel/")}
    assert on_host == {name for name in _product(".c") if name.startswith("kernel/")} - set(MACHINE_ONLY)


def test_every_unit_test_and_fuzz_target_is_run() -> None:
    assert {Path(name).name for name in _made("UNIT_TESTS")} == {Path(name).stem for name in _tracked("tests/unit/test_*.c")}
    assert {Path(name).name for name in _made("FUZZ_TARGETS")} == {Path(name).stem for name in _tracked("tests/fuzz/fuzz_*.c")}


def test_one_pytest_call_can_take_all_folders() -> None:
    """pytest imports a test file by its base name."""
    names = [Path(path).name for path in _tracked("tests/**/test_*.py")]
    assert sorted(names) == sorted(set(names))


def test_make_finds_the_scripts_without_a_warning() -> None:
    done = subprocess.run(
        ["make", "-n", "check-shell", "check-python"], cwd=TOP, env=outside_make(), capture_output=True, text=True,
        timeout=60, check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert " tools/setup" in done.stdout and " tools/run" in done.stdout, "one is of each kind"
