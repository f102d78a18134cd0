"""Tests tools/run: its exit status, and its messages for machines that are not possible."""

import runpy
import socket
import subprocess
from pathlib import Path

import pytest

from rootmode.project import TOP

RUN = TOP / "tools" / "run"


def _run(*arguments: str, timeout_s: float = 60) -> subprocess.CompletedProcess[str]:
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
    (("--iso", "/no/such.iso", "--door", "iso"), "make iso"),
    (("--iso", "/no/such.iso", "--vehicle", "qemu"), "build it with 'make'"),
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
    (("--vehicle", "bochs", "--model", "8086"), "no CPU model '8086'"),
    (("--vehicle", "bochs", "--memory", "9999999"), "out of range"),
    (("--vehicle", "qemu", "--model", "8086"), "unable to find CPU model"),
    (("--vehicle", "bochs", "--firmware", "uefi32"), "'uefi32' needs QEMU or KVM"),
    (("--vehicle", "bochs", "--firmware", "seabios", "--door", "kernel"), "the door 'kernel' needs a BIOS, in Bochs its own"),
    (("--vehicle", "qemu", "--firmware", "uefi", "--door", "kernel"), "the door 'kernel' needs a BIOS, in Bochs its own"),
    (("--door", "window"), "no door 'window': use one of iso, kernel"),
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


def test_addresses_of_an_error_are_named(iso: Path) -> None:
    kernel = iso.parent / "inject" / "rootmode.iso"
    done = _run("--vehicle", "qemu", "--cmdline", "exit=debug inject=vmx inject=gp@1/leave", "--iso", str(kernel))
    assert done.returncode == 3
    named = [line for line in done.stderr.splitlines() if line.startswith("tools/run: 0x")]
    assert "general_protection+0x" in named[0] and "inject_exceptions.c:" in named[0]
    assert any(" ap_main+0x" in line for line in named[1:])


def test_grub_line_keeps_the_default_command_line(iso: Path) -> None:
    done = _run("--vehicle", "qemu", "--cpus", "1", "--grub", "set x=y", "--iso", str(iso))
    assert done.returncode == 77
    assert 'command line "prove"' in done.stdout


def test_the_kernel_alone_runs_what_the_menus_default_entry_runs(iso: Path) -> None:
    done = _run("--vehicle", "qemu", "--cpus", "1", "--iso", str(iso))
    assert done.returncode == 77
    assert "the kernel, without GRUB" in done.stderr
    assert 'loaded by a PVH loader, command line "prove"' in done.stdout


def test_the_kernel_alone_runs_in_bochs_with_its_command_line(iso: Path) -> None:
    line = "prove exit=debug \"it's"
    done = _run("--vehicle", "bochs", "--door", "kernel", "--cpus", "2", "--cmdline", line, "--iso", str(iso))
    assert done.returncode == 0
    assert f'loaded by a PVH loader, command line "{line}"' in done.stdout
    assert "acpi: MADT: CPUs enabled: 2, not enabled: 0" in done.stdout


def test_a_kernel_too_large_for_the_memory_of_bochs_is_refused(iso: Path, workdir: Path) -> None:
    kernel = bytearray(iso.with_suffix(".elf").read_bytes())
    at = int.from_bytes(kernel[32:40], "little") + 32  # the size in the file of the first segment, and in memory
    kernel[at:at + 8] = (600_000).to_bytes(8, "little")
    (workdir / "rootmode.elf").write_bytes(kernel)
    (workdir / "rootmode.iso").write_bytes(b"")
    done = _run("--vehicle", "bochs", "--door", "kernel", "--iso", str(workdir / "rootmode.iso"))
    assert done.returncode == 2
    assert "rootmode.elf is too large for the door 'kernel' in Bochs" in done.stderr


def test_timeout(iso: Path, workdir: Path) -> None:
    done = _run("--vehicle", "qemu", "--firmware", "uefi", "--timeout", "1", "--iso", str(iso), "--keep", str(workdir))
    assert done.returncode == 124
    assert "no verdict within" in done.stderr


def _debug(iso: Path, workdir: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run tools/debug with a gdb that exits at once."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    return subprocess.run(
        [RUN.parent / "debug", iso.with_suffix(".elf"), str(port), workdir / "debug.log", "--iso", iso, *options, "--", "-batch"],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False,
    )


def test_debug(iso: Path, workdir: Path) -> None:
    done = _debug(iso, workdir)
    assert done.returncode == 0, done.stderr
    assert "Breakpoint 1, kernel_main ()" in done.stdout


def test_debug_of_no_machine(iso: Path, workdir: Path) -> None:
    done = _debug(iso, workdir, "--firmware", "foo")
    assert done.returncode == 2
    assert "no firmware 'foo'" in done.stderr
    assert done.stdout == ""  # gdb was not run


@pytest.mark.parametrize("arguments, door", [
    (("--vehicle", "qemu"), "kernel"),
    (("--vehicle", "kvm"), "kernel"),
    (("--vehicle", "nested"), "kernel"),
    (("--vehicle", "qemu", "--door", "iso"), "iso"),
    (("--vehicle", "qemu", "--firmware", "uefi"), "iso"),
    (("--vehicle", "qemu", "--grub", "set x=y"), "iso"),
    (("--vehicle", "bochs"), "iso"),
])
def test_door(arguments: tuple[str, ...], door: str) -> None:
    done = _run(*arguments, "--print-door")
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{door}\n", "")


@pytest.mark.parametrize("vehicle, cpus", [("bochs", 4), ("nested", 2)])
def test_default_cpus(vehicle: str, cpus: int) -> None:
    run = runpy.run_path(str(RUN))
    assert run["machine_from"](run["parse_arguments"](["--vehicle", vehicle])).cpus == cpus
