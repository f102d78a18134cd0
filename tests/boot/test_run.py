"""tools/run from outside: its exit codes, and what it says when it is asked for the impossible."""

import subprocess
from pathlib import Path

import pytest

RUN = Path(__file__).resolve().parents[2] / "tools" / "run"


def _run(*arguments: str, timeout_s: float = 60) -> subprocess.CompletedProcess:
    return subprocess.run(
        ["/usr/bin/python3", RUN, *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True,
        timeout=timeout_s, check=False,
    )


@pytest.mark.parametrize("arguments, says", [
    (("--cpus", "four"), "'four' is not a number"),
    (("--cpus", "0"), "at least 1"),
    (("--cpus", "99", "--vehicle", "bochs"), "Bochs has at most 15"),
    (("--vehicle", "vax"), "bochs, qemu, kvm, nested"),
    (("--firmware", "efi"), "bios, seabios, uefi"),
    (("--iso", "/no/such.iso"), "make iso"),
    (("--gdb", "1234", "--vehicle", "bochs"), "--vehicle qemu"),
    (("--gdb", "70000", "--vehicle", "qemu"), "port"),
    (("--no-such-option",), "--help"),
])
def test_usage(arguments: tuple[str, ...], says: str) -> None:
    done = _run(*arguments)
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("arguments, says", [
    (("--vehicle", "bochs", "--model", "8086"), "bochs --help cpu"),
    (("--vehicle", "bochs", "--memory", "9999999"), "out of range"),
    (("--vehicle", "qemu", "--model", "8086"), "unable to find CPU model"),
])
def test_machine_refused(iso: Path, arguments: tuple[str, ...], says: str) -> None:
    done = _run(*arguments, "--iso", str(iso))
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_verdict_is_the_exit_code(iso: Path) -> None:
    done = _run("--vehicle", "qemu", "--cpus", "", "--firmware", "", "--cmdline", "exit=debug", "--iso", str(iso))
    assert done.returncode == 77
    assert done.stdout.endswith("RESULT: UNSUPPORTED no-vmx\n")
    assert "\r" not in done.stdout
    assert "qemu, Skylake-Client, 4 CPUs" in done.stderr


def test_timeout(iso: Path, workdir: Path) -> None:
    done = _run("--vehicle", "qemu", "--firmware", "uefi", "--timeout", "1", "--iso", str(iso), "--keep", str(workdir))
    assert done.returncode == 124
    assert "no verdict within" in done.stderr
