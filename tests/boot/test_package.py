"""Tests the Debian packages: lintian, installation and removal, and a boot from GRUB's menu on a hard disk."""

import os
import re
import shutil
import struct
import subprocess
from pathlib import Path

import boot_case
import pytest
from boot_case import skip_unless_possible

from rootmode import process, qemu
from rootmode.project import TOP, outside_make

GRUB = Path("/usr/lib/grub")
UUID = "01234567-89ab-cdef-0123-456789abcdef"  # the one that try-package gives /boot
SECTOR = 512
MIB = 1 << 20
BOOT_START, BOOT_SIZE, ESP_SIZE = MIB, 48 * MIB, 2 * MIB
LINUX, ESP = 0x83, 0xEF  # partition types
DEFAULT = "the default entry has booted"

# One worker, so that the packages are built only once.
pytestmark = [pytest.mark.xdist_group("package"), pytest.mark.cost(30)]


def _run(*command: object) -> None:
    done = subprocess.run(
        list(map(str, command)), cwd=TOP, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, timeout=300, check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:]


def _need(*programs: str) -> None:
    for program in programs:
        if not shutil.which(program):
            pytest.skip(f"{program} is not installed: run tools/setup")


@pytest.fixture(name="packages", scope="module")
def built_packages(request: pytest.FixtureRequest) -> list[Path]:
    """Build the packages with `make deb`."""
    _need("dh", "dpkg-buildpackage", "fakeroot")
    build = request.config.getoption("--iso").parent
    subprocess.run(["make", "-s", f"BUILD={build}", "deb"], cwd=TOP, env=outside_make(), check=True, timeout=600)
    packages = sorted((build / "deb").glob("*.deb"))
    assert [re.sub("_.*", "", path.name) for path in packages] == ["rootmode-iso", "rootmode"]
    return packages


@pytest.fixture(name="installed", scope="module")
def as_installed(packages: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return what try-package saved, with rootmode-reboot chosen for the next boot."""
    if os.getuid() != 0:
        pytest.skip("only root can install packages, in a copy of this system")
    _need("update-grub", "grub-reboot", "mkfs.ext4", "man")
    if subprocess.run(["unshare", "--mount", "true"], stderr=subprocess.DEVNULL, check=False).returncode:
        pytest.skip("this system permits no mount namespace (unshare --mount)")
    folder = tmp_path_factory.mktemp("installed")
    _run("tests/boot/try-package", folder, "rootmode-reboot", *packages)
    return folder


def test_lintian_finds_nothing(packages: list[Path]) -> None:
    _need("lintian")
    _run("lintian", "--allow-root", "--fail-on", "error,warning", *packages)


def test_installed_programs_run(installed: Path) -> None:
    used = (installed / "used.txt").read_text("utf-8")
    assert re.match(r"rootmode-check \S+\nNAME\n    rootmode-monitor - ", used)
    for page in ("rootmode-check", "rootmode-monitor"):
        assert f"\n/usr/share/man/man1/{page}.1.gz" in used


def test_an_entry_that_there_is_not_is_refused(installed: Path) -> None:
    assert (installed / "refused.txt").read_text("utf-8") == (
        "boot-once: /boot/grub/grub.cfg has no entry 'no-such-entry': install the package rootmode, or run update-grub\n")


def test_purge_leaves_nothing(installed: Path) -> None:
    before, after = ((installed / name).read_text("utf-8").splitlines() for name in ("before.txt", "after.txt"))
    assert "/etc/grub.d/09_default" in before and after == before
    menu, purged = ((installed / name).read_text("utf-8") for name in ("boot/grub/grub.cfg", "purged.cfg"))
    assert menu.count("/rootmode.elf") == 5 and "/rootmode.elf" not in purged and "'default'" in purged


def _core(platform: str, to: Path, *modules: str) -> None:
    """Return GRUB's core image for a platform, which finds the other files in /boot's file system."""
    _run("grub-mkimage", "-O", platform, "-o", to, "-p", "(hd0,msdos1)/grub", "part_msdos", "ext2", *modules)


def _disk(boot: Path, workdir: Path) -> Path:
    """Make a disk like grub-install: /boot in the first partition, the EFI system partition after it."""
    for platform in ("i386-pc", "x86_64-efi"):
        shutil.copytree(GRUB / platform, boot / "grub" / platform, dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.img"))
    disk, core, efi = workdir / "disk.img", workdir / "core.img", workdir / "bootx64.efi"
    esp_start = BOOT_START + BOOT_SIZE
    disk.unlink(missing_ok=True)
    with disk.open("wb") as image:
        image.truncate(esp_start + ESP_SIZE)
    _run("mkfs.ext4", "-q", "-U", UUID, "-d", boot, "-E", f"offset={BOOT_START}", disk, f"{BOOT_SIZE >> 10}k")
    _core("i386-pc", core, "biosdisk")
    _core("x86_64-efi", efi)
    _run("mformat", "-i", f"{disk}@@{esp_start}", "-T", ESP_SIZE // SECTOR, "::")
    _run("mmd", "-i", f"{disk}@@{esp_start}", "::/EFI", "::/EFI/BOOT")
    _run("mcopy", "-i", f"{disk}@@{esp_start}", efi, "::/EFI/BOOT/BOOTX64.EFI")
    table = b"".join(
        struct.pack("<B3sB3sII", 0, b"\xff" * 3, kind, b"\xff" * 3, start // SECTOR, size // SECTOR)
        for kind, start, size in ((LINUX, BOOT_START, BOOT_SIZE), (ESP, esp_start, ESP_SIZE))
    )
    with disk.open("r+b") as image:
        image.write((GRUB / "i386-pc/boot.img").read_bytes()[:440])
        image.seek(446)
        image.write(table)
        image.seek(510)
        image.write(b"\x55\xaa" + core.read_bytes())
    return disk


@pytest.mark.parametrize("firmware", ["bios", "uefi"])
def test_entry_boots_once_and_then_the_default(installed: Path, workdir: Path, firmware: str) -> None:
    machine = boot_case.qemu(2, firmware, cmdline="")
    skip_unless_possible(machine)
    disk = _disk(installed / "boot", workdir)
    command = qemu.command(machine, ["-drive", f"format=raw,file={disk}"])
    command.remove("-no-reboot")
    log = process.run(command, workdir, lambda line: None, 120, is_last=lambda line: DEFAULT in line).serial
    boot = re.search(
        r'\] rootmode: rootmode \S+ at 0x\w+, loaded by GRUB [^\n]*, command line '
        r'"prove exit=reboot console=ttyS0,115200"\n.*\nRESULT: UNSUPPORTED no-vmx\n(.*)', log, re.DOTALL,
    )
    assert boot, log[-2000:]
    assert DEFAULT in boot[1] and "rootmode:" not in boot[1]
