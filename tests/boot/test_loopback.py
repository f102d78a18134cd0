"""A loader on a disk that mounts the image from a file there, as multi-boot USB sticks do."""

import struct
import subprocess
from pathlib import Path

import pytest
from boot_case import Case, qemu
from door import boot

GRUB = Path("/usr/lib/grub")
SECTOR, PARTITION_START, PARTITION_SECTORS = 512, 2048, 48 * 2048  # 48 MiB
FAT16_LBA = 0x0E
MODULES = (
    "all_video", "configfile", "echo", "fat", "iso9660", "loopback", "multiboot2", "normal", "part_msdos",
    "search", "search_fs_file", "serial", "terminal", "test",
)
LOADER_CFG = """\
search --file --set=disk /images/rootmode.iso
set iso_path=/images/rootmode.iso
export iso_path
loopback loop ($disk)$iso_path
set root=(loop)
normal (loop)/boot/grub/loopback.cfg
"""


def _tool(*command: object) -> None:
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr


def _grub(platform: str, workdir: Path, *modules: str) -> Path:
    """GRUB for a platform with the loader's configuration inside."""
    cfg, image = workdir / "loader.cfg", workdir / f"{platform}.img"
    cfg.write_text(LOADER_CFG, "ascii")
    _tool("grub-mkimage", "-O", platform, "-p", "/none", "-c", cfg, "-o", image, *MODULES, *modules)
    return image


def _disk(iso: Path, workdir: Path) -> Path:
    """A disk with GRUB for BIOS and UEFI, and the image as a file on its FAT partition."""
    disk = workdir / "disk.img"
    core = _grub("i386-pc", workdir, "biosdisk").read_bytes()
    assert len(core) <= (PARTITION_START - 1) * SECTOR
    table = struct.pack("<B3xB3xII", 0x80, FAT16_LBA, PARTITION_START, PARTITION_SECTORS)
    mbr = (GRUB / "i386-pc" / "boot.img").read_bytes()[:446] + table.ljust(64, b"\0") + b"\x55\xaa"
    disk.write_bytes(mbr + core)
    with disk.open("r+b") as file:
        file.truncate((PARTITION_START + PARTITION_SECTORS) * SECTOR)
    fat = f"{disk}@@{PARTITION_START * SECTOR}"
    _tool("mformat", "-i", fat, "-T", PARTITION_SECTORS, "-h", 16, "-s", 63, "-H", PARTITION_START, "::")
    _tool("mmd", "-i", fat, "::images", "::EFI", "::EFI/BOOT")
    _tool("mcopy", "-i", fat, iso, "::images/rootmode.iso")
    _tool("mcopy", "-i", fat, _grub("x86_64-efi", workdir, "efi_gop"), "::EFI/BOOT/BOOTX64.EFI")
    return disk


@pytest.mark.parametrize("firmware", ["bios", "uefi"])
def test_image_mounted_by_a_loader(iso: Path, workdir: Path, firmware: str) -> None:
    disk = _disk(iso, workdir)
    case = Case(
        f"loopback-{firmware}", qemu(1, firmware, cmdline=""), "UNSUPPORTED no-vmx", (0, 1),
        facts=('rootmode: .*loaded by GRUB .*, command line "prove"',),
    )
    boot(case, ["-drive", f"format=raw,snapshot=on,file={disk}"], workdir)
    disk.unlink()
