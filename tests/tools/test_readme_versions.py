"""Tests that README.md names the versions of this system, if it is one of those that it lists."""

import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from rootmode.project import TOP

README = TOP / "README.md"
TESTED = re.compile(r"Debian (\d+) \(Bochs ([\d.]+), QEMU ([\d.]+)\)")
PROGRAMS = {
    "Bochs": (("bochs", "--help"), r"Bochs x86 Emulator ([\d.]+)"),
    "QEMU": (("qemu-system-x86_64", "--version"), r"QEMU emulator version ([\d.]+)"),
}


def _claims() -> dict[str, dict[str, str]]:
    """Return the versions of each program by Debian release, from the line at the top."""
    (line,) = [line for line in README.read_text("utf-8").splitlines()[:15] if line.startswith("Tested on ")]
    return {release: {"Bochs": bochs, "QEMU": qemu} for release, bochs, qemu in TESTED.findall(line)}


def _debian_release(os_release: str) -> str:
    """Return "12" on Debian 12, "13" on Debian 13, or "" on another system."""
    fields = dict(re.findall(r'^(\w+)="?([^"\n]*)"?$', os_release, re.MULTILINE))
    return fields.get("VERSION_ID", "") if fields.get("ID") == "debian" else ""


def _installed(command: Sequence[str], pattern: str) -> str:
    """Return the version that a program prints, or "" if it is not installed."""
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=30,
            check=False,
        )
    except FileNotFoundError:
        return ""
    found = re.search(pattern, done.stdout)
    assert found, f"{command[0]} does not say its version: {done.stdout[-200:]}"
    return found[1]


def _is_claimed(claimed: str, installed: str) -> bool:
    """Return True if the listed version covers the installed one: 7.2 covers 7.2.22, but not 7.20."""
    return f"{installed}.".startswith(f"{claimed}.")


def test_line_names_both_releases() -> None:
    assert set(_claims()) == {"12", "13"}


@pytest.mark.parametrize("program", PROGRAMS)
def test_line_holds_on_this_system(program: str) -> None:
    release = _debian_release(Path("/etc/os-release").read_text("utf-8"))
    claims = _claims()
    if not release:
        pytest.skip("this is not Debian")
    assert release in claims, f"README.md does not say that it was tested on Debian {release}"
    installed = _installed(*PROGRAMS[program])
    if not installed:
        pytest.skip(f"{program} is not installed: run tools/setup")
    assert _is_claimed(claims[release][program], installed), f"{program} {installed}: README.md says {claims[release][program]}"


def test_versions_are_compared_by_their_parts() -> None:
    assert _is_claimed("7.2", "7.2.22") and _is_claimed("2.7", "2.7")
    assert not _is_claimed("7.2", "7.20") and not _is_claimed("3.0", "3") and not _is_claimed("10.0", "1.0")
    assert _debian_release('PRETTY_NAME="Debian"\nVERSION_ID="12"\nID=debian\n') == "12"
    assert _debian_release('ID=ubuntu\nVERSION_ID="24.04"\nID_LIKE=debian\n') == ""
