"""README.md's table of doors: each command is run here as it stands there, or by the test that is named here.

Only these words of a command are replaced: sudo is left out, the build's folder and the USB stick are the test's own,
and QEMU has no KVM where the host has none.
"""

import os
import re
import shlex
import shutil
import signal
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from boot_case import Case, qemu
from door import boot

from rootmode import bochs, kvm
from rootmode import qemu as qemu_vehicle
from rootmode.project import TOP, outside_make

ROW = re.compile(r"^\| (.+) \| `([^`]+)` \|$", re.MULTILINE)
WITH_KVM, WITHOUT_KVM = "-enable-kvm -cpu host", f"-cpu {qemu_vehicle.DEFAULT_MODEL}"
LIMIT_S = 120

Run = Callable[[str, Path, Path], None]


@dataclass(frozen=True)
class Elsewhere:
    """The test that runs a command, and the command's words as that test, or a script that it runs, has them."""

    files: tuple[str, ...]
    words: tuple[str, ...]


def _rows() -> dict[str, str]:
    section = (TOP / "README.md").read_text("utf-8").partition("\n## Boot it from anything\n")[2].partition("\n## ")[0]
    return {door: command for door, command in ROW.findall(section) if door != "you have"}


def _shell(command: str, iso: Path, last: str = "") -> str:
    """What the command prints, until the line that begins with `last`; it must not fail before."""
    command = command.replace("sudo ", "").replace("build/", f"{iso.parent}/")
    with subprocess.Popen(
        ["timeout", "--signal=KILL", str(LIMIT_S), "bash", "-c", command], cwd=TOP, env=outside_make(),
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
        start_new_session=True,
    ) as process:
        assert process.stdout
        seen = ""
        for line in process.stdout:
            seen += line
            if last and line.startswith(last):
                os.killpg(process.pid, signal.SIGKILL)  # timeout, bash and what it started
                return seen
        status = process.wait()
    assert status == 0 and not last, f"{command}: exit status {status}\n{seen[-2000:]}"
    return seen


def _make_run(command: str, iso: Path, _folder: Path) -> None:
    if bochs.why_not():
        pytest.skip(bochs.why_not())
    assert "\nRESULT: PASS\n" in _shell(f"{command} BUILD={iso.parent}", iso)


def _qemu(command: str, iso: Path, _folder: Path) -> None:
    if qemu_vehicle.why_not():
        pytest.skip(qemu_vehicle.why_not())
    assert WITH_KVM in command
    seen = _shell(command.replace(WITH_KVM, WITHOUT_KVM) if kvm.why_not() else command, iso, "RESULT: ")
    assert 'loaded by a PVH loader, command line "prove"' in seen
    assert seen.rstrip().endswith("RESULT: UNSUPPORTED no-vmx" if kvm.why_not() else "RESULT: PASS")


def _stick(command: str, iso: Path, folder: Path) -> None:
    stick = folder / "stick"
    _shell(command.replace("/dev/sdX", shlex.quote(str(stick))), iso)
    case = Case(
        "stick", qemu(1, cmdline=""), "UNSUPPORTED no-vmx", (0, 1), halts=True,
        facts=('rootmode: .*loaded by GRUB .*, command line "prove"',),
    )
    boot(case, ["-drive", f"if=none,id=stick,format=raw,file={stick}", "-device", "qemu-xhci",
                "-device", "usb-storage,drive=stick,bootindex=0"], folder)


def _check(command: str, iso: Path, _folder: Path) -> None:
    """Without VMX or the msr driver, the exit status is not 0; what it prints is the same."""
    assert re.search(r"^RESULT: \w+|rootmode-check: ", _shell(f"{command} || true", iso), re.MULTILINE)


def _netboot(command: str, iso: Path, _folder: Path) -> None:
    """test_netboot.py boots what it makes."""
    _shell(f"{command} BUILD={iso.parent}", iso)
    made = {path.name for path in (iso.parent / "netboot").iterdir()}
    assert made >= {"grub.cfg", "rootmode.efi", "rootmode.ipxe", "rootmode.pxe"}


def _signed(command: str, iso: Path, folder: Path) -> None:
    """test_secure_boot.py boots what it makes."""
    for program in ("openssl", "sbsign", "sbverify"):
        if not shutil.which(program):
            pytest.skip(f"{program} is not installed: run tools/setup")
    _shell("openssl req -x509 -newkey rsa:2048 -nodes -days 9 -subj /CN=test "
           f"-keyout {folder}/key.pem -out {folder}/cert.pem", iso)
    _shell(command.replace("=", f"={folder}/") + f" BUILD={iso.parent}", iso)
    _shell(f"sbverify --cert {folder}/cert.pem build/rootmode.efi && rm build/rootmode.efi", iso)


DOORS: dict[str, Run | Elsewhere] = {
    "nothing but Linux": _make_run,
    "QEMU": _qemu,
    "a USB stick": _stick,
    "a Linux that must not reboot": _check,
    "a Linux to leave at once": Elsewhere(("test_kexec.py",), ("kexec -c -l", "--command-line=", "kexec -e")),
    "an installed Debian": Elsewhere(("test_package.py", "try-package"), ("make deb", "dpkg --install")),
    "a fleet with that package": Elsewhere(("test_package.py", "try-package"), ("grub-reboot", "rootmode-reboot")),
    "machines that boot from the network": _netboot,
    "Secure Boot, and your own key": _signed,
}


def test_each_row_has_its_test_and_each_test_its_row() -> None:
    assert _rows().keys() == DOORS.keys()


@pytest.mark.cost(12)
@pytest.mark.parametrize("door", [
    pytest.param(door, id=how.__name__.strip("_")) for door, how in DOORS.items() if not isinstance(how, Elsewhere)
])
def test_command_of_the_table_works(door: str, iso: Path, tmp_path: Path) -> None:
    how = DOORS[door]
    assert not isinstance(how, Elsewhere)
    how(_rows()[door], iso, tmp_path)


@pytest.mark.parametrize("door", [door for door, how in DOORS.items() if isinstance(how, Elsewhere)])
def test_command_of_the_table_is_run_elsewhere(door: str) -> None:
    how = DOORS[door]
    assert isinstance(how, Elsewhere)
    command = _rows()[door]
    sources = "\n".join((TOP / "tests" / "boot" / name).read_text("utf-8") for name in how.files)
    assert [word for word in how.words if word not in sources or word not in command] == []
