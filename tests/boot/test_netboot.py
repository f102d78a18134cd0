"""The folder that `make netboot` makes, booted over a network: PXE of BIOS and UEFI, and iPXE by TFTP and HTTP.

QEMU's user network has the DHCP and TFTP server inside; restrict=on isolates the machine from the host's network.
"""

import re
import subprocess
from pathlib import Path

import pytest
from boot_case import Case, qemu
from door import boot

from rootmode.project import TOP

SERVER = "10.0.2.100"  # an address of the user network that QEMU does not use itself
ROM_IS_IPXE, OWN_ROM = "", ",romfile="  # QEMU's network cards have iPXE; without it, UEFI uses its own PXE
EDITED = "cycles=1 exit=debug"


@pytest.fixture(name="folder")
def _folder(iso: Path, tmp_path: Path) -> Path:
    """What is served: the folder, in a folder of the server, its grub.cfg with another command line."""
    made = tmp_path / "served" / "rootmode"
    command = ["tools/make-netboot", str(iso.with_name("rootmode.elf").resolve()), str(made)]
    done = subprocess.run(command, cwd=TOP, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in made.iterdir()) == ["grub.cfg", "rootmode.efi", "rootmode.ipxe", "rootmode.pxe"]
    menu = (made / "grub.cfg").read_text("utf-8")
    edited = re.sub("timeout=3", "timeout=0", menu).replace("rootmode.elf prove\n", f"rootmode.elf {EDITED}\n", 1)
    (made / "grub.cfg").write_text(edited, "utf-8")
    return made.parent


def _network(file: str, rom: str, *more: str) -> list[str]:
    options = ",".join(["user", "id=net", "restrict=on", f"bootfile={file}", *more])
    return ["-netdev", options, "-device", f"virtio-net-pci,netdev=net,bootindex=0{rom}"]


def _case(name: str, firmware: str, words: str) -> Case:
    return Case(
        name, qemu(1, firmware, cmdline=words, rom=""), "UNSUPPORTED no-vmx", (0, 1),
        facts=(f'rootmode: .*loaded by GRUB .*, command line "{words}"',),
    )


def _boot_by_ipxe(case: Case, media: list[str], workdir: Path) -> None:
    """Boot, unless UEFI takes the file itself instead of starting the iPXE of the network card, as OVMF 2025 does."""
    try:
        boot(case, media, workdir)
    except AssertionError:
        said = (workdir / "serial.txt").read_bytes()
        if b">>Start " in said and b"iPXE" not in said:
            pytest.skip("this UEFI does not start the network card's iPXE")
        raise


@pytest.mark.parametrize("firmware, file, rom", [
    pytest.param("bios", "rootmode.pxe", ROM_IS_IPXE, id="pxe-bios"),
    pytest.param("uefi", "rootmode.efi", OWN_ROM, id="pxe-uefi"),
    pytest.param("bios", "rootmode.ipxe", ROM_IS_IPXE, id="ipxe-bios"),
    pytest.param("uefi", "rootmode.ipxe", ROM_IS_IPXE, id="ipxe-uefi"),
])
def test_tftp_with_an_edited_menu(folder: Path, workdir: Path, firmware: str, file: str, rom: str) -> None:
    case = _case(f"{file}-{firmware}", firmware, EDITED)
    _boot_by_ipxe(case, _network(f"rootmode/{file}", rom, f"tftp={folder}"), workdir)


def test_menu_inside_the_file_without_one_beside_it(folder: Path, workdir: Path) -> None:
    (folder / "rootmode" / "grub.cfg").unlink()
    case = Case(
        "pxe-alone", qemu(1, cmdline=""), "UNSUPPORTED no-vmx", (0, 1),
        facts=('rootmode: .*loaded by GRUB .*, command line "prove"',),
    )
    boot(case, _network("rootmode/rootmode.pxe", ROM_IS_IPXE, f"tftp={folder}"), workdir)


@pytest.mark.parametrize("firmware", ["bios", "uefi"])
def test_http_with_an_edited_menu(folder: Path, workdir: Path, firmware: str) -> None:
    serve = f"guestfwd=tcp:{SERVER}:80-cmd:{TOP}/tests/boot/served.py {folder}"
    media = _network(f"http://{SERVER}/rootmode/rootmode.ipxe", ROM_IS_IPXE, serve)
    _boot_by_ipxe(_case(f"http-{firmware}", firmware, EDITED), media, workdir)
